/** Who did what to the settings and when. Only ever grows: the database refuses anything else. */
import type { Instant } from '../model/instant.ts';
import type { Db, Tables } from './tables.ts';
import { instantOf, timestamp } from './types.ts';

export type AuditAction = Tables['settings_audit']['action'];

export type AuditEntry = {
  readonly at: Instant;
  readonly action: AuditAction;
  readonly author: string;
  /** The HubSpot user; null for the command line. */
  readonly userId: string | null;
  /** The version in force before; null before the first. */
  readonly fromVersion: number | null;
  /** The version that came of it; null where none did. */
  readonly toVersion: number | null;
  readonly note: string;
};

export async function addAuditEntry(db: Db, entry: AuditEntry): Promise<void> {
  await db
    .insertInto('settings_audit')
    .values({
      at: timestamp(entry.at),
      action: entry.action,
      author: entry.author,
      user_id: entry.userId,
      from_version: entry.fromVersion,
      to_version: entry.toVersion,
      note: entry.note,
    })
    .execute();
}

/** The latest first. */
export async function readAudit(db: Db, limit: number): Promise<readonly AuditEntry[]> {
  const rows = await db.selectFrom('settings_audit').selectAll().orderBy('id', 'desc').limit(limit).execute();
  return rows.map((row) => ({
    at: instantOf(row.at),
    action: row.action,
    author: row.author,
    userId: row.user_id,
    fromVersion: row.from_version,
    toVersion: row.to_version,
    note: row.note,
  }));
}
