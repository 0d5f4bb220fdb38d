/** What must hold at any moment, and what must hold once everything is calm again. */
import { sql } from 'kysely';
import { expect } from 'vitest';
import { waitingHints } from '../../src/store/hints.ts';
import { openStore } from '../../src/store/connect.ts';
import { saveSettings } from '../../src/store/settings.ts';
import { performRefresh } from '../../src/jobs/refresh.ts';
import { factsOf, factsOfAccount, stateOf, type State } from '../faults/state.ts';
import { shownBy } from '../world/account.ts';
import type { TestDatabase } from '../world/database.ts';
import { empty, type Installation } from './installation.ts';
import { applyLag, run } from './perform.ts';

/** The versions that were stored when it was last looked. */
export type Versions = Map<string, number>;

/** Nothing twice, nothing older than before, nothing newer than HubSpot's own. */
export async function checkInvariants({ store, sandbox }: Installation, before: Versions): Promise<void> {
  const { rows: twice } = await sql`
    select one.source, one.source_id, one.kind, one.partner_id from activity as one
      join partner on one.partner_id = any(partner.merged_ids)
      join activity as other on other.partner_id = partner.id
       and (other.source, other.source_id, other.kind) = (one.source, one.source_id, one.kind)`.execute(
    store.db,
  );
  expect(twice, 'activities that a merged company and its survivor both have').toEqual([]);
  const { rows } = await sql<{ key: string; updated_at: Date }>`
    select 'company ' || id as key, hubspot_updated_at as updated_at from partner
    union all select 'deal ' || id, updated_at from deal
    union all select type || ' ' || id, updated_at from engagement
    union all select 'watermark ' || type, up_to from watermark`.execute(store.db);
  const versions = new Map(rows.map((row) => [row.key, row.updated_at.getTime()]));
  for (const [key, version] of versions) {
    expect(version, `the version of ${key} against the one before`).toBeGreaterThanOrEqual(
      before.get(key) ?? 0,
    );
    expect(version, `the version of ${key} against the time`).toBeLessThanOrEqual(sandbox.now() + 999);
  }
  before.clear();
  for (const [key, version] of versions) before.set(key, version);
}

/** Tables in which whoever looked all the time knows the same as whoever comes now. */
const shared = ['partner', 'link', 'deal', 'engagement'] as const;

/**
 * After the last trouble one run knows and shows the truth, and whatever comes late changes nothing.
 * @returns what an audit has to correct then
 */
export async function checkConvergence(
  installation: Installation,
  newcomer: TestDatabase,
): Promise<number | null> {
  const { sandbox } = installation;
  sandbox.clearFaults();
  installation.lag = 0;
  applyLag(installation);
  sandbox.mutate({ do: 'advanceClock', durationMs: 60_000 });
  const { summary } = await run(installation, {});
  expect(summary.outcome, 'the outcome of the run after the last trouble').toBe('ok');
  const state = await pictureOf(installation);
  expect(factsOf(state)).toEqual(factsOfAccount(sandbox));
  checkShown(state);
  await checkAgainstNewcomer(installation, newcomer, state);
  return checkNothingIsLeft(installation, state);
}

async function pictureOf({ store, sandbox }: Installation): Promise<State> {
  return stateOf({ database: { store, url: '', drop: async () => {} }, shown: () => shownBy(sandbox) });
}

/** What HubSpot shows of partners is what we believe that it does; of anybody else it shows nothing. */
function checkShown({ tables, shown }: State): void {
  const partners = tables['partner'] as readonly { id: string; published: Record<string, string | null> }[];
  const believed = new Map(partners.map(({ id, published }) => [id, published]));
  for (const [id, values] of shown) {
    const expected = Object.entries(believed.get(id) ?? {}).filter(([, value]) => value !== null);
    // A date that people set is theirs, also on a company that is no partner.
    const { rekindle_snoozed_until: _snoozed, ...ours } = values;
    const compared = believed.has(id) ? values : ours;
    expect(compared, `what HubSpot shows of ${id}`).toEqual(Object.fromEntries(expected));
  }
}

/** Whoever is judged later gives the same reasons as of a later instant; nothing else moves. */
function expectSame(now: State, before: State): void {
  for (const name of [...shared, 'episode'])
    expect(now.tables[name], `table ${name}`).toEqual(before.tables[name]);
  expect(activitiesOfPartners(now)).toEqual(activitiesOfPartners(before));
  expect(Object.fromEntries(now.shown)).toEqual(Object.fromEntries(before.shown));
}

async function checkNothingIsLeft(installation: Installation, state: State): Promise<number | null> {
  const { sandbox, store, hubspot } = installation;
  const clock = (): number => sandbox.now();
  const before = sandbox.requests().length;
  const { summary } = await run(installation, { full: true });
  expect([summary.outcome, summary.publish.changed]).toEqual(['ok', 0]);
  expectSame(await pictureOf(installation), state);
  while ((await waitingHints(store.db)).count > 0) {
    const { signal } = new AbortController();
    expect((await performRefresh({ store, hubspot, clock, signal })).state).toBe('done');
  }
  expectSame(await pictureOf(installation), state);
  const writes = sandbox
    .requests()
    .slice(before)
    .filter(({ route }) => /batch\/update/.test(route));
  expect(writes).toEqual([]);
  return summary.sync.differences;
}

/** Of whom a newcomer knows no past: these values of ours rest on nothing else than what it reads. */
const withoutPast = new Set(['rekindle_last_activity_date', 'rekindle_last_activity_kind']);

async function checkAgainstNewcomer(
  installation: Installation,
  database: TestDatabase,
  state: State,
): Promise<void> {
  const { sandbox } = installation;
  const store = await openStore({ databaseUrl: database.url, dataDir: '/nowhere' });
  try {
    await empty(store);
    await saveSettings(store.db, sandbox.seed.settings, { note: '', author: 'test', now: sandbox.now() });
    const fresh = { ...installation, store };
    const { plan } = await run(fresh, { dryRun: true });
    const theirs = await pictureOf(fresh);
    for (const name of shared) expect(state.tables[name], `table ${name}`).toEqual(theirs.tables[name]);
    expect(activitiesOfPartners(state)).toEqual(activitiesOfPartners(theirs));
    for (const { id, properties } of plan?.updates ?? []) {
      const wrong = Object.entries(properties).filter(([name]) => withoutPast.has(name));
      expect(wrong, `what HubSpot should show of ${id}`).toEqual([]);
    }
  } finally {
    await store.close();
  }
}

/** Companies that left keep their history. */
function activitiesOfPartners({ tables }: State): unknown[] {
  const partners = new Set((tables['partner'] as readonly { id: string }[]).map(({ id }) => id));
  return (tables['activity'] as readonly { partner_id: string }[]).filter((row) =>
    partners.has(row.partner_id),
  );
}
