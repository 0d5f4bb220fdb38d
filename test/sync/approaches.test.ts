/** The less common ways to read, against an account that makes them pay. */
import { afterEach, expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { millisecondsPerDay, type Instant } from '../../src/model/instant.ts';
import type { PortalSeed, SeedAssociation, SeedRecord, SeedType } from '../../src/sandbox/seed.ts';
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import { factsOf, factsOfAccount, stateOf } from '../faults/state.ts';
import { openTestAccount, type TestAccount } from '../world/account.ts';
import { createTinyPortal, tinyNow } from '../world/tiny-portal.ts';

const opened: TestAccount[] = [];
afterEach(async () => {
  for (const account of opened.splice(0)) await account.close();
});

async function open(seed: PortalSeed, options: Partial<SandboxOptions> = {}): Promise<TestAccount> {
  const account = await openTestAccount(seed, tinyNow, options);
  opened.push(account);
  return account;
}

async function expectTruth(account: TestAccount): Promise<void> {
  expect(factsOf(await stateOf(account))).toEqual(factsOfAccount(account.sandbox));
}

const before: Instant = tinyNow - 30 * millisecondsPerDay;

function record(type: SeedType, id: string, properties: Readonly<Record<string, string>>): SeedRecord {
  return { type, id, properties, createdAt: before, updatedAt: before, archivedAt: null, mergedIds: [] };
}

/** `partners` companies, deals and calls of which each hangs on one of them, and one meeting that hangs on 150 of them. */
function crowd(partners: number, deals: number, calls = 0): PortalSeed {
  const companies = Array.from({ length: partners }, (_, index) =>
    record('company', String(1_000_000 + index), { name: `Partner ${index}`, type: 'PARTNER' }),
  );
  const dealRecords = Array.from({ length: deals }, (_, index) =>
    record('deal', String(5_000_000 + index), {
      dealname: `Deal ${index}`,
      dealstage: 'appointmentscheduled',
    }),
  );
  const callRecords = Array.from({ length: calls }, (_, index) =>
    record('call', String(6_000_000 + index), { hs_timestamp: '2026-05-01T10:00:00Z' }),
  );
  const meeting = record('meeting', '7000001', {
    hs_timestamp: '2026-05-01T10:00:00Z',
    hs_meeting_outcome: 'COMPLETED',
  });
  const links: SeedAssociation[] = [
    ...[...dealRecords, ...callRecords].map(({ type, id }, index) =>
      link(type, id, companies[index % partners]?.id ?? ''),
    ),
    ...companies.slice(0, 150).map(({ id }) => link('meeting', meeting.id, id)),
  ];
  return createTinyPortal({
    records: [...companies, ...dealRecords, ...callRecords, meeting],
    associations: links,
    settings: {
      ...presets.reseller,
      partnerDefinition: { by: 'property', property: 'type', values: ['PARTNER'] },
    },
    truth: [],
  });
}

function link(type: SeedType, id: string, companyId: string): SeedAssociation {
  return { fromType: type, fromId: id, toType: 'company', toId: companyId };
}

function routes(account: TestAccount, since: number): readonly string[] {
  return account.sandbox.requests(since).map(({ method, route }) => `${method} ${route}`);
}

test('with more partners than one association read takes, types with few records are listed, also at night', async () => {
  const account = await open(crowd(1100, 40));
  await account.run({ kind: 'sync' });
  const asked = routes(account, 0);
  expect(asked.filter((route) => route.includes('/associations/2026-09/companies'))).toEqual([]);
  expect(asked.filter((route) => /^GET .*\/(deals|calls|meetings)$/.test(route))).toHaveLength(3);
  await expectTruth(account);

  account.sandbox.mutate({ do: 'edit', type: 'deal', id: '5000000', properties: { amount: '5' } });
  account.sandbox.mutate({ do: 'delete', type: 'deal', id: '5000001' });
  account.sandbox.mutate({ do: 'dissociate', ...link('meeting', '7000001', '1000149') });
  account.sandbox.mutate({ do: 'associate', ...link('deal', '5000002', '1000999') });
  account.sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay });
  const { length } = account.sandbox.requests();
  expect((await account.run({ kind: 'sync' })).summary.sync.mode).toBe('nightly');
  expect(
    routes(account, length).filter((route) => route.includes('/associations/2026-09/companies')),
  ).toEqual([]);
  await expectTruth(account);
});

