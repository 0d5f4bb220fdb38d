/** Everybody's history with what says which rules a partner falls under: what a scan for facts goes through. */
import { sql } from 'kysely';
import type { Timeline } from '../model/activity.ts';
import type { Partner } from '../model/partner.ts';
import type { Db } from './tables.ts';
import { PackedTimeline, type Packed } from './timeline-format.ts';
import { timelinePages } from './timeline-pages.ts';
import { nullableInstantOf } from './types.ts';

export type KnownHistory = {
  readonly partner: Pick<Partner, 'partnerType' | 'tier' | 'region' | 'joinedAt'>;
  readonly timeline: Timeline;
};

type Row = Packed & {
  readonly partner_type: string | null;
  readonly tier: string | null;
  readonly region: string | null;
  readonly joined_at: Date | null;
};

/** Pages of current partners with any activity, in the order of their ids. */
export async function* streamHistories(db: Db, batchSize: number): AsyncGenerator<readonly KnownHistory[]> {
  const columns = sql`partner_type, tier, region, joined_at, entries, amounts`;
  for await (const { rows, labels } of timelinePages<Row>(db, { columns, touchedOnly: false, batchSize })) {
    yield rows.map((row) => ({
      partner: {
        partnerType: row.partner_type,
        tier: row.tier,
        region: row.region,
        joinedAt: nullableInstantOf(row.joined_at),
      },
      timeline: new PackedTimeline(row, labels),
    }));
  }
}
