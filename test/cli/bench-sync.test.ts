/** The bench of syncs: what it prints, what it counts, and that it would notice. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Comparer, type Comparison } from '../../src/cli/bench-compare.ts';
import { measureRequests } from '../../src/cli/bench-requests.ts';
import type { SyncBench } from '../../src/cli/bench-sync.ts';
import { expectPartners, expectRecords } from '../../src/sandbox/expectation.ts';
import { createReferenceDay, liveThrough } from '../../src/sandbox/programmes/reference-day.ts';
import { createReferencePortal } from '../../src/sandbox/programmes/reference.ts';
import type { RequestRecord } from '../../src/sandbox/request-log.ts';
import { openTestAccount, type TestAccount } from '../world/account.ts';
import { rekindle } from './command.ts';

test('bench sync prints the measures of four phases, and nothing is wrong after any of them', async () => {
  const finished = await rekindle(['bench', 'sync', '--scale', '0.01', '--limits', 'off', '--json']);
  const measured = JSON.parse(finished.stdout) as SyncBench;
  expect([finished.code, finished.stderr]).toEqual([measured.ok ? 0 : 1, '']);
  expect(measured).toMatchObject({
    bench: 'sync',
    scale: 0.01,
    limits: 'off',
    machine: { cpu: expect.any(String), cores: expect.any(Number), node: expect.stringMatching(/^v2/) },
    sandbox: { records: expect.any(Number), peakRssMb: expect.any(Number) },
  });
  expect(measured.phases.map(({ phase }) => phase)).toEqual(['full', 'writeBack', 'noOp', 'nightly']);
  for (const phase of measured.phases) {
    expect(phase).toMatchObject({
      requests: {
        total: expect.any(Number),
        byRoute: expect.any(Object),
        byLane: { burst: expect.any(Number) },
      },
      seconds: expect.any(Number),
      minimumSeconds: expect.any(Number),
      peakPer10s: expect.any(Number),
      peakPerSecondSearch: expect.any(Number),
      rateLimited: 0,
      writes: expect.any(Number),
      peakRssMb: expect.any(Number),
      differences: [],
      wrongRecords: 0,
    });
    expect(phase.compared).toBeGreaterThan(9_000);
    expect(phase.requests.total).toBeGreaterThan(0);
  }
  const [full, writeBack, noOp] = measured.phases;
  expect([full?.partners, full?.writes]).toEqual([100, 0]);
  expect(writeBack?.updated).toBe(100);
  expect([noOp?.writes, noOp?.updated]).toEqual([0, 0]);
  expect(measured.targets.map(({ measure }) => measure)).toContain('wrong records');
});

test('a scale beyond the reference portal is refused', async () => {
  const finished = await rekindle(['bench', 'sync', '--scale', '2']);
  expect([finished.code, finished.stderr]).toEqual([2, expect.stringContaining('from 0.01 to 1')]);
});

describe('the comparison notices', () => {
  const now = Date.UTC(2026, 8, 1, 2, 30);
  const portal = createReferencePortal({ scale: 0.002, seed: 3, now });
  let account: TestAccount;
  let comparer: Comparer;
  beforeAll(async () => {
    account = await openTestAccount(portal.seed, now);
    await account.run({ kind: 'sync' });
    comparer = new Comparer(account.database.store.db, {
      mapping: portal.seed.settings.mapping,
      partners: async () => expectPartners(account.sandbox),
      records: async (type) => expectRecords(account.sandbox, type),
    });
  });
  afterAll(() => account.close());

  /** Spoils the local picture, compares, and repairs it. */
  async function spoilt(statement: string): Promise<Comparison> {
    const { pool } = account.database.store;
    await pool.query('create table kept_partner as table partner');
    await pool.query('create table kept_deal as table deal');
    await pool.query('create table kept_link as table link');
    await pool.query('create table kept_activity as table activity');
    await pool.query(statement);
    try {
      return await comparer.compare();
    } finally {
      for (const name of ['activity', 'link', 'deal', 'partner']) {
        await pool.query(`delete from ${name}`);
        await pool.query(`insert into ${name} select * from kept_${name}`);
        await pool.query(`drop table kept_${name}`);
      }
    }
  }

  test('nothing where nothing is wrong', async () => {
    const comparison = await comparer.compare();
    expect(comparison).toMatchObject({ wrong: 0, differences: [] });
    expect(comparison.compared).toBeGreaterThan(1_500);
  });

  test.each([
    [
      'a field of a partner',
      `update partner set tier = 'bronze' where id = (select min(id) from partner)`,
      1,
    ],
    [
      'a version of a deal',
      `update deal set updated_at = updated_at - interval '1 ms' where id = (select min(id) from deal)`,
      1,
    ],
    [
      'a lost link',
      `delete from link where type = 'call' and record_id = (select min(record_id) from link where type = 'call')`,
      2,
    ],
    [
      'a surplus link',
      `insert into link (partner_id, type, record_id, seen_in_sync) select min(id), 'call', '77', '' from partner`,
      1,
    ],
    [
      'a lost activity',
      `delete from activity where (source, source_id) = (select source, source_id from activity where source = 'hubspot.notes' limit 1)`,
      1,
    ],
    [
      'a surplus activity',
      `insert into activity (source, source_id, kind, partner_id, occurred_at, quantity) select 'hubspot.notes', '77', 'note_logged', min(id), now(), 1 from partner`,
      1,
    ],
    [
      'a date that nobody ever saw',
      `insert into activity (source, source_id, kind, partner_id, occurred_at, quantity) select 'hubspot.company_properties', 'x:2020-01-01', 'portal_login', min(id), now(), 1 from partner`,
      1,
    ],
    [
      'a property that HubSpot does not show',
      `update partner set published = published || '{"rekindle_status": "active"}' where id = (select min(id) from partner)`,
      1,
    ],
  ])('%s', async (_, statement, wrong) => {
    expect((await spoilt(statement)).wrong).toBe(wrong);
  });

  test('a day that was not synced', async () => {
    liveThrough(
      account.sandbox,
      createReferenceDay({ portal, scale: 0.002, seed: 3, now: account.sandbox.now() }),
    );
    const { wrong, differences } = await comparer.compare();
    expect(wrong).toBeGreaterThan(20);
    expect(differences).toHaveLength(10);
  });
});

