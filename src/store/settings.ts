import { sql } from 'kysely';
import { RekindleError } from '../model/errors.ts';
import type { Instant } from '../model/instant.ts';
import { settingsSchema } from '../model/settings.ts';
import type { Settings, SettingsVersion } from '../model/settings.ts';
import { atomically } from './rows.ts';
import { addAuditEntry, type AuditAction } from './settings-audit.ts';
import type { Db } from './tables.ts';
import { instantOf, timestamp } from './types.ts';

/** Who saved a version, when and why. */
export type SettingsEntry = {
  readonly version: number;
  readonly savedAt: Instant;
  readonly author: string;
  readonly note: string;
  readonly preset: string;
};

type SaveMeta = {
  readonly note: string;
  readonly author: string;
  /** The HubSpot user; absent for the command line. */
  readonly userId?: string;
  /** What the audit calls it; saved unless given. */
  readonly action?: AuditAction;
  readonly now: Instant;
};

export type SaveOutcome =
  | { readonly state: 'saved'; readonly saved: SettingsVersion }
  /** Somebody saved meanwhile: nothing was changed. */
  | { readonly state: 'conflict'; readonly latest: SettingsVersion & SettingsEntry };

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

/** The latest first. `version`: that one alone. */
export async function listSettings(
  db: Db,
  { limit, version }: { limit: number; version?: number },
): Promise<readonly SettingsEntry[]> {
  const rows = await db
    .selectFrom('settings_version')
    .select(['version', 'created_at', 'author', 'note', sql<string>`settings->>'preset'`.as('preset')])
    .$if(version !== undefined, (query) => query.where('version', '=', version ?? 0))
    .orderBy('version', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ created_at, ...entry }) => ({ ...entry, savedAt: instantOf(created_at) }));
}

/**
 * Saves the next version, whatever is in force, and returns it. Settings equal to those in force are no new version:
 * saving twice changes nothing. Concurrent saves queue up and get a number each.
 */
export async function saveSettings(db: Db, settings: Settings, meta: SaveMeta): Promise<SettingsVersion> {
  return await atomically(db, async (transaction) => {
    const inForce = await lockLatest(transaction, settings);
    return inForce?.equal === true
      ? parsed(inForce)
      : await addVersion(transaction, inForce?.version ?? null, settings, meta);
  });
}

/**
 * Saves what was made of version `base` (null: of no settings at all), unless another version has come since. Whoever
 * asks again for what is in force by now is told that it is: HubSpot repeats a request whose answer was lost.
 */
export async function saveSettingsOn(
  db: Db,
  base: number | null,
  settings: Settings,
  meta: SaveMeta,
): Promise<SaveOutcome> {
  return await atomically(db, async (transaction) => {
    const inForce = await lockLatest(transaction, settings);
    if (inForce?.equal === true) return { state: 'saved', saved: parsed(inForce) };
    if (inForce === undefined || inForce.version === base) {
      return {
        state: 'saved',
        saved: await addVersion(transaction, inForce?.version ?? null, settings, meta),
      };
    }
    const [entry] = await listSettings(transaction, { limit: 1 });
    if (entry === undefined) throw new Error('Settings that are there have no entry.');
    return { state: 'conflict', latest: { ...parsed(inForce), ...entry } };
  });
}

async function lockLatest(transaction: Db, settings: Settings) {
  await sql`lock table settings_version in share row exclusive mode`.execute(transaction);
  return await transaction
    .selectFrom('settings_version')
    .select(['version', 'settings', sql<boolean>`settings = ${JSON.stringify(settings)}::jsonb`.as('equal')])
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
}

async function addVersion(
  transaction: Db,
  from: number | null,
  settings: Settings,
  { note, author, userId, action, now }: SaveMeta,
): Promise<SettingsVersion> {
  const version = (from ?? 0) + 1;
  await transaction
    .insertInto('settings_version')
    .values({ version, settings: JSON.stringify(settings), note, author, created_at: timestamp(now) })
    .execute();
  await addAuditEntry(transaction, {
    at: now,
    action: action ?? 'saved',
    author,
    userId: userId ?? null,
    fromVersion: from,
    toVersion: version,
    note,
  });
  return { version, settings };
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
