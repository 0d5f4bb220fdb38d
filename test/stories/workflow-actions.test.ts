/** What HubSpot's workflows do to partners: signed in either of two ways, done once, and answered as they understand. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UnreachableError } from '../../src/hubspot/errors.ts';
import { addDays, dayOf, millisecondsPerDay } from '../../src/model/instant.ts';
import { addOwnHints } from '../../src/store/hints.ts';
import { readActions } from '../../src/store/partner-actions.ts';
import { readVerdict } from '../../src/store/verdicts.ts';
import { limits } from '../../src/web/limits.ts';
import { newer, older, openActingAccount, type ActingAccount, type Sent } from '../world/acting-account.ts';
import { createTinyPortal, tinyCompanies, tinyNow } from '../world/tiny-portal.ts';

const { silent, active, customer, neverActivated } = tinyCompanies;
const today = dayOf(tinyNow, createTinyPortal().timeZone);
const inDays = (days: number): string => addDays(today, days);

let account: ActingAccount;
beforeEach(async () => {
  account = await openActingAccount();
  await account.run();
  account.writes();
});
afterEach(() => account.close());

const shown = (id: string = silent) => account.shown().get(id) ?? {};
const audit = (partnerId: string = silent) =>
  readActions(account.database.store.db, { partnerId, limit: 100 });
const company = (id: string = silent) => ({ object: { objectId: Number(id), objectType: 'COMPANY' } });

async function outputs(
  action: string,
  inputFields: Record<string, unknown> = {},
  id: string = silent,
): Promise<Record<string, string>> {
  const answer = await account.execute(action, { ...company(id), inputFields });
  expect(answer.status).toBe(200);
  return answer.body['outputFields'] as Record<string, string>;
}

test('a new deal that nobody told us of counts once a workflow has the partner judged, and its next branch knows', async () => {
  account.sandbox.mutate({
    do: 'create',
    type: 'deal',
    properties: { dealname: 'Back', pipeline: 'default', dealstage: 'appointmentscheduled' },
    createdAt: tinyNow - 2 * millisecondsPerDay,
    associations: [{ toType: 'company', toId: silent }],
  });
  expect(await outputs('recalculate')).toEqual({
    result: 'done',
    message: 'This partner is judged anew.',
    status: 'reactivated',
    primary_reason: expect.any(String) as unknown,
    recommended_action: expect.any(String) as unknown,
    health: expect.stringMatching(/^\d+$/) as unknown,
    hs_execution_state: 'SUCCESS',
  });
  expect(shown()['rekindle_status']).toBe('reactivated');
});

test('each action does to the record what it says, and the audit names the workflow', async () => {
  expect(
    await outputs('log-outreach', {
      way: 'email',
      note: 'First of three.',
      on: Date.parse(inDays(-1)),
      follow_up_on: Date.parse(inDays(10)),
    }),
  ).toMatchObject({
    result: 'done',
    status: 'inactive',
    hs_execution_state: 'SUCCESS',
    message: `Email on ${inDays(-1)} logged. Next review on ${inDays(10)}.`,
  });
  expect(shown()['rekindle_next_review_date']).toBe(inDays(10));
  await outputs('record-root-cause', { cause: 'incentive', said_by: 'us' });
  await outputs('snooze-until', { days: 14 });
  await outputs('start-offboarding-notice', { days: '30' });
  expect(shown()).toMatchObject({
    rekindle_plan_stage: 'review_due',
    rekindle_root_cause: 'incentive',
    rekindle_snoozed_until: inDays(14),
    rekindle_decision_due_date: inDays(30),
  });
  expect(shown()['rekindle_decision']).toBeUndefined();
  const entries = await audit();
  expect(entries.map(({ action }) => action)).toEqual([
    'open_decision',
    'snooze_until',
    'record_root_cause',
    'log_outreach',
  ]);
  for (const { actor } of entries) expect(actor).toEqual({ from: 'workflow', workflowId: '77' });
});

test('a day comes as HubSpot’s own date properties come, in milliseconds', async () => {
  await outputs('snooze-until', { until: Date.parse(inDays(20)) });
  expect(shown()['rekindle_snoozed_until']).toBe(inDays(20));
});

describe('what is refused fails without stopping the workflow, and says why', () => {
  test.each<[string, string, Record<string, unknown>, string, RegExp]>([
    [
      'a notice before anybody called',
      'start-offboarding-notice',
      { days: 30 },
      neverActivated,
      /^Nobody has/,
    ],
    ['a company that is no partner', 'recalculate', {}, customer, /^This company is no partner/],
    ['an empty field', 'snooze-until', { until: '', days: null }, silent, /^Say until when/],
    ['a choice that is none', 'record-root-cause', { cause: 'weather' }, silent, /^“weather” does not/],
  ])('%s', async (_, action, inputFields, id, message) => {
    const answer = await outputs(action, inputFields, id);
    expect(answer).toMatchObject({ result: 'refused', hs_execution_state: 'FAIL_CONTINUE' });
    expect(answer['message']).toMatch(message);
    expect(account.writes()).toBe(0);
  });
});

describe('"not now" is a 429 with a time in milliseconds, after which HubSpot asks again', () => {
  test('while a run goes on; then the same execution ends', async () => {
    const follow = account.refresh;
    account.refresh = async () => ({ state: 'too_early' });
    const execution = { ...company(), callbackId: 'ap-1-1-1-0' };
    const answer = await account.execute('recalculate', execution);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(10_000);
    account.refresh = follow;
    const again = await account.execute('recalculate', execution);
    expect(again.body['outputFields']).toMatchObject({ result: 'done', hs_execution_state: 'SUCCESS' });
    expect(await audit()).toHaveLength(1);
  });

  test.each(['readCompanies', 'updateCompanies', 'createNote'] as const)(
    'while HubSpot itself is out of reach (%s); then the same execution ends',
    async (method) => {
      const execution = { ...company(), callbackId: 'ap-1-1-1-0', inputFields: { way: 'call' } };
      account.faults = {
        [method]: () => Promise.reject(new UnreachableError('https://api.example', 'reset')),
      };
      expect((await account.execute('log-outreach', execution)).status).toBe(429);
      expect(await audit()).toEqual([]);
      account.faults = {};
      const again = await account.execute('log-outreach', execution);
      expect(again.body['outputFields']).toMatchObject({ result: 'done', hs_execution_state: 'SUCCESS' });
      expect(await audit()).toHaveLength(1);
      expect(shown()['rekindle_plan_stage']).toBe('contacted');
    },
  );

  test('while more executions are at work than HubSpot can answer in time', async () => {
    // Nobody judges meanwhile: how long the crowd's refreshes take is no part of this.
    account.refresh = async () => ({ state: 'too_early' });
    const snooze = () => account.execute('snooze-until', { ...company(), inputFields: { days: 3 } });
    const everybodyReads = Promise.withResolvers<void>();
    const { promise, resolve } = Promise.withResolvers<void>();
    let reading = 0;
    account.faults = {
      readCompanies: async (...asked) => {
        reading += 1;
        if (reading === limits.workflowActionsAtOnce) everybodyReads.resolve();
        await promise;
        return account.hubspot.readCompanies(...asked);
      },
    };
    const crowd = Array.from({ length: limits.workflowActionsAtOnce }, snooze);
    await everybodyReads.promise;
    const late = await snooze();
    expect(late).toMatchObject({
      status: 429,
      body: { error: expect.stringContaining('at once') as unknown },
    });
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThanOrEqual(1000);
    resolve();
    expect((await Promise.all(crowd)).map(({ status }) => status)).toEqual(crowd.map(() => 200));
    expect((await snooze()).status).toBe(200);
  });
});

describe('an execution is carried out once', () => {
  test.each(['v2', 'v3'] as const)(
    'signed by %s and sent again, it is answered as the first time',
    async (version) => {
      const execution = { ...company(), callbackId: 'ap-1-2-3-0', inputFields: { way: 'call' } };
      const first = await account.execute('log-outreach', execution, { version });
      account.clock.now += 1000;
      const again = await account.execute('log-outreach', execution, { version });
      expect(again.body).toEqual(first.body);
      expect(await audit()).toHaveLength(1);
      expect(account.writes()).toBe(2);
    },
  );

  test('by ten at once, too', async () => {
    const execution = { ...company(), callbackId: 'ap-1-2-3-0', inputFields: { days: 9 } };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => account.execute('snooze-until', execution)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await audit()).toHaveLength(1);
  });

  test('played back by somebody who overheard it, it neither judges nor writes again', async () => {
    const execution = { ...company(), callbackId: 'ap-1-2-3-0' };
    await account.execute('recalculate', execution);
    account.writes();
    let followed = 0;
    account.refresh = async () => {
      followed += 1;
      return { state: 'nothing' };
    };
    const replayed = await account.execute('recalculate', execution);
    expect(replayed.status).toBe(200);
    expect(followed).toBe(0);
    expect(account.writes()).toBe(0);
    expect(await audit()).toHaveLength(1);
  });

  test('played back after a person decided otherwise, it changes nothing', async () => {
    const execution = { ...company(), callbackId: 'ap-1-2-3-0', inputFields: { days: 9 } };
    await account.execute('snooze-until', execution);
    await account.press({ companyId: silent, action: 'end_snooze' });
    await account.execute('snooze-until', execution);
    expect(shown()['rekindle_snoozed_until']).toBeUndefined();
  });
});

describe('a refusal that HubSpot took for final stays one, whoever sends the request again', () => {
  test('also after the company has become a partner; a new execution is carried out', async () => {
    const execution = { ...company(customer), callbackId: 'ap-1-5-1-0', inputFields: { days: 9 } };
    const first = await account.execute('snooze-until', execution);
    expect(first.body['outputFields']).toMatchObject({ result: 'refused' });
    account.sandbox.mutate({
      do: 'edit',
      type: 'company',
      id: customer,
      properties: { type: 'PARTNER' },
    });
    account.clock.now += millisecondsPerDay;
    await account.run();
    const replayed = await account.execute('snooze-until', execution);
    expect(replayed.status).toBe(200);
    expect(replayed.body['outputFields']).toMatchObject({
      result: 'refused',
      message: (first.body['outputFields'] as Record<string, string>)['message'],
      hs_execution_state: 'FAIL_CONTINUE',
    });
    expect(shown(customer)['rekindle_snoozed_until']).toBeUndefined();
    expect(await audit(customer)).toEqual([]);
    expect(await outputs('snooze-until', { days: 9 }, customer)).toMatchObject({ result: 'done' });
  });

  test('also after HubSpot would take what it refused', async () => {
    const execution = { ...company(), callbackId: 'ap-1-5-2-0', inputFields: { days: 9 } };
    account.faults = {
      updateCompanies: async ([update]) => ({
        written: [],
        failed: [{ id: update?.id ?? '', category: 'VALIDATION_ERROR', message: 'A rule forbids it.' }],
      }),
    };
    const first = await account.execute('snooze-until', execution);
    expect(first.body['outputFields']).toMatchObject({ result: 'refused' });
    account.faults = {};
    const replayed = await account.execute('snooze-until', execution);
    expect(replayed.body).toEqual(first.body);
    expect(shown()['rekindle_snoozed_until']).toBeUndefined();
  });

  test('and takes nothing back from an execution that was carried out under the same name', async () => {
    const execution = { ...company(), callbackId: 'ap-1-5-3-0', inputFields: { days: 9 } };
    const done = await account.execute('snooze-until', execution);
    const other = await account.execute('snooze-until', { ...execution, inputFields: { days: 10 } });
    expect(other.body['outputFields']).toMatchObject({ result: 'refused' });
    expect((await account.execute('snooze-until', execution)).body).toEqual(done.body);
  });
});

describe('an execution is as old as when it came first, also where it could not even be planned then', () => {
  const execution = { ...company(), callbackId: 'ap-1-6-1-0', inputFields: { days: 9 } };
  async function askInVain(): Promise<void> {
    account.faults = {
      readCompanies: () => Promise.reject(new UnreachableError('https://api.example', 'reset')),
    };
    const { status } = await account.execute('snooze-until', execution);
    account.faults = {};
    if (status !== 429) throw new Error(`The first try was to be put off, and was answered with ${status}.`);
  }

  test('so that it does not replace what a person decided since', async () => {
    await askInVain();
    account.clock.now += 60_000;
    await account.press({ companyId: silent, action: 'snooze_until', until: inDays(30) });
    account.clock.now += millisecondsPerDay;
    const again = await account.execute('snooze-until', execution);
    expect(again.body['outputFields']).toMatchObject({
      result: 'unchanged',
      message: expect.stringContaining('something newer was recorded') as unknown,
    });
    expect(shown()['rekindle_snoozed_until']).toBe(inDays(30));
  });

  test('so that nobody plays it back after HubSpot has given up', async () => {
    await askInVain();
    account.clock.now += 5 * millisecondsPerDay;
    const late = await account.execute('snooze-until', execution);
    expect(late.body['outputFields']).toMatchObject({
      result: 'refused',
      message: expect.stringContaining('days old') as unknown,
    });
    expect(shown()['rekindle_snoozed_until']).toBeUndefined();
  });
});

const replaced =
  (changes: Record<string, string>) =>
  (sent: Sent): Sent => ({ ...sent, headers: { ...sent.headers, ...changes } });
const dropped =
  (...names: string[]) =>
  (sent: Sent): Sent => ({
    ...sent,
    headers: Object.fromEntries(Object.entries(sent.headers).filter(([name]) => !names.includes(name))),
  });

describe('a forger is turned away', () => {
  const forgeries: [string, 'v2' | 'v3', (sent: Sent) => Sent][] = [
    ['no signature', 'v2', dropped('x-hubspot-signature', 'x-hubspot-signature-version')],
    ['no version', 'v2', dropped('x-hubspot-signature-version')],
    ['version 1', 'v2', replaced({ 'x-hubspot-signature-version': 'v1' })],
    ['an empty signature', 'v2', replaced({ 'x-hubspot-signature': '' })],
    [
      'a signature cut short',
      'v2',
      (sent) =>
        replaced({ 'x-hubspot-signature': sent.headers['x-hubspot-signature']?.slice(0, 32) ?? '' })(sent),
    ],
    ['another secret', 'v2', (sent) => ({ ...sent, headers: older(sent.path, sent.body, 'guessed') })],
    [
      'another secret, newer version',
      'v3',
      (sent) => ({ ...sent, headers: newer(sent.path, sent.body, tinyNow, 'guessed') }),
    ],
    ['another body', 'v2', (sent) => ({ ...sent, body: sent.body.replace(silent, active) })],
    ['another action', 'v2', (sent) => ({ ...sent, path: '/workflow-actions/start-offboarding-notice' })],
    ['a query added', 'v2', (sent) => ({ ...sent, path: `${sent.path}?x=1` })],
    [
      'a stale timestamp',
      'v3',
      (sent) => ({ ...sent, headers: newer(sent.path, sent.body, tinyNow - 301_000) }),
    ],
    [
      'a wrong newer signature beside a right older one',
      'v2',
      (sent) => replaced({ ...newer(sent.path, sent.body, tinyNow, 'guessed') })(sent),
    ],
    [
      'a timestamp of the newer version beside a right older signature',
      'v2',
      replaced({ 'x-hubspot-request-timestamp': String(tinyNow) }),
    ],
    [
      'the body signed as version 1 does',
      'v2',
      (sent) => ({ ...sent, headers: { ...older('', ''), 'x-hubspot-signature-version': 'v2' } }),
    ],
  ];
  test.each(forgeries)('%s', async (_, version, tamper) => {
    const execution = { ...company(), inputFields: { days: 5, way: 'call' } };
    const honest = await account.execute('snooze-until', execution, { version });
    expect(honest.status).toBe(200);
    account.writes();
    const forged = await account.execute('snooze-until', execution, { version, tamper });
    expect(forged.status).toBe(401);
    expect(account.writes()).toBe(0);
    expect(await audit()).toHaveLength(1);
  });

  test('the older signature opens nothing but workflow actions', async () => {
    const answer = await account.press({ companyId: silent, action: 'correct', because: 'x' }, (sent) => ({
      ...sent,
      headers: older(sent.path, sent.body),
    }));
    expect(answer.status).toBe(401);
  });

  test('a newer signature is good for one time', async () => {
    const execution = { ...company(), callbackId: 'ap-9-9-9-0', inputFields: { days: 5 } };
    expect((await account.execute('snooze-until', execution, { version: 'v3' })).status).toBe(200);
    expect((await account.execute('snooze-until', execution, { version: 'v3' })).status).toBe(401);
  });

  test('an execution of another account, though its app has the same secret', async () => {
    const answer = await account.execute('recalculate', { ...company(), origin: { portalId: 42 } });
    expect(answer.status).toBe(403);
  });
});

test.each<[string, Record<string, unknown>]>([
  ['a contact', { object: { objectId: Number(silent), objectType: 'CONTACT' } }],
  ['nothing at all', {}],
  ['an id that is none', { object: { objectId: 'x', objectType: 'COMPANY' } }],
  ['no callback', { ...company(), callbackId: '' }],
  ['a field of fields', { ...company(), inputFields: { note: { a: 1 } } }],
])('%s is no execution of ours, and HubSpot does not try again', async (_, execution) => {
  expect((await account.execute('log-outreach', execution)).status).toBe(400);
});

test('an address that no manifest names is none', async () => {
  expect((await account.execute('delete-partner', company())).status).toBe(404);
});

test('a verdict that waits for a run is still waited for when the execution comes again', async () => {
  account.refresh = async () => ({ state: 'too_early' });
  const execution = { ...company(), callbackId: 'ap-4-4-4-0' };
  expect((await account.execute('recalculate', execution)).status).toBe(429);
  expect((await account.execute('recalculate', execution)).status).toBe(429);
  const { db } = account.database.store;
  expect(await addOwnHints(db, [{ type: 'company', recordId: silent }], tinyNow)).toEqual([]);
  expect((await readVerdict(db, silent))?.status).toBe('inactive');
});
