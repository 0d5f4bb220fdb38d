/** What must not depend on what went wrong on the way: everything we know, and everything HubSpot shows of it. */
import { sql } from 'kysely';
import { linkedTypes } from '../../src/model/record.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
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

/** What HubSpot and we must agree on, whatever we made of it: partners, links, and the records at their ends. */
export type Facts = {
  readonly partners: readonly (readonly [id: string, name: string | null])[];
  readonly links: readonly string[];
  /** With their versions. */
  readonly records: readonly string[];
};

export function factsOf({ tables }: State): Facts {
  const rows = <Row>(name: string) => tables[name] as readonly Row[];
  const deals = rows<{ id: string; updated_at: Date }>('deal').map((row) => ({ type: 'deal', ...row }));
  const engagements = rows<{ type: string; id: string; updated_at: Date }>('engagement');
  return {
    partners: rows<{ id: string; name: string | null }>('partner')
      .map(({ id, name }) => [id, name] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
    links: rows<{ partner_id: string; type: string; record_id: string }>('link')
      .map(({ partner_id, type, record_id }) => `${partner_id} ${type} ${record_id}`)
      .sort(),
    records: [...deals, ...engagements]
      .map(({ type, id, updated_at }) => `${type} ${id} ${updated_at.toISOString()}`)
      .sort(),
  };
}

/** The same of the account itself. Its partners are those that the seed's own definition, by a property, names. */
export function factsOfAccount(sandbox: Sandbox): Facts {
  const definition = sandbox.seed.settings.partnerDefinition;
  if (definition.by !== 'property') throw new Error('This account defines its partners by a list.');
  const { records, associations } = sandbox.truth();
  const living = records.filter(({ archivedAt }) => archivedAt === null);
  const byKey = new Map(living.map((record) => [`${record.type} ${record.id}`, record]));
  const partners = living.filter(
    ({ type, properties }) =>
      type === 'company' && definition.values.includes(properties[definition.property] ?? ''),
  );
  const partnerIds = new Set(partners.map(({ id }) => id));
  const types = new Set<string>(linkedTypes);
  const links = new Set<string>();
  const linked = new Set<string>();
  for (const { fromType, fromId, toType, toId } of associations) {
    // The account knows a link once, whichever end it was made from.
    const [company, type, id] = fromType === 'company' ? [fromId, toType, toId] : [toId, fromType, fromId];
    // Ids are unique within a type only: a contact may have the number of a company.
    if (fromType !== 'company' && toType !== 'company') continue;
    if (!partnerIds.has(company) || !types.has(type) || !byKey.has(`${type} ${id}`)) continue;
    links.add(`${company} ${type} ${id}`);
    linked.add(`${type} ${id}`);
  }
  return {
    partners: partners
      .map(({ id, properties }) => [id, properties['name'] ?? null] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
    links: [...links].sort(),
    records: [...linked]
      .map((key) => `${key} ${new Date(byKey.get(key)?.updatedAt ?? 0).toISOString()}`)
      .sort(),
  };
}
