/** Up to which instant of HubSpot's clock every change of a type has been read. */
import { sql } from 'kysely';
import type { Instant } from '../model/instant.ts';
import type { RecordType } from '../model/record.ts';
import type { Db } from './tables.ts';
import { instantOf, timestamp } from './types.ts';

export async function readWatermarks(db: Db): Promise<ReadonlyMap<RecordType, Instant>> {
  const rows = await db.selectFrom('watermark').selectAll().execute();
  return new Map(rows.map(({ type, up_to }) => [type, instantOf(up_to)]));
}

/** Never moves back. */
export async function saveWatermark(db: Db, type: RecordType, upTo: Instant): Promise<void> {
  await db
    .insertInto('watermark')
    .values({ type, up_to: timestamp(upTo) })
    .onConflict((conflict) =>
      conflict.column('type').doUpdateSet({
        up_to: sql`greatest(watermark.up_to, excluded.up_to)`,
      }),
    )
    .execute();
}
