/** What a nightly sync must see without reading everything again. */
import { afterEach, expect, test } from 'vitest';
import { millisecondsPerDay } from '../../src/model/instant.ts';
import { createProgramme } from '../../src/sandbox/programmes/programmes.ts';
import type { Mutation } from '../../src/sandbox/mutation.ts';
import type { PortalSeed } from '../../src/sandbox/seed.ts';
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import { latestSync } from '../../src/store/progress.ts';
import { factsOf, factsOfAccount, stateOf } from '../faults/state.ts';
import { openTestAccount, type TestAccount } from '../world/account.ts';
import { createTinyPortal, tinyCompanies, tinyNow } from '../world/tiny-portal.ts';

const opened: TestAccount[] = [];
afterEach(async () => {
  for (const account of opened.splice(0)) await account.close();
});

async function open(
  seed: PortalSeed = createTinyPortal(),
  options: Partial<SandboxOptions> = {},
): Promise<TestAccount> {
  const account = await openTestAccount(seed, tinyNow, options);
  opened.push(account);
  return account;
}

async function expectTruth(account: TestAccount): Promise<void> {
  expect(factsOf(await stateOf(account))).toEqual(factsOfAccount(account.sandbox));
}

/** What companies that are no partners show of ours. */
function shownByOthers(account: TestAccount): unknown[] {
  const partners = new Set(factsOfAccount(account.sandbox).partners.map(([id]) => id));
  return [...account.shown()].filter(([id, values]) => !partners.has(id) && Object.keys(values).length > 0);
}

async function modeOf(account: TestAccount): Promise<string | undefined> {
  return (await latestSync(account.database.store.db))?.mode;
}

const { active, silent, neverActivated, sharing, customer, prospect, dormant, archived } = tinyCompanies;
const newDeal = { dealname: 'New', dealstage: 'closedwon', pipeline: 'default', amount: '10' };
const newCall = { hs_timestamp: '2026-06-15T10:00:00Z', hs_call_direction: 'INBOUND' };

const nights: readonly (readonly [what: string, mutations: readonly Mutation[]])[] = [
  ['nothing', []],
  ['a new deal', [{ do: 'create', type: 'deal', properties: newDeal, associations: [to(neverActivated)] }]],
  ['a new call', [{ do: 'create', type: 'call', properties: newCall, associations: [to(dormant)] }]],
  ['an edited deal', [{ do: 'edit', type: 'deal', id: '202', properties: { amount: '901' } }]],
  [
    'a meeting that was held after all',
    [{ do: 'edit', type: 'meeting', id: '324', properties: { hs_meeting_outcome: 'COMPLETED' } }],
  ],
  ['a deleted deal', [{ do: 'delete', type: 'deal', id: '203' }]],
  ['an erased email', [{ do: 'erase', type: 'email', id: '311' }]],
  ['a deal linked to another partner only', [link('associate', silent, 'deal', '202')]],
  ['a deal of a customer linked to a partner', [link('associate', silent, 'deal', '207')]],
  ['a call that was unlinked', [link('dissociate', active, 'call', '301')]],
  ['an edited partner', [{ do: 'edit', type: 'company', id: active, properties: { name: 'Alder & Sons' } }]],
  [
    'a company that became a partner',
    [{ do: 'edit', type: 'company', id: customer, properties: { type: 'PARTNER' } }],
  ],
  [
    'a partner that is none any more',
    [{ do: 'edit', type: 'company', id: dormant, properties: { type: 'PROSPECT' } }],
  ],
  ['a deleted partner', [{ do: 'delete', type: 'company', id: silent }]],
  ['a partner restored that we never knew', [{ do: 'restore', type: 'company', id: archived }]],
  ['two merged partners', [{ do: 'merge', type: 'company', primaryId: active, mergedId: sharing }]],
  [
    'a partner merged into a company that is none',
    [{ do: 'merge', type: 'company', primaryId: prospect, mergedId: dormant }],
  ],
  [
    'a company merged into a partner',
    [{ do: 'merge', type: 'company', primaryId: dormant, mergedId: customer }],
  ],
  ['two merged deals', [{ do: 'merge', type: 'deal', primaryId: '201', mergedId: '202' }]],
];

function to(id: string) {
  return { toType: 'company' as const, toId: id };
}

function link(act: 'associate' | 'dissociate', company: string, type: 'deal' | 'call', id: string): Mutation {
  return { do: act, fromType: 'company', fromId: company, toType: type, toId: id };
}

test.each(nights)('the night after %s, the picture equals the account', async (_what, mutations) => {
  const account = await open();
  await account.run();
  await expectTruth(account);
  for (const mutation of mutations) account.sandbox.mutate(mutation);
  account.sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay });
  await account.run();
  expect(await modeOf(account)).toBe('nightly');
  await expectTruth(account);
  expect(shownByOthers(account)).toEqual([]);
  account.writes();
  account.sandbox.mutate({ do: 'advanceClock', durationMs: 60_000 });
  await account.run();
  expect(account.writes()).toBe(0);
  await expectTruth(account);
});

test.each(['nightly', 'full'] as const)(
  'a %s sync clears what a company shows that was un-marked, deleted and restored, or merged with a partner, meanwhile',
  async (sync) => {
    const account = await open();
    await account.run();
    account.sandbox.mutate({ do: 'edit', type: 'company', id: silent, properties: { type: 'PROSPECT' } });
    account.sandbox.mutate({ do: 'delete', type: 'company', id: silent });
    account.sandbox.mutate({ do: 'advanceClock', durationMs: 60_000 });
    await account.run();
    account.sandbox.mutate({ do: 'restore', type: 'company', id: silent });
    account.sandbox.mutate({ do: 'merge', type: 'company', primaryId: prospect, mergedId: active });
    account.sandbox.mutate({ do: 'advanceClock', durationMs: 60_000 });
    expect(shownByOthers(account)).toHaveLength(2);
    await account.run({ sync });
    expect(shownByOthers(account)).toEqual([]);
    await expectTruth(account);
    account.writes();
    await account.run({ sync });
    expect(account.writes()).toBe(0);
  },
);

