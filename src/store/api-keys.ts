/** Keys with which programs send activity: one source each, two of a source at once, known by their hash alone. */
import { sql, type Selectable } from 'kysely';
import type { Instant } from '../model/instant.ts';
import { atomically } from './rows.ts';
import { addAuditEntry } from './settings-audit.ts';
import type { Db, Tables } from './tables.ts';
import { instantOf, nullableInstantOf, timestamp } from './types.ts';

export type ApiKey = {
  /** Not secret; the secret begins with it. */
  readonly id: string;
  /** The other system's name, without a prefix. */
  readonly source: string;
  readonly name: string;
  readonly createdAt: Instant;
  readonly author: string;
  readonly revokedAt: Instant | null;
  /** UTC. */
  readonly lastUsedOn: string | null;
};

/** Who does it: a HubSpot user, or the command line without one. */
export type KeyActor = { readonly author: string; readonly userId: string | null; readonly now: Instant };

export type NewKey = Pick<ApiKey, 'id' | 'source' | 'name'> & { readonly secretHash: Buffer };

export type CreateOutcome =
  | { readonly state: 'created'; readonly key: ApiKey }
  /** The source has as many valid keys as it may have. */
  | { readonly state: 'too_many'; readonly keys: readonly ApiKey[] }
  /** A key of this id is there, and perhaps in use. */
  | { readonly state: 'taken' };

/** One in use and the one that takes its place: enough to change keys without a gap. */
export const keysPerSource = 2;

/**
 * Asked again for the same key while nobody has used it, it gives it the new secret: the answer with the first one was
 * lost, and only the hash of that is known.
 */
export async function createKey(db: Db, key: NewKey, by: KeyActor): Promise<CreateOutcome> {
  return await atomically(db, async (transaction) => {
    await lockKeys(transaction);
    const known = await readKey(transaction, key.id);
    if (known !== null) return await renewUnused(transaction, known.key, key);
    const valid = await validKeys(transaction, key.source);
    if (valid.length >= keysPerSource) return { state: 'too_many', keys: valid };
    const row = await transaction
      .insertInto('api_key')
      .values({
        id: key.id,
        secret_hash: key.secretHash,
        source: key.source,
        name: key.name,
        created_at: timestamp(by.now),
        author: by.author,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const created = keyOf(row);
    await note(transaction, 'key_created', created, by);
    return { state: 'created', key: created };
  });
}

async function renewUnused(
  db: Db,
  known: ApiKey,
  { source, name, secretHash }: NewKey,
): Promise<CreateOutcome> {
  const isTheSame = known.source === source && known.name === name;
  if (!isTheSame || known.lastUsedOn !== null || known.revokedAt !== null) return { state: 'taken' };
  await db.updateTable('api_key').set({ secret_hash: secretHash }).where('id', '=', known.id).execute();
  return { state: 'created', key: known };
}

/** From now on the key is refused. One that was revoked before stays as it is. @returns null for one that never was */
export async function revokeKey(db: Db, id: string, by: KeyActor): Promise<ApiKey | null> {
  return await atomically(db, async (transaction) => {
    await lockKeys(transaction);
    const known = await readKey(transaction, id);
    if (known === null || known.key.revokedAt !== null) return known?.key ?? null;
    await transaction
      .updateTable('api_key')
      .set({ revoked_at: timestamp(by.now) })
      .where('id', '=', id)
      .execute();
    await note(transaction, 'key_revoked', known.key, by);
    return { ...known.key, revokedAt: by.now };
  });
}

/** One who makes or revokes keys at a time, so that nobody counts what another one is about to add. */
async function lockKeys(transaction: Db): Promise<void> {
  await sql`lock table api_key in share row exclusive mode`.execute(transaction);
}

async function note(db: Db, action: 'key_created' | 'key_revoked', key: ApiKey, by: KeyActor): Promise<void> {
  await addAuditEntry(db, {
    at: by.now,
    action,
    author: by.author,
    userId: by.userId,
    fromVersion: null,
    toVersion: null,
    note: `rk_${key.id} “${key.name}” for ${key.source}`,
  });
}

async function validKeys(db: Db, source: string): Promise<readonly ApiKey[]> {
  const rows = await db
    .selectFrom('api_key')
    .selectAll()
    .where('source', '=', source)
    .where('revoked_at', 'is', null)
    .orderBy('created_at')
    .execute();
  return rows.map(keyOf);
}

/** Null for an id that never was. */
export async function readKey(
  db: Db,
  id: string,
): Promise<{ readonly key: ApiKey; readonly secretHash: Buffer } | null> {
  const row = await db.selectFrom('api_key').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : { key: keyOf(row), secretHash: row.secret_hash };
}

/** The valid ones first, by source; then those revoked, the latest first. */
export async function listKeys(db: Db, limit: number): Promise<readonly ApiKey[]> {
  const rows = await db
    .selectFrom('api_key')
    .selectAll()
    .orderBy(sql`revoked_at desc nulls first`)
    .orderBy('source')
    .orderBy('created_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(keyOf);
}

/** A day is enough to tell a key in use from a forgotten one, and costs one write a day instead of one a request. */
export async function noteUse(db: Db, id: string, day: string): Promise<void> {
  await sql`
    update api_key set last_used_on = ${day}::date
     where id = ${id} and (last_used_on is null or last_used_on < ${day}::date)`.execute(db);
}

function keyOf(row: Selectable<Tables['api_key']>): ApiKey {
  return {
    id: row.id,
    source: row.source,
    name: row.name,
    createdAt: instantOf(row.created_at),
    author: row.author,
    revokedAt: nullableInstantOf(row.revoked_at),
    lastUsedOn: row.last_used_on,
  };
}
