/** One row per spell out of `active` (DESIGN.md section 2), derived from the verdicts as they are saved. */
import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../model/instant.ts';
import type { Status, Verdict } from '../model/verdict.ts';
import { incoming } from './rows.ts';
import type { Db } from './tables.ts';
import { instantOf, nullableInstantOf, timestamp } from './types.ts';

/** `excluded` and `unknown` say nothing: an open episode stays open. */
const open: ReadonlySet<Status> = new Set(['cooling', 'at_risk', 'inactive', 'never_activated']);
const closed: ReadonlySet<Status> = new Set(['active', 'reactivated']);

/**
 * Opens the episode that a verdict numbers, or closes it; a relapse within the same number opens it again. An earlier
 * one that is still open ends where the next begins.
 */
export async function saveEpisodes(db: Db, verdicts: readonly Verdict[]): Promise<void> {
  const telling = verdicts.filter(
    ({ episode, status }) => episode > 0 && (open.has(status) || closed.has(status)),
  );
  if (telling.length === 0) return;
  await sql`
    insert into episode (partner_id, number, opened_at, closed_at)
    select incoming.partner_id, number, at, case when is_open then null else at end
      from ${asRows(telling)}
      join lateral (select from partner where id = incoming.partner_id limit 1) as known on true
    on conflict (partner_id, number) do update set closed_at = excluded.closed_at
    where (episode.closed_at is null) <> (excluded.closed_at is null)`.execute(db);
  const later = telling.filter(({ episode }) => episode > 1);
  if (later.length === 0) return;
  await sql`
    update episode set closed_at = at from ${asRows(later)}
     where episode.partner_id = incoming.partner_id and episode.number < incoming.number
       and closed_at is null`.execute(db);
}

function asRows(verdicts: readonly Verdict[]): RawBuilder<unknown> {
  return incoming(verdicts, {
    partner_id: ['text', (verdict) => verdict.partnerId],
    number: ['int', (verdict) => verdict.episode],
    at: ['timestamptz', (verdict) => timestamp(verdict.statusChangedAt)],
    is_open: ['bool', (verdict) => open.has(verdict.status)],
  });
}

export type Episode = {
  readonly number: number;
  readonly openedAt: Instant;
  readonly closedAt: Instant | null;
};

/** Oldest first. */
export async function readEpisodes(db: Db, partnerId: string): Promise<readonly Episode[]> {
  const rows = await db
    .selectFrom('episode')
    .selectAll()
    .where('partner_id', '=', partnerId)
    .orderBy('number')
    .execute();
  return rows.map((row) => ({
    number: row.number,
    openedAt: instantOf(row.opened_at),
    closedAt: nullableInstantOf(row.closed_at),
  }));
}