test('many linked records are read through both lanes', async () => {
  const account = await open(crowd(400, 30_000, 1500));
  await account.run({ kind: 'sync' });
  const asked = routes(account, 0);
  expect(asked.filter((route) => route.endsWith('/calls/search')).length).toBeGreaterThan(2);
  expect(asked.filter((route) => route.endsWith('/objects/2026-09/deals/batch/read')).length).toBe(300);
  await expectTruth(account);
}, 60_000);

test('while a first sync still finds partners, what hangs on the first ones is read, and nothing twice for nothing', async () => {
  const seed = crowd(2400, 3000);
  // The first partner's deal hangs on one that is found last, too: what it says of that one is not lost.
  const account = await open(
    { ...seed, associations: [...seed.associations, link('deal', '5000000', '1002399')] },
    { limits: 'on' },
  );
  await account.run({ kind: 'sync' });
  const asked = routes(account, 0);
  const reads = asked.flatMap((route, index) =>
    route.endsWith('/objects/2026-09/deals/batch/read') ? [index] : [],
  );
  expect(reads[0]).toBeLessThan(asked.lastIndexOf('POST /crm/objects/2026-09/companies/search'));
  // 3,000 deals in 30 requests, and at most one more: the shared one may be read a second time.
  expect(reads.length).toBeLessThanOrEqual(31);
  await expectTruth(account);
}, 60_000);

test('where a search may not name ids, the records are read by batches', async () => {
  const account = await open(crowd(400, 30_000, 1500), { faults: ['status:400,route=/calls/search'] });
  await account.run({ kind: 'sync' });
  expect(
    routes(account, 0).filter((route) => route.endsWith('/objects/2026-09/calls/batch/read')).length,
  ).toBe(15);
  await expectTruth(account);
}, 60_000);

test('after a change of most of the account, linked records are read again instead of searched for', async () => {
  const account = await open(crowd(300, 2000));
  await account.run({ kind: 'sync' });
  account.sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay });
  for (let index = 0; index < 2000; index += 1) {
    account.sandbox.mutate({
      do: 'edit',
      type: 'deal',
      id: String(5_000_000 + index),
      properties: { amount: String(index) },
    });
  }
  for (let index = 0; index < 3000; index += 1) {
    account.sandbox.mutate({
      do: 'create',
      type: 'deal',
      properties: { dealname: 'Unrelated', dealstage: 'closedwon' },
    });
  }
  account.sandbox.mutate({ do: 'advanceClock', durationMs: 3_600_000 });
  const { length } = account.sandbox.requests();
  await account.run({ kind: 'sync' });
  const asked = routes(account, length);
  expect(asked.filter((route) => route.endsWith('/deals/search'))).toHaveLength(1);
  expect(asked.filter((route) => route.endsWith('/objects/2026-09/deals/batch/read'))).toHaveLength(20);
  await expectTruth(account);
}, 60_000);

test('a type that the app may not see keeps nobody from counting and reading the others', async () => {
  const account = await open(crowd(1100, 30));
  account.sandbox.addFault('forbidden:route=/emails');
  const planned = await account.run({ kind: 'sync', dryRun: true });
  expect(planned.syncPlan?.requests.total).toBeGreaterThan(0);
  const { summary, warnings } = await account.run();
  expect([summary.outcome, warnings.length]).toEqual(['ok', 1]);
  await expectTruth(account);
});
