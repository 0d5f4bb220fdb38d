/** The client against the sandbox: whatever happens on the way, what was read is the truth, and no limit is passed. */
import { afterEach, describe, expect, test } from 'vitest';
import { connectHubSpot, type ConnectOptions } from '../../src/hubspot/connect.ts';
import {
  InvalidBatchError,
  InvalidTokenError,
  MissingScopeError,
  QuotaExhaustedError,
} from '../../src/hubspot/errors.ts';
import type { AssociationInput, CompanyUpdate, HubSpot } from '../../src/hubspot/hubspot.ts';
import { retries } from '../../src/hubspot/limits.ts';
import { propertyDefinitions, propertyGroup } from '../../src/hubspot/properties.ts';
import { linkedTypes } from '../../src/model/record.ts';
import { createProgramme } from '../../src/sandbox/programmes/programmes.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/server.ts';
import {
  createTinyPortal,
  tinyCompanies,
  tinyNow,
  tinyPartnerIds,
  tinySettings,
} from '../world/tiny-portal.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

type World = { sandbox: Sandbox; hubspot: HubSpot; clock: VirtualClock };

const opened: World[] = [];

afterEach(async () => {
  for (const { sandbox, hubspot } of opened.splice(0)) {
    await hubspot.close();
    await sandbox.close();
  }
});

/** The sandbox's rate windows and the client share one clock, which only waiting moves. */
async function open(
  options: Partial<SandboxOptions> = {},
  connection: Partial<ConnectOptions> = {},
): Promise<World> {
  const clock = createVirtualClock(tinyNow);
  const sandbox = await startSandbox({
    seed: createTinyPortal(),
    clock: () => tinyNow,
    tickMs: () => clock.elapsedMs(),
    ...options,
  });
  const hubspot = connectHubSpot({
    accessToken: sandbox.seed.accessToken,
    apiUrl: sandbox.url,
    clock,
    random: () => 0.5,
    ...connection,
  });
  const world = { sandbox, hubspot, clock };
  opened.push(world);
  return world;
}

async function findAll(hubspot: HubSpot, definition = tinySettings.partnerDefinition): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<HubSpot['findPartners']>> = await hubspot.findPartners(
      definition,
      [],
      after,
    );
    ids.push(...page.items.map(({ id }) => id));
    after = page.next;
  } while (after !== null);
  return ids;
}

/** Everything a sync reads. */
async function readAll(hubspot: HubSpot): Promise<object> {
  const partners = await findAll(hubspot);
  const links: Record<string, string[]> = {};
  const records: unknown[] = [];
  for (const type of linkedTypes) {
    const ids = new Set<string>();
    let inputs: readonly AssociationInput[] = partners.map((id) => ({ id, after: null }));
    while (inputs.length > 0) {
      const answer = await hubspot.readAssociations(type, inputs);
      for (const { from, to } of answer.links) {
        (links[`${from} ${type}`] ??= []).push(...to);
        for (const id of to) ids.add(id);
      }
      inputs = answer.next;
    }
    const all = [...ids].sort();
    records.push(await hubspot.readRecords(type, all));
  }
  for (const ids of Object.values(links)) ids.sort();
  return {
    partners,
    links,
    records,
    owners: await hubspot.readOwners('all'),
    portal: await hubspot.readPortal(),
  };
}

const truth = await readTruth();

async function readTruth(): Promise<{ all: object; requests: number }> {
  const { hubspot } = await open();
  const all = await readAll(hubspot);
  return { all, requests: hubspot.counts().requests.total };
}

function sortedLinks(all: Record<string, string[]>): object {
  return Object.fromEntries(Object.entries(all).map(([key, ids]) => [key, ids.sort()]));
}

test('partners, links and records are those of the account', async () => {
  const { sandbox, hubspot } = await open();
  expect(await findAll(hubspot)).toEqual(tinyPartnerIds);
  const { links } = (await readAll(hubspot)) as { links: Record<string, string[]> };
  const expected: Record<string, string[]> = {};
  for (const { fromType, fromId, toType, toId } of sandbox.truth().associations) {
    // The account knows a link once, whichever end it was made from.
    const [companyId, type, id] = fromType === 'company' ? [fromId, toType, toId] : [toId, fromType, fromId];
    if (type === 'contact' || !tinyPartnerIds.includes(companyId)) continue;
    (expected[`${companyId} ${type}`] ??= []).push(id);
  }
  expect(sortedLinks(links)).toEqual(sortedLinks(expected));
});

