/** Whole journeys: what a company sees of Rekindle from the first night on, against the sandbox and the real store. */
import { afterEach, expect, test } from 'vitest';
import { importActivities } from '../../src/cli/import.ts';
import { dayOf, millisecondsPerDay } from '../../src/model/instant.ts';
import type { Settings } from '../../src/model/settings.ts';
import { BrakeError } from '../../src/publish/publish.ts';
import { createProgramme, programmeNames } from '../../src/sandbox/programmes/programmes.ts';
import type { PortalSeed } from '../../src/sandbox/seed.ts';
import { upsertActivities } from '../../src/store/activities.ts';
import { listRuns, readRun } from '../../src/store/runs.ts';
import { readSourceStates } from '../../src/store/sources.ts';
import { countByStatus, readVerdict } from '../../src/store/verdicts.ts';
import { openTestAccount, type TestAccount } from '../world/account.ts';
import { createTinyPortal, tinyCompanies, tinyNow, tinyPartnerIds } from '../world/tiny-portal.ts';

const now = Date.parse('2026-06-15T12:00:00Z');
const opened: TestAccount[] = [];

async function open(seed: PortalSeed, at = now, options = {}): Promise<TestAccount> {
  const account = await openTestAccount(seed, at, options);
  opened.push(account);
  account.writes();
  return account;
}

afterEach(async () => {
  for (const account of opened.splice(0)) await account.close();
});

test.each(programmeNames)(
  '%s: what HubSpot shows as the last activity is the truth, for every partner',
  async (programme) => {
    const seed = createProgramme({ programme, partners: 80, seed: 7, now });
    const account = await open(seed);
    await account.run({ kind: 'sync' });
    await upsertActivities(account.database.store.db, seed.otherSystems);
    const { summary } = await account.run();
    expect(summary).toMatchObject({
      outcome: 'ok',
      sync: { partners: 80 },
      publish: { changed: 80, failed: 0 },
    });

    const shown = account.shown();
    for (const { companyId, lastPartnerActivityAt, story } of seed.truth) {
      const day = lastPartnerActivityAt === null ? undefined : dayOf(lastPartnerActivityAt, seed.timeZone);
      expect([companyId, story, shown.get(companyId)?.['rekindle_last_activity_date']]).toEqual([
        companyId,
        story,
        day,
      ]);
    }
    const partnerIds = new Set(seed.truth.map(({ companyId }) => companyId));
    const others = [...shown].filter(([id, values]) => !partnerIds.has(id) && Object.keys(values).length > 0);
    expect(others).toEqual([]);
  },
);

test('a second run on unchanged data judges nobody and writes nothing', async () => {
  const account = await open(createProgramme({ programme: 'reseller', partners: 60, seed: 1, now }));
  await account.run();
  expect(account.writes()).toBeGreaterThan(0);
  const { summary } = await account.run();
  expect(summary).toMatchObject({
    assess: { assessed: 0, skipped: 60 },
    publish: { changed: 0, unchanged: 60, requests: 0 },
  });
  expect(account.writes()).toBe(0);
});

test("HubSpot's lagging search does not make the next run write again", async () => {
  const account = await open(createTinyPortal(), tinyNow, { indexLagMs: 3_600_000 });
  await account.run();
  account.writes();
  const { summary } = await account.run();
  expect(summary.publish.changed).toBe(0);
  expect(account.writes()).toBe(0);
});

test('a dry run shows the plan and changes neither HubSpot nor a verdict', async () => {
  const account = await open(createTinyPortal(), tinyNow);
  const { plan, summary } = await account.run({ dryRun: true });
  expect(plan?.updates.map(({ id }) => id).sort()).toEqual([...tinyPartnerIds].sort());
  expect(summary.assess.assessed).toBe(tinyPartnerIds.length);
  expect(account.writes()).toBe(0);
  expect(await readVerdict(account.database.store.db, tinyCompanies.active)).toBeNull();
});

