/** What must not depend on what went wrong on the way: everything we know, and everything HubSpot shows of it. */
import { sql } from 'kysely';
import type { TestAccount } from '../world/account.ts';

/** One table of what we know, by its name, as rows in a fixed order. */
export type State = {
  readonly tables: Readonly<Record<string, readonly unknown[]>>;
  /** Our values of every living company in HubSpot. */
  readonly shown: TestAccount['shown'] extends () => infer Shown ? Shown : never;
};

/** Ids of runs and syncs, and how far a picture has been judged, are left out: they differ from run to run. */
const tables = {
  partner: sql`
    select id, name, domain, owner_id, partner_type, tier, region, external_id, joined_at, snoozed_until, merged_ids,
           hubspot_updated_at, published
      from partner where is_partner order by id`,
  link: sql`select partner_id, type, record_id from link order by partner_id, type, record_id`,
  deal: sql`
    select id, name, pipeline_id, stage_id, amount::text, currency, created_at, closed_at, won, closed, updated_at
      from deal where id in (select record_id from link where type = 'deal') order by id`,
  engagement: sql`
    select type, id, occurred_at, direction, outcome, updated_at from engagement
     where exists (select 1 from link where link.type = engagement.type and record_id = id) order by type, id`,
  activity: sql`
    select source, source_id, kind, partner_id, occurred_at, quantity, amount::text, currency from activity
     order by source, source_id, kind, partner_id`,
  verdict: sql`
    select partner_id, status, previous_status, status_changed_at, health, reasons, unknowns, last_activity_at,
           last_activity_kind, inactive_since, expected_inactive_day, episode, stale, next_change_at
      from verdict where partner_id in (select id from partner where is_partner) order by partner_id`,
  episode: sql`select partner_id, number, opened_at, closed_at from episode order by partner_id, number`,
  source: sql`select source, complete, complete_up_to, kinds from source_state order by source`,
};

export async function stateOf({ database, shown }: Pick<TestAccount, 'database' | 'shown'>): Promise<State> {
  const read = Object.entries(tables).map(
    async ([name, query]) => [name, (await query.execute(database.store.db)).rows] as const,
  );
  return { tables: Object.fromEntries(await Promise.all(read)), shown: shown() };
}