describe('one fault at every single request changes nothing of what is read (reliability.md 6, rows 6 and 8)', () => {
  test.each([
    'reset',
    'reset-body',
    'reset-after',
    'truncated',
    'empty-body',
    'html',
    'bom',
    'content-type',
    'status:500',
    'status:502',
    'status:524',
    'status:423',
    'rate-limit:TEN_SECONDLY_ROLLING',
    'rate-limit:TEN_SECONDLY_ROLLING,retry-after=3',
  ])('%s', async (fault) => {
    const { sandbox, hubspot } = await open();
    for (let n = 1; n <= truth.requests; n += 1) {
      sandbox.clearFaults();
      sandbox.addFault(`${fault}${fault.includes(':') ? ',' : ':'}n=${n}`);
      expect(await readAll(hubspot), `${fault} at request ${n}`).toEqual(truth.all);
    }
  });

  test.each(['hang', 'drip:20'])('%s', async (fault) => {
    const { sandbox, hubspot } = await open({}, { timeoutMs: 150 });
    sandbox.addFault(`${fault}${fault.includes(':') ? ',' : ':'}every=5`);
    expect(await readAll(hubspot)).toEqual(truth.all);
  });
});

describe('faults that stay for a while', () => {
  test.each([
    ['a third of all requests is refused by the rate limit', 'rate-limit:TEN_SECONDLY_ROLLING,share=0.3'],
    ['every second connection breaks', 'reset:every=2'],
  ])('%s: what is read is the truth', async (_name, fault) => {
    const { sandbox, hubspot } = await open();
    sandbox.addFault(fault);
    expect(await readAll(hubspot)).toEqual(truth.all);
  });

  test('an outage of twenty seconds is outlasted, even when jitter brings no luck', async () => {
    const { sandbox, hubspot, clock } = await open({}, { random: () => 0 });
    sandbox.addFault('status:503');
    clock.after(20_000, () => sandbox.clearFaults());
    const many = Promise.all(Array.from({ length: 40 }, () => hubspot.readCompanies(['101'], [])));
    expect(await readAll(hubspot)).toEqual(truth.all);
    expect((await many).every(({ found }) => found.length === 1)).toBe(true);
    // While it lasts, HubSpot is asked a few times, not by everybody again and again.
    expect(sandbox.requests().filter(({ status }) => status === 503).length).toBeLessThan(40);
  });

  test('failures that never end do end the run', async () => {
    const { sandbox, hubspot } = await open();
    sandbox.addFault('status:503,every=2');
    const readForEver = async (): Promise<never> => {
      for (;;) await hubspot.readCompanies(['101'], []);
    };
    await expect(readForEver()).rejects.toMatchObject({ name: 'UnavailableError', retryable: true });
    const failed = sandbox.requests().filter(({ status }) => status === 503).length;
    expect(failed).toBeGreaterThan(retries.budget);
    expect(failed).toBeLessThan(2 * retries.budget);
  });

  test.each(['short-page:n=2,route=/search', 'empty-page:n=2,route=/search', 'numeric-cursor'])(
    'pages that are short, empty or have numeric cursors lose nobody: %s',
    async (fault) => {
      const seed = createProgramme({ programme: 'distributor', partners: 450, seed: 7, now: tinyNow });
      const { sandbox, hubspot } = await open({ seed });
      const partners = await findAll(hubspot, seed.settings.partnerDefinition);
      expect(partners).toHaveLength(450);
      sandbox.addFault(fault);
      expect(await findAll(hubspot, seed.settings.partnerDefinition)).toEqual(partners);
    },
  );

  test('links of which only a few fit on a page are all read', async () => {
    const { hubspot } = await open({ associationPageSize: 1 });
    expect(await readAll(hubspot)).toEqual(truth.all);
  });
});