test('time alone makes a partner inactive on the day its verdict foretold, and only that partner is judged', async () => {
  const account = await open(createTinyPortal(), tinyNow);
  await account.run();
  const before = await readVerdict(account.database.store.db, tinyCompanies.active);
  const at = before?.nextChangeAt ?? 0;
  account.sandbox.setClock(() => at - 1);
  expect((await account.run()).summary.assess.assessed).toBeLessThan(tinyPartnerIds.length);
  expect(await readVerdict(account.database.store.db, tinyCompanies.active)).toEqual(before);
  account.sandbox.setClock(() => at);
  await account.run();
  const after = await readVerdict(account.database.store.db, tinyCompanies.active);
  expect({ ...after, assessedAt: 0, nextChangeAt: 0 }).not.toEqual({
    ...before,
    assessedAt: 0,
    nextChangeAt: 0,
  });
});

test('a new deal, a lost association, a deleted deal: each is seen by the next run', async () => {
  const account = await open(createTinyPortal(), tinyNow);
  await account.run();
  const { silent } = tinyCompanies;
  const day = (): string | undefined => account.shown().get(silent)?.['rekindle_last_activity_date'];
  const before = day();
  const { record } = account.sandbox.mutate({
    do: 'create',
    type: 'deal',
    properties: { dealname: 'Back', pipeline: 'default', dealstage: 'appointmentscheduled' },
    createdAt: tinyNow - 2 * millisecondsPerDay,
    associations: [{ toType: 'company', toId: silent }],
  });
  const deal = { fromType: 'company', fromId: silent, toType: 'deal', toId: record?.id ?? '' } as const;
  await account.run();
  expect(day()).toBe(dayOf(tinyNow - 2 * millisecondsPerDay, account.sandbox.seed.timeZone));
  account.sandbox.mutate({ do: 'dissociate', ...deal });
  await account.run();
  expect(day()).toBe(before);
  account.sandbox.mutate({ do: 'associate', ...deal });
  await account.run();
  expect(day()).not.toBe(before);
  account.sandbox.mutate({ do: 'delete', type: 'deal', id: deal.toId });
  await account.run();
  expect(day()).toBe(before);
});

test('a company that is un-marked is cleared once; a deleted one is left alone', async () => {
  const account = await open(createTinyPortal(), tinyNow);
  await account.run();
  account.sandbox.mutate({
    do: 'edit',
    type: 'company',
    id: tinyCompanies.active,
    properties: { type: 'PROSPECT' },
  });
  account.sandbox.mutate({ do: 'delete', type: 'company', id: tinyCompanies.silent });
  const { summary } = await account.run();
  expect(summary).toMatchObject({ outcome: 'ok', sync: { partners: tinyPartnerIds.length - 2 } });
  expect(account.shown().get(tinyCompanies.active)).toEqual({});
  account.writes();
  await account.run();
  expect(account.writes()).toBe(0);
});

test('two partners that are merged live on as one, with both histories, and nothing is written to a dead id', async () => {
  const account = await open(createTinyPortal(), tinyNow);
  await account.run();
  const { record } = account.sandbox.mutate({
    do: 'merge',
    type: 'company',
    primaryId: tinyCompanies.neverActivated,
    mergedId: tinyCompanies.active,
  });
  const { summary } = await account.run();
  expect(summary).toMatchObject({ outcome: 'ok', publish: { failed: 0 } });
  const survivor = record?.id ?? '';
  expect(survivor).not.toBe(tinyCompanies.active);
  expect(account.shown().get(survivor)?.['rekindle_status']).not.toBe('never_activated');
  account.writes();
  await account.run();
  expect(account.writes()).toBe(0);
});

test('0 partners is refused before anything is judged or written', async () => {
  const seed = createTinyPortal();
  const account = await open(seed, tinyNow);
  await account.run();
  await account.save({
    ...seed.settings,
    partnerDefinition: { by: 'property', property: 'type', values: ['NOBODY'] },
  });
  account.writes();
  await expect(account.run()).rejects.toThrow(/0 partner companies.*Nothing was judged or written/s);
  expect(account.writes()).toBe(0);
});

function impatient(settings: Settings): Settings {
  const rules = settings.rules.map((rule) => ({ ...rule, windowDays: 1 }));
  return { ...settings, rules, graceDays: 0, warningDays: 0 };
}

