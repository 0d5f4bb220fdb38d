/** Which records hang on which partner, as HubSpot's associations say. */
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { LinkedType } from '../model/record.ts';
import { atomically, chunks, incoming } from './rows.ts';
import type { Db } from './tables.ts';

export type Link = { readonly partnerId: string; readonly recordId: string };

/** The complete picture of some partners' links to one type: what `links` does not name is gone. */
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

/** A link that was not there before is to be followed: see recordIdsToRead. */
export async function appendLinks(
  db: Db,
  syncId: string,
  type: LinkedType,
  links: readonly Link[],
): Promise<void> {
  for (const chunk of chunks(links)) {
    await sql`
      insert into link (partner_id, type, record_id, seen_in_sync, first_seen_in_sync)
      select distinct partner_id, ${type}, record_id, ${syncId}, ${syncId} from ${rowsOf(chunk)}
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

/** After a reading of all links of a type by its records: what it did not see is gone. */
export async function dropLinksNotSeen(db: Db, syncId: string, type: LinkedType): Promise<void> {
  await db.deleteFrom('link').where('type', '=', type).where('seen_in_sync', '<>', syncId).execute();
}

/**
 * The records of these links were read: what they say of the partners is known. Of these partners alone: a link to
 * another one may have come while the record was being saved.
 */
export async function markFollowed(db: Db, type: LinkedType, links: readonly Link[]): Promise<void> {
  await sql`
    update link set first_seen_in_sync = '' from ${rowsOf(links)}
     where link.type = ${type} and link.record_id = incoming.record_id
       and link.partner_id = incoming.partner_id and link.first_seen_in_sync <> ''`.execute(db);
}

/** `all` the linked ones, or those with a link that nobody has followed. */
export type Wanted = 'all' | 'unread';

/**
 * A page of the records that this sync found linked to current partners, in the order of their ids, each once. One that
 * hangs on somebody anew is read again even if it is known: what it says of the new partner is not, and while it hung on
 * nobody it was not kept up to date. That its link is new is remembered until it was read, whatever becomes of the sync.
 *
 * The first page refreshes PostgreSQL's statistics: a first sync fills the table faster than they follow by themselves,
 * and without them every page sorts the whole table (500,000 links: 300 ms a page instead of 0.3).
 */
export async function recordIdsToRead(
  db: Db,
  syncId: string,
  type: LinkedType,
  page: { wanted: Wanted; after: string | null; limit: number },
): Promise<readonly string[]> {
  if (page.after === null) await sql`analyze link, partner`.execute(db);
  const { rows } = await sql<{ record_id: string }>`
    select distinct link.record_id
      from link join partner on partner.id = link.partner_id and partner.is_partner
     where link.type = ${type} and link.record_id > ${page.after ?? ''} and link.seen_in_sync = ${syncId}
       ${page.wanted === 'all' ? sql`` : sql`and ${unread(type)}`}
     order by link.record_id limit ${page.limit}`.execute(db);
  return rows.map((row) => row.record_id);
}

function unread(type: LinkedType): RawBuilder<boolean> {
  const stored =
    type === 'deal'
      ? sql`select from deal where deal.id = link.record_id`
      : sql`select from engagement where engagement.type = link.type and engagement.id = link.record_id`;
  return sql`(link.first_seen_in_sync <> '' or not exists (${stored}))`;
}

/** How many records of a type hang on current partners, or on those of them that a sync has seen. */
export async function countLinkedRecords(
  db: Db,
  type: LinkedType,
  seenInSync: string | null = null,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(distinct link.record_id) as count
      from link join partner on partner.id = link.partner_id and partner.is_partner
     where link.type = ${type}
       ${seenInSync === null ? sql`` : sql`and partner.seen_in_sync = ${seenInSync}`}`.execute(db);
  return rows[0]?.count ?? 0;
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
