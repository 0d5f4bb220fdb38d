/** What HubSpot shows of our verdicts: read to plan, written once HubSpot has confirmed. */
import { sql } from 'kysely';
import type { DrawnSpell } from '../model/hold-out.ts';
import type { Instant } from '../model/instant.ts';
import type { Verdict } from '../model/verdict.ts';
import { drawnSpell } from './episodes.ts';
import { partnerOf } from './partners.ts';
import type { SyncedPartner } from './partners.ts';
import { incoming } from './rows.ts';
import type { Db } from './tables.ts';
import { timestamp } from './types.ts';
import { readVerdicts } from './verdicts.ts';

export type ToPublish = {
  readonly partner: SyncedPartner;
  /** Null when the company is no partner any more: what we published on it is to be cleared. */
  readonly verdict: Verdict | null;
  /** What was drawn for its latest spell; null where nothing was. */
  readonly spell: DrawnSpell | null;
};

/**
 * Every current partner with its verdict, and every company that left and still shows values of ours. In the order of
 * their ids, `batchSize` in memory at a time. `only`: of these companies alone.
 */
export async function* streamToPublish(
  db: Db,
  batchSize: number,
  only?: readonly string[],
): AsyncIterable<readonly ToPublish[]> {
  let after = '';
  for (;;) {
    const rows = await db
      .selectFrom('partner')
      .selectAll()
      .select(drawnSpell(sql`partner.id`).as('spell'))
      .where('id', '>', after)
      .$if(only !== undefined, (query) => query.where(sql<boolean>`id = any(${only}::text[])`))
      .where(
        sql<boolean>`case when is_partner
          then exists (select 1 from verdict where partner_id = partner.id)
          else exists (select 1 from jsonb_each_text(published) where value is not null) end`,
      )
      .orderBy('id')
      .limit(batchSize)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
    const current = rows.filter((row) => row.is_partner).map(({ id }) => id);
    const verdicts = await readVerdicts(db, current);
    yield rows.map((row) => ({
      partner: partnerOf(row),
      verdict: verdicts.get(row.id) ?? null,
      spell: row.spell,
    }));
  }
}

export type PublishedUpdate = {
  readonly partnerId: string;
  /** By HubSpot's property name. An empty text clears a property, and reads as null. */
  readonly properties: Readonly<Record<string, string>>;
  /** The version of the company that the write made. */
  readonly updatedAt: Instant;
};

/**
 * Values that HubSpot has confirmed. They carry the company's new version, so that HubSpot's search, whose index lags
 * behind, cannot bring the old values back (I8).
 */
export async function savePublished(db: Db, updates: readonly PublishedUpdate[]): Promise<void> {
  const rows = incoming(updates, {
    partner_id: ['text', (update) => update.partnerId],
    properties: ['jsonb', (update) => JSON.stringify(asRead(update.properties))],
    updated_at: ['timestamptz', (update) => timestamp(update.updatedAt)],
  });
  await sql`
    update partner
       set published = published || properties,
           hubspot_updated_at = greatest(hubspot_updated_at, incoming.updated_at)
      from ${rows}
     where partner.id = incoming.partner_id`.execute(db);
}

/** These companies do not exist any more, so HubSpot shows nothing of ours on them and nothing can be cleared. */
export async function forgetPublished(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.updateTable('partner').set({ published: '{}' }).where('id', 'in', ids).execute();
}

/** Our properties are gone from HubSpot, and with them what it showed of anybody. */
export async function forgetAllPublished(db: Db): Promise<void> {
  await db
    .updateTable('partner')
    .set({ published: '{}' })
    .where(sql<boolean>`published <> '{}'`)
    .execute();
}

function asRead(properties: Readonly<Record<string, string>>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, value === '' ? null : value]),
  );
}

/** `id` is the company that HubSpot refused to update. */
export async function savePublishFailures(
  db: Db,
  runId: string,
  failures: readonly { readonly id: string; readonly category: string; readonly message: string }[],
): Promise<void> {
  const rows = incoming(failures, {
    partner_id: ['text', (failure) => failure.id],
    category: ['text', (failure) => failure.category],
    message: ['text', (failure) => failure.message],
  });
  await sql`
    insert into publish_failure (run_id, partner_id, category, message)
    select distinct on (partner_id) ${runId}, partner_id, category, message from ${rows}
    on conflict (run_id, partner_id) do update
      set category = excluded.category, message = excluded.message`.execute(db);
}

export type PublishFailure = {
  readonly partnerId: string;
  readonly category: string;
  readonly message: string;
};

export async function readPublishFailures(db: Db, runId: string): Promise<readonly PublishFailure[]> {
  const rows = await db
    .selectFrom('publish_failure')
    .select(['partner_id', 'category', 'message'])
    .where('run_id', '=', runId)
    .orderBy('partner_id')
    .execute();
  return rows.map(({ partner_id, category, message }) => ({ partnerId: partner_id, category, message }));
}