describe('limits', () => {
  test('a thousand requests at once are never refused, and no window of the account is passed', async () => {
    const { sandbox, hubspot } = await open();
    await hubspot.readPortal();
    await Promise.all([
      ...Array.from({ length: 900 }, () => hubspot.readCompanies(['101'], [])),
      ...Array.from({ length: 40 }, () => hubspot.findPartners(tinySettings.partnerDefinition, [], null)),
      ...Array.from({ length: 60 }, () => hubspot.readAssociations('deal', [{ id: '101', after: null }])),
    ]);
    expect(hubspot.counts()).toMatchObject({ requests: { total: 1001 }, rateLimited: 0 });
    expect(sandbox.rates().peakPer10s).toBeLessThanOrEqual(180);
    expect(sandbox.rates().peakSearchPerSecond).toBeLessThanOrEqual(4);
  });

  test('a small account is not asked faster than it allows, although it says so only in its answers', async () => {
    const { sandbox, hubspot } = await open({ seed: createTinyPortal({ tier: 'starter' }) });
    await Promise.all(Array.from({ length: 300 }, () => hubspot.readCompanies(['101'], [])));
    expect(hubspot.counts().rateLimited).toBe(0);
    expect(sandbox.rates().peakPer10s).toBeLessThanOrEqual(95);
  });

  test('two connections with one token make room for each other', async () => {
    const { sandbox, hubspot, clock } = await open();
    const other = connectHubSpot({ accessToken: sandbox.seed.accessToken, apiUrl: sandbox.url, clock });
    await Promise.all(
      [hubspot, other].flatMap((one) => Array.from({ length: 300 }, () => one.readCompanies(['101'], []))),
    );
    const limited = hubspot.counts().rateLimited + other.counts().rateLimited;
    const total = hubspot.counts().requests.total + other.counts().requests.total;
    expect(limited / total, 'HubSpot asks for less than 5 % of errors').toBeLessThan(0.05);
    await other.close();
  });

  test('an exhausted day stops everything, and nothing is written after', async () => {
    const { sandbox, hubspot } = await open();
    await hubspot.readPortal();
    sandbox.useDailyQuota(625_000);
    const write = (): Promise<unknown> =>
      hubspot
        .updateCompanies([{ id: '101', properties: { name: 'Changed' } }])
        .catch((error: unknown) => error);
    const error = await write();
    expect(error).toBeInstanceOf(QuotaExhaustedError);
    // Midnight in New York.
    expect(error).toMatchObject({ resumeAt: Date.UTC(2026, 5, 16, 4) });
    const sent = sandbox.requests().length;
    expect(await write()).toBe(error);
    expect(sandbox.requests()).toHaveLength(sent);
  });
});

describe('refusals', () => {
  test('a wrong token', async () => {
    const { hubspot } = await open({}, { accessToken: 'pat-na1-wrong' });
    await expect(hubspot.readPortal()).rejects.toBeInstanceOf(InvalidTokenError);
  });

  test('a missing permission is named, and the rest can be read', async () => {
    const { sandbox, hubspot } = await open();
    sandbox.addFault('forbidden:route=/emails/,scope=sales-email-read');
    const error = await hubspot.readRecords('email', ['311']).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(MissingScopeError);
    expect(error).toMatchObject({ scopes: ['sales-email-read'] });
    expect((await hubspot.readRecords('call', ['301'])).found).toHaveLength(1);
  });
});

describe('records that went away', () => {
  test('a merged company answers with its survivor, also one that merges now', async () => {
    const { sandbox, hubspot } = await open();
    const { found, missing } = await hubspot.readCompanies(['95', tinyCompanies.archived, '99999'], []);
    expect(found.map(({ id, mergedIds }) => [id, mergedIds])).toEqual([['105', ['95', '96']]]);
    expect(missing).toEqual([tinyCompanies.archived, '99999']);
    const { record } = sandbox.mutate({ do: 'merge', type: 'company', primaryId: '101', mergedId: '102' });
    const merged = await hubspot.readCompanies(['101', '102'], []);
    expect(merged.found.map(({ id }) => id)).toEqual([record?.id]);
    expect(merged.missing).toEqual([]);
  });

  test('a deleted deal is missing', async () => {
    const { sandbox, hubspot } = await open();
    sandbox.mutate({ do: 'delete', type: 'deal', id: '204' });
    const { found, missing } = await hubspot.readRecords('deal', ['203', '204']);
    expect(found.map(({ id }) => id)).toEqual(['203']);
    expect(missing).toEqual(['204']);
  });
});

async function openProvisioned(): Promise<World> {
  const world = await open();
  await world.hubspot.createCompanyPropertyGroup(propertyGroup);
  await world.hubspot.createCompanyProperties(propertyDefinitions);
  return world;
}

