/** The whole local picture of HubSpot, for whoever compares it with what HubSpot holds. */
import type { Activity, Source } from '../model/activity.ts';
import type { Kind } from '../model/kind.ts';
import type { LinkedRecord, LinkedType } from '../model/record.ts';
import { partnerOf, type SyncedPartner } from './partners.ts';
import { readStored } from './records.ts';
import { chunks } from './rows.ts';
import type { Db } from './tables.ts';
import { instantOf } from './types.ts';

export async function currentPartners(db: Db): Promise<readonly SyncedPartner[]> {
  const rows = await db.selectFrom('partner').selectAll().where('is_partner', '=', true).execute();
  return rows.map(partnerOf);
}

/** What hangs on current partners, whether its record is stored or not. */
export async function currentLinks(
  db: Db,
  type: LinkedType,
): Promise<readonly { readonly partnerId: string; readonly recordId: string }[]> {
  return await db
    .selectFrom('link')
    .innerJoin('partner', 'partner.id', 'link.partner_id')
    .select(['link.partner_id as partnerId', 'link.record_id as recordId'])
    .where('link.type', '=', type)
    .where('partner.is_partner', '=', true)
    .orderBy('link.record_id')
    .orderBy('link.partner_id')
    .execute();
}

export async function storedRecords(
  db: Db,
  type: LinkedType,
  ids: readonly string[],
): Promise<readonly LinkedRecord[]> {
  const records: LinkedRecord[] = [];
  for (const some of chunks(ids)) {
    const found = await readStored(db, type, some);
    for (const record of found) records.push(record);
  }
  return records;
}

/** What a source says about current partners. */
export async function currentActivities(db: Db, source: Source): Promise<readonly Activity[]> {
  const rows = await db
    .selectFrom('activity')
    .innerJoin('partner', 'partner.id', 'activity.partner_id')
    .selectAll('activity')
    .where('activity.source', '=', source)
    .where('partner.is_partner', '=', true)
    .execute();
  return rows.map((row) => ({
    partnerId: row.partner_id,
    kind: row.kind as Kind,
    occurredAt: instantOf(row.occurred_at),
    quantity: row.quantity,
    amount:
      row.amount === null || row.currency === null ? null : { amount: row.amount, currency: row.currency },
    source,
    sourceId: row.source_id,
  }));
}
