import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import type { Instant } from '../model/instant.ts';
import type { Partner } from '../model/partner.ts';
import { judgedColumns, judgedPartnerOf } from './judged-partner.ts';
import { mergedAmong, mergePartners } from './merges.ts';
import { arrayLiteral, assignments, atomically, differs, incoming, names } from './rows.ts';
import type { Columns } from './rows.ts';
import type { Db, Tables } from './tables.ts';
import { instantOf, nullableInstantOf, nullableTimestamp, timestamp } from './types.ts';

/** A partner as the latest sync read it from HubSpot. */
export type SyncedPartner = Partner & {
  /** HubSpot's own clock for this company: older never replaces newer. */
  readonly updatedAt: Instant;
  /** Our HubSpot properties by HubSpot's name, as last read or written; null when empty. */
  readonly published: Readonly<Record<string, string | null>>;
};

const columns: Columns<SyncedPartner> = {
  id: ['text', (partner) => partner.id],
  name: ['text', (partner) => partner.name],
  domain: ['text', (partner) => partner.domain],
  owner_id: ['text', (partner) => partner.ownerId],
  partner_type: ['text', (partner) => partner.partnerType],
  tier: ['text', (partner) => partner.tier],
  region: ['text', (partner) => partner.region],
  external_id: ['text', (partner) => partner.externalId],
  individual_rate: ['text', (partner) => partner.individualRate],
  joined_at: ['timestamptz', (partner) => nullableTimestamp(partner.joinedAt)],
  snoozed_until: ['date', (partner) => partner.snoozedUntil],
  hubspot_updated_at: ['timestamptz', (partner) => timestamp(partner.updatedAt)],
  published: ['jsonb', (partner) => JSON.stringify(partner.published)],
  merged_ids: ['text', (partner) => arrayLiteral(partner.mergedIds)],
};
const kept = Object.keys(columns);
/** What HubSpot alone decides; `published` is also ours, and arrays are compared by the upsert. */
const attributes = kept.filter((name) => name !== 'published' && name !== 'merged_ids');
const all = [...kept, 'is_partner', 'seen_in_sync'];
const compared = [...kept, 'is_partner'];

/**
 * Saves a page of a discovery and marks its partners as seen in it. An older version never replaces a newer one. A
 * partner that returns, or of which something judged has changed, is to be judged anew. What hung on a company that was
 * merged into a partner moves to it, once, and HubSpot's index, which may show it for a while, brings it back no more.
 * At most 10,000 at once.
 * @param knownUpTo the instant up to which every change of partners was thought to be known: whatever a version from
 *   before it corrects is a difference
 */
export async function savePartners(
  db: Db,
  syncId: string,
  found: readonly SyncedPartner[],
  knownUpTo: Instant | null = null,
): Promise<{ inserted: number; changed: number; unchanged: number; differences: number }> {
  return await atomically(db, async (transaction) => {
    const merged = await mergedAmong(
      transaction,
      found.map(({ id }) => id),
    );
    // In order of id, as everybody who touches: two writers then never wait for each other.
    const partners = found.filter(({ id }) => !merged.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1));
    const differences = await countDifferences(transaction, partners, knownUpTo);
    const { rows: written } = await sql<{ inserted: boolean }>`
      insert into partner (${names(all)})
      select ${names(kept.filter((name) => name !== 'merged_ids'))}, merged_ids::text[], true, ${syncId}
        from ${incoming(partners, columns)}
      on conflict (id) do update set ${assignments(all)}, left_at = null,
        revision = partner.revision
          + (${differs('partner', judgedColumns)} or not partner.is_partner)::int
      where partner.hubspot_updated_at <= excluded.hubspot_updated_at and ${differs('partner', compared)}
      returning xmax = 0 as inserted`.execute(transaction);
    await markSeen(transaction, syncId, partners);
    await mergePartners(transaction, partners);
    const inserted = written.filter((row) => row.inserted).length;
    const changed = written.length - inserted;
    return { inserted, changed, unchanged: partners.length - written.length, differences };
  });
}

