/**
 * Leases: one holder at a time, by the database's clock, which all processes share. Each new holder gets a higher fence;
 * a holder that lost its lease without noticing is stopped by its old one (I6).
 */
import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import { RekindleError } from '../model/errors.ts';
import type { Instant } from '../model/instant.ts';
import type { Db, Tables } from './tables.ts';

export type Lease = {
  readonly name: string;
  /** For people: who holds it. */
  readonly holder: string;
  /** Grows with every holder; also orders the runs made under it. */
  readonly fence: number;
};

export class LeaseLostError extends RekindleError {
  override readonly name = 'LeaseLostError';
  constructor(lease: Lease) {
    super(
      `Another process took over the lease "${lease.name}" from ${lease.holder}, which paused for too long. ` +
        'What this process did so far is saved; the other one goes on.',
    );
  }
}

/**
 * Takes the lease if nobody holds it or its holder let it expire; null when somebody holds it. A row that is locked
 * belongs to a holder that is writing at this moment: it is alive, whatever the clock says.
 */
export async function acquireLease(
  db: Db,
  name: string,
  options: { holder: string; ttlMs: number },
): Promise<Lease | null> {
  await sql`
    insert into lease (name, holder, token, expires_at) values (${name}, '', 0, '-infinity')
    on conflict (name) do nothing`.execute(db);
  const { rows } = await sql<{ fence: number }>`
    update lease
       set holder = ${options.holder}, token = lease.token + 1, expires_at = ${expiry(options.ttlMs)}
      from (
        select name from lease
         where name = ${name} and expires_at <= clock_timestamp() for update skip locked
      ) as free
     where lease.name = free.name
    returning lease.token as fence`.execute(db);
  const fence = rows[0]?.fence;
  return fence === undefined ? null : { name, holder: options.holder, fence };
}

/**
 * Extends the lease, also one that expired meanwhile when nobody took it (a machine that slept alone).
 * @throws LeaseLostError when somebody else has it
 */
export async function renewLease(db: Db, lease: Lease, ttlMs: number): Promise<void> {
  const { numAffectedRows } = await sql`
    update lease set expires_at = ${expiry(ttlMs)}
     where name = ${lease.name} and token = ${lease.fence}`.execute(db);
  if (numAffectedRows !== 1n) throw new LeaseLostError(lease);
}

function expiry(ttlMs: number) {
  return sql`clock_timestamp() + ${ttlMs} * interval '1 millisecond'`;
}

/** Gives the lease back at once. One that somebody else has by now is left alone. */
export async function releaseLease(db: Db, lease: Lease): Promise<void> {
  await sql`
    update lease set expires_at = '-infinity'
     where name = ${lease.name} and token = ${lease.fence}`.execute(db);
}

/** Who holds the lease at this moment; null when nobody does. */
export async function readLease(
  db: Db,
  name: string,
): Promise<(Lease & { readonly expiresAt: Instant }) | null> {
  const row = await db
    .selectFrom('lease')
    .select(['name', 'holder', 'token', 'expires_at'])
    .where('name', '=', name)
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { name: row.name, holder: row.holder, fence: row.token, expiresAt: row.expires_at.getTime() };
}

/**
 * For a moment before something that no transaction can take back (a request to HubSpot): fails also when the lease has
 * merely expired, because somebody may take it in the next instant.
 * @throws LeaseLostError
 */
export async function assertLease(db: Db, lease: Lease): Promise<void> {
  const held = await readLease(db, lease.name);
  if (held?.fence !== lease.fence) throw new LeaseLostError(lease);
}

/**
 * Whoever writes under a lease shares this lock, which is given in the order of asking. Of a row's locks, one that is shared
 * goes to whoever asks next, too, and who wants the row alone waits for ever where one write begins before another ends.
 */
const writers = sql`hashtext('rekindle writers')`;

/**
 * A transaction that nobody can take the lease from: its first statement locks the lease and checks the fence. The lock
 * ("key share") lets the holder's heartbeat and its other transactions pass and keeps a new holder waiting.
 * @throws LeaseLostError before `work` begins; then nothing was written
 */
export async function fenced<T>(
  db: Db,
  lease: Lease,
  work: (transaction: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  return await db.transaction().execute(async (transaction) => {
    const { rows } = await sql`
      with turn as materialized (select pg_advisory_xact_lock_shared(${writers}))
      select 1 from lease, turn where name = ${lease.name} and token = ${lease.fence} for key share of lease`.execute(
      transaction,
    );
    if (rows.length === 0) throw new LeaseLostError(lease);
    return await work(transaction);
  });
}

/**
 * Until this transaction ends nobody writes under a lease: it waits for those who do and keeps the next ones waiting, the
 * holder's heartbeat, too. For a moment, and before the transaction holds any row that they may wait for.
 */
export async function keepWritersOut(transaction: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(${writers})`.execute(transaction);
  await sql`select from lease for update`.execute(transaction);
}
