/** Links seen from the records: which partners some deals or engagements hang on. links.ts sees them from the partners. */
import { sql } from 'kysely';
import type { Source } from '../model/activity.ts';
import type { Instant } from '../model/instant.ts';
import type { LinkedType } from '../model/record.ts';
import { atomically, incoming } from './rows.ts';
import type { Link } from './links.ts';
import type { Db } from './tables.ts';
import { instantOf } from './types.ts';

/** What is stored of a company that is or was a partner. */
export type KnownCompany = {
  readonly isPartner: boolean;
  /** Values of ours stand on it in HubSpot. */
  readonly isPublished: boolean;
  readonly mergedIds: readonly string[];
  readonly updatedAt: Instant;
};

/** Those of the companies that are or were partners, by id. */
export async function knownCompanies(
  db: Db,
  ids: readonly string[],
): Promise<ReadonlyMap<string, KnownCompany>> {
  const rows = await db
    .selectFrom('partner')
    .select(['id', 'is_partner', 'published', 'merged_ids', 'hubspot_updated_at'])
    .where(sql<boolean>`id = any(${ids}::text[])`)
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      {
        isPartner: row.is_partner,
        isPublished: Object.values(row.published).some((value) => value !== null),
        mergedIds: row.merged_ids,
        updatedAt: instantOf(row.hubspot_updated_at),
      },
    ]),
  );
}

/** Those of the records that hang on a partner as far as we know, or still say something about one. */
export async function concerning(
  db: Db,
  type: LinkedType,
  source: Source,
  recordIds: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select record_id as id from link where type = ${type} and record_id = any(${recordIds}::text[])
    union
    select source_id from activity join partner on partner.id = partner_id and is_partner
     where source = ${source} and source_id = any(${recordIds}::text[])`.execute(db);
  return rows.map(({ id }) => id);
}

/** The records of a source that say something about these companies. */
export async function recordsAbout(
  db: Db,
  source: Source,
  companyIds: readonly string[],
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('activity')
    .select('source_id')
    .distinct()
    .where('source', '=', source)
    .where(sql<boolean>`partner_id = any(${companyIds}::text[])`)
    .execute();
  return rows.map((row) => row.source_id);
}

/**
 * The complete picture of the links of some records that were read with them: what `links` does not name is gone.
 * @param seenInSync the sync as whose finding they count
 * @returns the partners that the records hang on, or hung on until now
 */
export async function replaceRecordLinks(
  db: Db,
  type: LinkedType,
  recordIds: readonly string[],
  links: readonly Link[],
  seenInSync: string,
): Promise<readonly string[]> {
  const rows = incoming(links, {
    partner_id: ['text', (link) => link.partnerId],
    record_id: ['text', (link) => link.recordId],
  });
  return await atomically(db, async (transaction) => {
    const { rows: removed } = await sql<{ partner_id: string }>`
      delete from link
       where type = ${type} and record_id = any(${recordIds}::text[])
         and not exists (
           select 1 from ${rows}
            where incoming.partner_id = link.partner_id and incoming.record_id = link.record_id
         )
      returning partner_id`.execute(transaction);
    await sql`
      insert into link (partner_id, type, record_id, seen_in_sync, first_seen_in_sync)
      select distinct partner_id, ${type}, record_id, ${seenInSync}, '' from ${rows}
      on conflict (partner_id, type, record_id) do update
        set seen_in_sync = excluded.seen_in_sync, first_seen_in_sync = excluded.first_seen_in_sync
      where (link.seen_in_sync, link.first_seen_in_sync)
        is distinct from (excluded.seen_in_sync, excluded.first_seen_in_sync)`.execute(transaction);
    return [
      ...new Set([...removed.map((row) => row.partner_id), ...links.map(({ partnerId }) => partnerId)]),
    ];
  });
}