/** How many of these are news about companies that had not changed since: what earlier syncs had missed. */
async function countDifferences(
  db: Db,
  partners: readonly SyncedPartner[],
  knownUpTo: Instant | null,
): Promise<number> {
  const old = partners.filter(({ updatedAt }) => knownUpTo !== null && updatedAt < knownUpTo);
  if (old.length === 0) return 0;
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ${incoming(old, columns)}
     where not exists (
       select 1 from partner as stored where stored.id = incoming.id and stored.is_partner
          and (stored.hubspot_updated_at > incoming.hubspot_updated_at
            or (${names(attributes, 'stored')}) is not distinct from (${names(attributes, 'incoming')}))
     )`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Also those whose stored version is newer (HubSpot's search lags behind): they were found, so they are partners. */
async function markSeen(db: Db, syncId: string, partners: readonly SyncedPartner[]): Promise<void> {
  await sql`
    update partner
       set seen_in_sync = ${syncId}, is_partner = true, left_at = null, revision = revision + (not is_partner)::int
     where id = any(${partners.map(({ id }) => id)}::text[])
       and (seen_in_sync <> ${syncId} or not is_partner)`.execute(db);
}

/** The ids of current partners that a complete discovery did not see. */
export async function partnersNotSeen(db: Db, syncId: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('partner')
    .select('id')
    .where('is_partner', '=', true)
    .where('seen_in_sync', '<>', syncId)
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * These are no partners any more. They are kept with their history, and what we published on them is still to be cleared.
 * Their links go: nobody keeps them up to date, and should they return, everything they lead to is read again.
 */
export async function leavePartners(db: Db, ids: readonly string[], now: Instant): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('partner')
    .set({ is_partner: false, left_at: timestamp(now) })
    .where('is_partner', '=', true)
    .where(sql<boolean>`id = any(${ids}::text[])`)
    .execute();
  await db
    .deleteFrom('link')
    .where(sql<boolean>`partner_id = any(${ids}::text[])`)
    .execute();
}

/**
 * Companies that are no partners and show values of ours all the same: the survivor of a merge inherits them, a company
 * that was restored still has them. They are to be cleared, and what hung on companies that were merged into them is
 * theirs. At most 10,000 at once.
 */
export async function saveFormerPartners(
  db: Db,
  companies: readonly SyncedPartner[],
  now: Instant,
): Promise<void> {
  if (companies.length === 0) return;
  await atomically(db, async (transaction) => {
    await sql`
      insert into partner (${names([...all, 'left_at'])})
      select ${names(kept.filter((name) => name !== 'merged_ids'))}, merged_ids::text[], false, '',
             ${timestamp(now)}::timestamptz
        from ${incoming(companies, columns)}
      on conflict (id) do update set ${assignments(['published', 'merged_ids', 'hubspot_updated_at'])}
      where partner.hubspot_updated_at <= excluded.hubspot_updated_at`.execute(transaction);
    await mergePartners(transaction, companies);
    const ids = companies.map(({ id }) => id);
    // As of everybody who leaves: see leavePartners.
    await sql`
      delete from link using partner
       where partner.id = link.partner_id and not partner.is_partner and partner.id = any(${ids}::text[])`.execute(
      transaction,
    );
  });
}

/** Companies that are no partners any more since `leftSince` or later. */
export async function formerIds(db: Db, leftSince: Instant): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('partner')
    .select('id')
    .where('is_partner', '=', false)
    .where('left_at', '>=', new Date(leftSince))
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * A page of the companies to ask for by their ids, after `after`: partners, and those that were partners until after
 * `leftSince`, since HubSpot can restore them without counting them as modified.
 */
export async function knownIdsAfter(
  db: Db,
  page: { after: string | null; limit: number; leftSince: Instant },
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('partner')
    .select('id')
    .where((eb) => eb.or([eb('is_partner', '=', true), eb('left_at', '>=', new Date(page.leftSince))]))
    .where('id', '>', page.after ?? '')
    .orderBy('id')
    .limit(page.limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** How many partners show no value of this property of ours in HubSpot. */
export async function countUnpublished(db: Db, property: string): Promise<number> {
  const { count } = await db
    .selectFrom('partner')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('is_partner', '=', true)
    .where(sql<boolean>`published ->> ${property} is null`)
    .executeTakeFirstOrThrow();
  return count;
}

/** Every current partner is to be judged anew, although nothing happened with it. */
export async function markAllDirty(db: Db): Promise<void> {
  await sql`
    insert into touched (partner_id, timeline_stale) select id, false from partner where is_partner order by id
    on conflict (partner_id) do update set number = nextval('touch_number')`.execute(db);
}

export async function countPartners(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('partner')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('is_partner', '=', true)
    .executeTakeFirstOrThrow();
  return count;
}

/** How many companies were ever partners. */
export async function countKnown(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('partner')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** How many partners a discovery has seen so far. */
export async function partnersSeen(db: Db, syncId: string): Promise<number> {
  const { count } = await db
    .selectFrom('partner')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('seen_in_sync', '=', syncId)
    .where('is_partner', '=', true)
    .executeTakeFirstOrThrow();
  return count;
}

/** Those of the ids that were ever a partner's. */
export async function storedAmong(db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('partner')
    .select('id')
    .where(sql<boolean>`id = any(${ids}::text[])`)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** Those of the ids that a sync has seen as partners. */
export async function seenAmong(
  db: Db,
  syncId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('partner')
    .select('id')
    .where('seen_in_sync', '=', syncId)
    .where(sql<boolean>`id = any(${ids}::text[])`)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** Those of the ids that are current partners. */
export async function currentAmong(db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('partner')
    .select('id')
    .where('is_partner', '=', true)
    .where(sql<boolean>`id = any(${ids}::text[])`)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/**
 * A page of the partners that a sync has seen, after `after`, in the order in which HubSpot finds them: by their ids as
 * numbers, so that those found later stand behind.
 */
export async function seenPartnerIdsAfter(
  db: Db,
  syncId: string,
  after: string | null,
  limit: number,
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from partner
     where is_partner and seen_in_sync = ${syncId}
       and (length(id), id) > (length(${after ?? ''}::text), ${after ?? ''}::text collate "C")
     order by length(id), id limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/** A current partner by its id, or by that of a company that was merged into it. */
export async function readPartner(db: Db, id: string): Promise<SyncedPartner | null> {
  const row = await db
    .selectFrom('partner')
    .selectAll()
    .where('is_partner', '=', true)
    .where((eb) => eb.or([eb('id', '=', id), sql<boolean>`merged_ids @> array[${id}]::text[]`]))
    .orderBy(sql`id = ${id}`, 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : partnerOf(row);
}

/** The same with what people and HubSpot see of the partners; who was erased meanwhile is left out. */
export async function withSynced<T extends { readonly partner: { readonly id: string } }>(
  db: Db,
  items: readonly T[],
): Promise<readonly (T & { readonly partner: SyncedPartner })[]> {
  const ids = items.map(({ partner }) => partner.id);
  const rows = await db
    .selectFrom('partner')
    .selectAll()
    .where(sql<boolean>`id = any(${ids}::text[])`)
    .execute();
  const known = new Map(rows.map((row) => [row.id, partnerOf(row)]));
  return items.flatMap((item) => {
    const partner = known.get(item.partner.id);
    return partner === undefined ? [] : [{ ...item, partner }];
  });
}

/** A current or a former partner, by its id or by that of a company that was merged into it. */
export async function readKnownPartner(
  db: Db,
  id: string,
): Promise<{
  readonly partner: SyncedPartner;
  readonly isPartner: boolean;
  readonly leftAt: Instant | null;
} | null> {
  const row = await db
    .selectFrom('partner')
    .selectAll()
    .where((eb) => eb.or([eb('id', '=', id), sql<boolean>`merged_ids @> array[${id}]::text[]`]))
    .orderBy('is_partner', 'desc')
    .orderBy(sql`id = ${id}`, 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { partner: partnerOf(row), isPartner: row.is_partner, leftAt: nullableInstantOf(row.left_at) };
}

/**
 * The current partners behind company ids, ids of merged companies, and external ids, in this order of preference. An
 * external id that several partners share names nobody. Merged ids are looked up one by one: for many at once PostgreSQL
 * would rather read every partner than the index.
 */
export async function partnerIdsByKey(db: Db, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const wanted = sql`${keys}::text[]`;
  const { rows } = await sql<{ key: string; id: string }>`
    select key, id from (
      select external_id as key, min(id) as id, 1 as rank from partner
       where is_partner and external_id = any(${wanted}) group by external_id having count(*) = 1
      union all
      select key, survivor.id, 2 from unnest(${wanted}) as key cross join lateral (
        select id from partner where is_partner and merged_ids <> '{}' and merged_ids @> array[key] limit 1
      ) as survivor
      union all
      select id, id, 3 from partner where is_partner and id = any(${wanted})
    ) as found order by rank`.execute(db);
  return new Map(rows.map(({ key, id }) => [key, id]));
}

/**
 * Those of the ids that are current partners, none of whom is merged or erased until the transaction ends: it waits for
 * whoever does so at this moment. Changing a partner needs no such place. In order of id, as everybody who locks partners.
 */
export async function holdPartners(transaction: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from partner where is_partner and id = any(${ids}::text[]) order by id for key share`.execute(
    transaction,
  );
  return new Set(rows.map(({ id }) => id));
}

export function partnerOf(row: Selectable<Tables['partner']>): SyncedPartner {
  return {
    ...judgedPartnerOf(row),
    name: row.name,
    domain: row.domain,
    ownerId: row.owner_id,
    externalId: row.external_id,
    individualRate: row.individual_rate,
    updatedAt: instantOf(row.hubspot_updated_at),
    published: row.published,
  };
}
