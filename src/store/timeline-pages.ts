/** Timelines page by page, for whoever goes through those of everybody, or of all that were touched. */
import { sql, type RawBuilder } from 'kysely';
import { readAhead } from './read-ahead.ts';
import type { Db } from './tables.ts';
import type { Labels } from './timeline-format.ts';
import { KnownLabels, refreshTimelines } from './timeline-table.ts';

type Wanted = {
  /** Of `timeline` and `partner`, beside the partner's id. */
  readonly columns: RawBuilder<unknown>;
  /** Only partners that something happened to since their latest judgement. */
  readonly touchedOnly: boolean;
  readonly batchSize: number;
};

export type TimelinePage<Row> = {
  readonly rows: readonly (Row & { readonly id: string })[];
  readonly labels: Labels;
};

/** Current partners with any activity, in the order of their ids; at most two pages in memory. */
export async function* timelinePages<Row>(db: Db, wanted: Wanted): AsyncGenerator<TimelinePage<Row>> {
  await refreshTimelines(db);
  yield* readAhead(pages<Row>(db, wanted));
}

/**
 * Each page begins in all tables where the one before ended. If only one of them did, PostgreSQL might go through the
 * others from their beginning for every page.
 */
async function* pages<Row>(
  db: Db,
  { columns, touchedOnly, batchSize }: Wanted,
): AsyncGenerator<TimelinePage<Row>> {
  const labels = new KnownLabels(db);
  const { whom, key } = touchedOnly ? touched : everybody;
  let after = '';
  for (;;) {
    const { rows } = await sql<Row & { id: string; newest_label: number | null }>`
      select id, ${columns}, (select max(code) from timeline_label) as newest_label
        from ${whom}
       where is_partner and ${key} > ${after} and id > ${after}
       order by ${key} limit ${batchSize}`.execute(db);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
    yield { rows, labels: await labels.upTo(last.newest_label) };
  }
}

type From = { readonly whom: RawBuilder<unknown>; readonly key: RawBuilder<unknown> };

const everybody: From = {
  whom: sql`timeline join partner on partner.id = timeline.partner_id`,
  key: sql`timeline.partner_id`,
};

/** Looked up one by one: joined as whole tables, everybody would be gone through for the few that were touched. */
const touched: From = {
  whom: sql`
    touched
    cross join lateral (select * from timeline where partner_id = touched.partner_id limit 1) as timeline
    cross join lateral (select * from partner where id = touched.partner_id limit 1) as partner`,
  key: sql`touched.partner_id`,
};
