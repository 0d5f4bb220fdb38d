/** Which records hang on which partner, as HubSpot's associations say. */
import { sql } from 'kysely';
import type { LinkedType } from '../model/record.ts';
import { atomically, chunks, incoming } from './rows.ts';
import type { Db } from './tables.ts';

export type Link = { readonly partnerId: string; readonly recordId: string };

/**
 * The complete picture of some partners' links to one type, or the first page of it (appendLinks adds the others): what
 * `links` does not name is gone.
 */
export async function replaceLinks(
  db: Db,
  syncId: string,
  type: LinkedType,
  fromIds: readonly string[],
  links: readonly Link[],
): Promise<void> {
  await atomically(db, async (transaction) => {
    await sql`
      delete from link
       where type = ${type} and partner_id = any(${fromIds}::text[])
         and not exists (
           select 1 from ${rowsOf(links)}
            where incoming.partner_id = link.partner_id and incoming.record_id = link.record_id
         )`.execute(transaction);
    await appendLinks(transaction, syncId, type, links);
  });
}

export async function appendLinks(
  db: Db,
  syncId: string,
  type: LinkedType,
  links: readonly Link[],
): Promise<void> {
  for (const chunk of chunks(links)) {
    await sql`
      insert into link (partner_id, type, record_id, seen_in_sync)
      select distinct partner_id, ${type}, record_id, ${syncId} from ${rowsOf(chunk)}
      on conflict (partner_id, type, record_id) do update set seen_in_sync = excluded.seen_in_sync
      where link.seen_in_sync <> excluded.seen_in_sync`.execute(db);
  }
}

function rowsOf(links: readonly Link[]) {
  return incoming(links, {
    partner_id: ['text', (link) => link.partnerId],
    record_id: ['text', (link) => link.recordId],
  });
}

/**
 * A page of the records that this sync found linked to current partners, in the order of their ids, each once.
 *
 * The first page refreshes PostgreSQL's statistics: a first sync fills the table faster than they follow by themselves,
 * and without them every page sorts the whole table (500,000 links: 300 ms a page instead of 0.3).
 */
export async function recordIdsToRead(
  db: Db,
  syncId: string,
  type: LinkedType,
  after: string | null,
  limit: number,
): Promise<readonly string[]> {
  if (after === null) await sql`analyze link, partner`.execute(db);
  const rows = await db
    .selectFrom('link')
    .innerJoin('partner', 'partner.id', 'link.partner_id')
    .select('link.record_id')
    .distinct()
    .where('link.type', '=', type)
    .where('link.record_id', '>', after ?? '')
    .where('link.seen_in_sync', '=', syncId)
    .where('partner.is_partner', '=', true)
    .orderBy('link.record_id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.record_id);
}

/** Record id to the current partners it hangs on. A record without one is absent. */
export async function partnersOf(
  db: Db,
  type: LinkedType,
  recordIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await db
    .selectFrom('link')
    .innerJoin('partner', 'partner.id', 'link.partner_id')
    .select(['link.record_id', 'link.partner_id'])
    .where('link.type', '=', type)
    .where(sql<boolean>`link.record_id = any(${recordIds}::text[])`)
    .where('partner.is_partner', '=', true)
    .orderBy('link.partner_id')
    .execute();
  const partners = Map.groupBy(rows, (row) => row.record_id);
  return new Map([...partners].map(([id, of]) => [id, of.map((row) => row.partner_id)]));
}