test('the brake stops a run that moves too many partners, and lets it through once a person has said yes', async () => {
  const seed = createProgramme({ programme: 'reseller', partners: 150, seed: 3, now });
  const account = await open(seed);
  await account.run();
  await account.save(impatient(seed.settings));
  account.writes();
  const refusal: unknown = await account.run().then(
    () => null,
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(BrakeError);
  const runId = /--approve ([0-9a-f-]+)/.exec(String(refusal))?.[1] ?? '';
  expect(account.writes()).toBe(0);
  const ledger = await readRun(account.database.store.db, runId);
  expect(ledger).toMatchObject({ outcome: 'aborted', brakeMoves: (refusal as BrakeError).moves });

  const { summary } = await account.run({ kind: 'publish', approve: runId });
  expect(summary.outcome).toBe('ok');
  expect(account.writes()).toBeGreaterThan(0);
});

test.each(['by-trace-id', 'whole-batch', 'per-record'])(
  'a company whose rules refuse our values does not keep the others from being written (%s)',
  async (mode) => {
    const faults = [`poison:id=${tinyCompanies.silent}`, `batch-errors:${mode}`];
    const account = await open(createTinyPortal(), tinyNow, { faults });
    const { summary, failures } = await account.run();
    expect(summary).toMatchObject({
      outcome: 'partial',
      publish: { changed: tinyPartnerIds.length - 1, failed: 1 },
    });
    expect(failures.map(({ id }) => id)).toEqual([tinyCompanies.silent]);
  },
);

test('a type that no rule needs may be forbidden: it is unknown and said so, and the rest goes on', async () => {
  const account = await open(createTinyPortal(), tinyNow, { faults: ['forbidden:route=/emails'] });
  const { summary, warnings } = await account.run();
  expect(summary.outcome).toBe('ok');
  expect(warnings).toHaveLength(1);
  const emails = (await readSourceStates(account.database.store.db)).find(
    ({ source }) => source === 'hubspot.emails',
  );
  expect(emails).toMatchObject({ complete: false, completeUpTo: null });
});

test('a type that a rule needs and may not be read ends the run before anything is written', async () => {
  const account = await open(createTinyPortal(), tinyNow, { faults: ['forbidden:route=/deals'] });
  await expect(account.run()).rejects.toThrow(/scope/);
  expect(account.writes()).toBe(0);
});

test('the next run goes on where a failed one stopped, and ends as if nothing had happened', async () => {
  const seed = createProgramme({ programme: 'reseller', partners: 60, seed: 5, now });
  const undisturbed = await open(seed);
  await undisturbed.run();
  const account = await open(seed, now, { faults: ['unauthorized:from=25,count=1'] });
  await expect(account.run()).rejects.toThrow(/token/i);
  account.sandbox.clearFaults();
  const reads = account.sandbox.requests().length;
  await account.run();
  expect(account.sandbox.requests().length - reads).toBeLessThan(undisturbed.sandbox.requests().length);
  expect(account.shown()).toEqual(undisturbed.shown());
});

test('a network that sends nothing any more makes nobody inactive: its silence is unknown', async () => {
  const seed = createProgramme({ programme: 'affiliate', partners: 60, seed: 2, now });
  const account = await open(seed);
  const { db } = account.database.store;
  await account.run({ kind: 'sync' });
  await importActivities(account.database.store, seed.otherSystems, now);
  await account.run();
  const inactive = async (): Promise<number> => (await countByStatus(db)).inactive ?? 0;
  const before = await inactive();
  account.sandbox.setClock(() => now + 200 * millisecondsPerDay);
  const { summary } = await account.run();
  expect(summary).toMatchObject({ outcome: 'ok', assess: { assessed: 60 } });
  expect(await inactive()).toBe(before);
  const network = (await readSourceStates(db)).find(({ source }) => source === 'csv:affiliate-network');
  expect(network).toMatchObject({ complete: false, completeUpTo: now });
});

test('a night without access stands in the ledger, with what to do', async () => {
  const account = await open(createTinyPortal(), tinyNow, { faults: [] });
  account.sandbox.addFault('unauthorized');
  await expect(account.run()).rejects.toThrow(/token/i);
  const [run] = await listRuns(account.database.store.db, 1);
  expect(run).toMatchObject({ kind: 'run', outcome: 'failed', error: expect.stringMatching(/token/i) });
});
