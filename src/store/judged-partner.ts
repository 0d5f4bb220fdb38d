/** What judging reads of a partner. */
import { sql, type Selectable } from 'kysely';
import type { JudgedPartner } from '../model/partner.ts';
import type { Tables } from './tables.ts';
import { nullableInstantOf } from './types.ts';

/** A verdict depends on these of HubSpot's; the rest is for people. */
export const judgedColumns = [
  'partner_type',
  'tier',
  'region',
  'joined_at',
  'snoozed_until',
  'merged_ids',
] as const satisfies readonly (keyof Tables['partner'])[];

export type JudgedRow = Pick<
  Selectable<Tables['partner']>,
  'id' | 'excluded_because' | (typeof judgedColumns)[number]
>;

/** As `judgedPartnerOf` takes them. */
export const judgedPartner = sql.join(
  ['id', 'excluded_because', ...judgedColumns].map((column) => sql.ref(`partner.${column}`)),
);

export function judgedPartnerOf(row: JudgedRow): JudgedPartner {
  return {
    id: row.id,
    partnerType: row.partner_type,
    tier: row.tier,
    region: row.region,
    joinedAt: nullableInstantOf(row.joined_at),
    snoozedUntil: row.snoozed_until,
    mergedIds: row.merged_ids,
    ...(row.excluded_because === null ? {} : { excludedBecause: row.excluded_because }),
  };
}