test('whatever left and came back is as it was', async () => {
  const account = await open();
  await account.run();
  const comings: readonly (readonly [Mutation, Mutation])[] = [
    [
      { do: 'delete', type: 'company', id: silent },
      { do: 'restore', type: 'company', id: silent },
    ],
    [
      { do: 'edit', type: 'company', id: active, properties: { type: 'PROSPECT' } },
      { do: 'edit', type: 'company', id: active, properties: { type: 'PARTNER' } },
    ],
    [
      { do: 'delete', type: 'deal', id: '201' },
      { do: 'restore', type: 'deal', id: '201' },
    ],
    [link('dissociate', active, 'deal', '202'), link('associate', active, 'deal', '202')],
  ];
  for (const [leaves] of comings) account.sandbox.mutate(leaves);
  account.sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay });
  await account.run();
  await expectTruth(account);
  // Meanwhile what hangs on nobody is changed, and no window of ours will show it.
  account.sandbox.mutate({ do: 'edit', type: 'deal', id: '202', properties: { amount: '902' } });
  for (let night = 0; night < 2; night += 1) {
    account.sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay });
    await account.run();
  }
  for (const [, returns] of comings) account.sandbox.mutate(returns);
  account.sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay });
  await account.run();
  expect(await modeOf(account)).toBe('nightly');
  await expectTruth(account);
});

test('what the index does not show yet is found by the second pass of the same night', async () => {
  const account = await open(createTinyPortal(), { indexLagMs: 3_000_000 });
  await account.run();
  account.sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay });
  account.sandbox.mutate({ do: 'edit', type: 'deal', id: '202', properties: { amount: '901' } });
  account.sandbox.mutate({ do: 'advanceClock', durationMs: 1000 });
  await account.run();
  const late = factsOf(await stateOf(account));
  expect(late).not.toEqual(factsOfAccount(account.sandbox));
  account.sandbox.mutate({ do: 'advanceClock', durationMs: 3_600_000 });
  const before = account.sandbox.requests().length;
  await account.run({ sync: 'second_pass' });
  expect(await modeOf(account)).toBe('second_pass');
  await expectTruth(account);
  const routes = account.sandbox.requests().slice(before);
  expect(routes.some(({ route }) => route.includes('associations'))).toBe(false);
});

test('a week later everything is read again, and nothing needs correcting', async () => {
  const account = await open();
  await account.run();
  for (let night = 1; night <= 7; night += 1) {
    account.sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay });
    account.sandbox.mutate({ do: 'edit', type: 'deal', id: '202', properties: { amount: String(night) } });
    const { summary } = await account.run();
    expect([summary.sync.mode, summary.sync.differences]).toEqual(
      night < 7 ? ['nightly', null] : ['full', 0],
    );
  }
  await expectTruth(account);
});

test('an audit counts what earlier syncs had missed, and mends it', async () => {
  const account = await open();
  await account.run();
  account.sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay });
  await account.run();
  const { db } = account.database.store;
  await db.updateTable('deal').set({ amount: '1.00' }).where('id', '=', '201').execute();
  await db.deleteFrom('engagement').where('id', '=', '301').execute();
  await db.updateTable('partner').set({ tier: 'bronze' }).where('id', '=', active).execute();
  account.sandbox.mutate({ do: 'edit', type: 'deal', id: '202', properties: { amount: '7' } });
  account.sandbox.mutate({ do: 'advanceClock', durationMs: 60_000 });
  const { summary } = await account.run({ full: true });
  expect(summary.sync.differences).toBe(3);
  await expectTruth(account);
  expect((await account.run({ full: true })).summary.sync.differences).toBe(0);
});

test('other settings that read something else make the next sync a full one; thresholds do not', async () => {
  const account = await open();
  await account.run();
  const { settings } = account.sandbox.seed;
  await account.save({ ...settings, graceDays: settings.graceDays + 1 });
  expect((await account.run()).summary.sync.mode).toBe('nightly');
  await account.save({ ...settings, mapping: { ...settings.mapping, tierProperty: null } });
  expect((await account.run()).summary.sync).toMatchObject({ mode: 'full', differences: null });
});

test('records of a type that lost most of its records are not taken for gone', async () => {
  const seed = createProgramme({
    programme: 'reseller',
    partners: 40,
    seed: 3,
    now: tinyNow,
    otherCompanies: 5,
  });
  const account = await open(seed);
  await account.run();
  await expectTruth(account);
  const before = await stateOf(account);
  const deals = seed.records.filter(({ type }) => type === 'deal').map(({ id }) => id);
  for (const id of deals) account.sandbox.mutate({ do: 'delete', type: 'deal', id });
  account.sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay });
  account.writes();
  await expect(account.run()).rejects.toThrow(/only 0 of \d+ known deals/);
  expect(account.writes()).toBe(0);
  expect((await stateOf(account)).tables['activity']).toEqual(before.tables['activity']);
  // It is refused again the next night: the fault must not become the new measure.
  await expect(account.run()).rejects.toThrow(/only 0 of \d+ known deals/);
  for (const id of deals) account.sandbox.mutate({ do: 'restore', type: 'deal', id });
  await account.run();
  await expectTruth(account);
});