function inactive(id: string): CompanyUpdate {
  return { id, properties: { rekindle_status: 'inactive', rekindle_health: '12' } };
}

describe('writes', () => {
  test('the account accepts every property that we define, and has it as we defined it', async () => {
    const { hubspot } = await openProvisioned();
    expect(await hubspot.readCompanyPropertyGroups()).toContainEqual(propertyGroup);
    const existing = new Map((await hubspot.readCompanyProperties()).map((one) => [one.name, one]));
    for (const definition of propertyDefinitions) {
      const { name, label, description, groupName, type, fieldType, options } = definition;
      expect(existing.get(name)).toMatchObject({
        name,
        label,
        description,
        groupName,
        type,
        fieldType,
        options,
      });
    }
  });

  test('what was written is what is read', async () => {
    const { hubspot } = await openProvisioned();
    const { written, failed } = await hubspot.updateCompanies([inactive('101'), inactive('102')]);
    expect(failed).toEqual([]);
    expect(written.map(({ id }) => id)).toEqual(['101', '102']);
    const { found } = await hubspot.readCompanies(['101', '102'], ['rekindle_status', 'rekindle_health']);
    for (const { id, properties, updatedAt } of found) {
      expect(properties).toEqual(inactive(id).properties);
      expect(written).toContainEqual({ id, updatedAt });
    }
  });

  test('one bad record among good ones is named by a 207', async () => {
    const { sandbox, hubspot } = await openProvisioned();
    sandbox.addFault('poison:id=102');
    const { written, failed } = await hubspot.updateCompanies(['101', '102', '103'].map(inactive));
    expect(written.map(({ id }) => id)).toEqual(['101', '103']);
    expect(failed).toMatchObject([{ id: '102', category: 'VALIDATION_ERROR' }]);
  });

  test('one bad record among good ones refuses a whole batch, and nothing of it is written', async () => {
    const { sandbox, hubspot } = await openProvisioned();
    sandbox.addFault('poison:id=102');
    sandbox.addFault('batch-errors:whole-batch');
    const error = await hubspot
      .updateCompanies(['101', '102'].map(inactive))
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(InvalidBatchError);
    expect(String(error)).toContain('breaks a rule of this account');
    expect(sandbox.record('company', '101')?.properties).not.toHaveProperty('rekindle_status');
  });

  test('an update whose answer was lost is written once more, to the same end', async () => {
    const { sandbox, hubspot } = await openProvisioned();
    sandbox.addFault('reset-after:n=1,route=/batch/update');
    const { written } = await hubspot.updateCompanies([inactive('101')]);
    expect(written.map(({ id }) => id)).toEqual(['101']);
    expect(sandbox.record('company', '101')?.properties).toMatchObject(inactive('101').properties);
  });

  test('a task whose answer was lost is there once', async () => {
    const { sandbox, hubspot } = await open();
    const before = sandbox.count('task');
    sandbox.addFault('reset-after:n=1,route=/tasks');
    const task = {
      companyId: '101',
      subject: 'Call',
      body: '',
      dueAt: tinyNow,
      ownerId: '501',
      priority: 'HIGH',
    } as const;
    await expect(hubspot.createTask(task)).rejects.toMatchObject({ name: 'AmbiguousWriteError' });
    expect(sandbox.count('task')).toBe(before + 1);
  });

  test('tasks and notes hang on their company', async () => {
    const { hubspot } = await open();
    const task = await hubspot.createTask({
      companyId: '101',
      subject: 'Call',
      body: 'Ask why',
      dueAt: tinyNow,
      ownerId: '501',
      priority: 'HIGH',
    });
    const note = await hubspot.createNote({
      companyId: '101',
      body: 'Went quiet',
      at: tinyNow,
      ownerId: null,
    });
    for (const [type, { id }] of [
      ['task', task],
      ['note', note],
    ] as const) {
      const { links } = await hubspot.readAssociations(type, [{ id: '101', after: null }]);
      expect(links.flatMap(({ to }) => to)).toContain(id);
    }
    expect(await hubspot.readRecords('task', [task.id])).toMatchObject({
      found: [{ id: task.id, outcome: 'scheduled', occurredAt: tinyNow, ownerId: '501' }],
    });
  });
});
