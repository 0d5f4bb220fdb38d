/** Forgetting one partner (reliability.md section 8, "erase a partner"). */
import { sql } from 'kysely';
import { keepWritersOut } from './lease.ts';
import { atomically } from './rows.ts';
import type { Db } from './tables.ts';
import { keepOthersOut } from './timeline-table.ts';

const ownTables = [
  'link',
  'activity',
  'timeline',
  'touched',
  'verdict',
  // Takes its evidence along (0027_past_verdicts.ts), so it goes after what may still leave some.
  'verdict_change',
  'episode',
  'action',
  'action_request',
  'action_audit',
  'workflow_refusal',
  'publish_failure',
  'programme_issue_partner',
] as const;

/**
 * Deletes everything stored about a company, also under the ids that were merged into it, and the records that hang on
 * nobody else. All or nothing. HubSpot is not touched: the next sync reads a partner again that still is one.
 * @returns whether there was anything
 */
export async function erasePartner(db: Db, companyId: string): Promise<boolean> {
  return await atomically(db, async (transaction) => {
    await keepOthersOut(transaction);
    // A run that has the partner in its hands at this moment would otherwise write it after it was deleted.
    await keepWritersOut(transaction);
    const ids = await allIdsOf(transaction, companyId);
    let erased = await eraseRecords(transaction, ids);
    for (const table of ownTables) {
      const { numAffectedRows } = await sql`
        delete from ${sql.table(table)} where partner_id = any(${ids}::text[])`.execute(transaction);
      erased += numAffectedRows ?? 0n;
    }
    await sql`
      delete from company_merge where merged_id = any(${ids}::text[]) or survivor_id = any(${ids}::text[])`.execute(
      transaction,
    );
    const { numAffectedRows } = await sql`delete from partner where id = any(${ids}::text[])`.execute(
      transaction,
    );
    return erased + (numAffectedRows ?? 0n) > 0n;
  });
}

async function allIdsOf(db: Db, companyId: string): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string; merged_ids: string[] }>`
    select id, merged_ids from partner
     where id = ${companyId} or merged_ids @> array[${companyId}]::text[] for update`.execute(db);
  const named = [...new Set([companyId, ...rows.flatMap((row) => [row.id, ...row.merged_ids])])];
  const { rows: merged } = await sql<{ id: string }>`
    with recursive known (id) as (
      select unnest(${named}::text[]) collate "C"
      union
      select unnest(array[merged_id, survivor_id])
        from known join company_merge on known.id in (merged_id, survivor_id)
    )
    select id from known`.execute(db);
  return merged.map(({ id }) => id);
}

/** Deals and engagements that only this partner is linked to; those shared with another partner are the other's too. */
async function eraseRecords(db: Db, ids: readonly string[]): Promise<bigint> {
  const onlyHere = (type: ReturnType<typeof sql>, id: ReturnType<typeof sql>) => sql`
    exists (select 1 from link where link.type = ${type} and record_id = ${id} and partner_id = any(${ids}::text[]))
    and not exists (select 1 from link where link.type = ${type} and record_id = ${id} and partner_id <> all(${ids}::text[]))`;
  const deals = await sql`delete from deal where ${onlyHere(sql`'deal'`, sql`deal.id`)}`.execute(db);
  const engagements = await sql`
    delete from engagement where ${onlyHere(sql`engagement.type`, sql`engagement.id`)}`.execute(db);
  return (deals.numAffectedRows ?? 0n) + (engagements.numAffectedRows ?? 0n);
}
