import { sql } from 'kysely';
import { RekindleError } from '../model/errors.ts';
import type { Instant } from '../model/instant.ts';
import { settingsSchema } from '../model/settings.ts';
import type { Settings, SettingsVersion } from '../model/settings.ts';
import { atomically } from './rows.ts';
import type { Db } from './tables.ts';
import { timestamp } from './types.ts';

/** The settings in force: the latest version. Null before the first. */
export async function currentSettings(db: Db): Promise<SettingsVersion | null> {
  const row = await db
    .selectFrom('settings_version')
    .select(['version', 'settings'])
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : parsed(row);
}

/** Null for a version that never was. */
export async function readSettings(db: Db, version: number): Promise<SettingsVersion | null> {
  const row = await db
    .selectFrom('settings_version')
    .select(['version', 'settings'])
    .where('version', '=', version)
    .executeTakeFirst();
  return row === undefined ? null : parsed(row);
}

/**
 * Saves the next version, and returns it. Settings equal to those in force are no new version: saving twice changes
 * nothing. Concurrent saves queue up and get a number each.
 */
export async function saveSettings(
  db: Db,
  settings: Settings,
  meta: { note: string; author: string; now: Instant },
): Promise<SettingsVersion> {
  return await atomically(db, async (transaction) => {
    await sql`lock table settings_version in share row exclusive mode`.execute(transaction);
    const text = JSON.stringify(settings);
    const inForce = await transaction
      .selectFrom('settings_version')
      .select(['version', 'settings', sql<boolean>`settings = ${text}::jsonb`.as('equal')])
      .orderBy('version', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (inForce?.equal === true) return parsed(inForce);
    const version = (inForce?.version ?? 0) + 1;
    const { note, author } = meta;
    await transaction
      .insertInto('settings_version')
      .values({ version, settings: text, note, author, created_at: timestamp(meta.now) })
      .execute();
    return { version, settings };
  });
}

/** Parsed on the way out too: an older version lacks what later programs added, and gets its default. */
function parsed(row: { version: number; settings: unknown }): SettingsVersion {
  const result = settingsSchema.safeParse(row.settings);
  if (result.success) return { version: row.version, settings: result.data };
  throw new RekindleError(
    `Settings version ${row.version} in the database is not understood by this Rekindle. Save the settings again with \`rekindle settings save FILE\`.`,
    { cause: result.error },
  );
}