function request(sequence: number, timeMs: number, more: Partial<RequestRecord> = {}): RequestRecord {
  const route = '/crm/objects/2026-09/calls/batch/read';
  return { sequence, timeMs, method: 'POST', route, lane: 'burst', status: 200, ...more };
}

describe('the request log', () => {
  test('has its fullest window wherever it lies, also where it begins before the phase', () => {
    const log = [
      request(1, 0),
      request(2, 9_999),
      request(3, 10_000),
      request(4, 15_000),
      request(5, 30_000),
    ];
    expect(measureRequests(log, 0)).toMatchObject({ peakPer10s: 3, minimumSeconds: 5 / 19 });
    expect(measureRequests(log, 3)).toMatchObject({ peakPer10s: 3, requests: { total: 2 } });
    expect(measureRequests(log, 4)).toMatchObject({ peakPer10s: 1 });
  });

  test('tells searches, writes and refusals apart', () => {
    const search = { lane: 'search', route: '/crm/objects/2026-09/calls/search' } as const;
    const log = [
      request(1, 0, search),
      request(2, 400, { ...search, status: 429 }),
      request(3, 500, { route: '/crm/objects/2026-09/companies/batch/update' }),
      request(4, 600, { method: 'GET', lane: null }),
    ];
    expect(measureRequests(log, 0)).toMatchObject({
      requests: { total: 4, byLane: { burst: 2, search: 2, associations: 0 } },
      minimumSeconds: 2 / 5,
      peakPerSecondSearch: 2,
      rateLimited: 1,
      writes: 1,
    });
  });
});
