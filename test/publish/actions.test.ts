/** What people do to partners, against a sandbox account after its first night. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AmbiguousWriteError, UnreachableError } from '../../src/hubspot/errors.ts';
import { performRefresh } from '../../src/jobs/refresh.ts';
import { judgeNow } from '../../src/jobs/judge-now.ts';
import { addDays, dayOf, millisecondsPerDay } from '../../src/model/instant.ts';
import type { PartnerAction } from '../../src/model/partner-action.ts';
import { performAction, type ActionOutcome, type ActionRequest } from '../../src/publish/actions.ts';
import { readActions } from '../../src/store/partner-actions.ts';
import { readPartner } from '../../src/store/partners.ts';
import { currentSettings } from '../../src/store/settings.ts';
import { readVerdict } from '../../src/store/verdicts.ts';
import { openTestAccount, type TestAccount } from '../world/account.ts';
import { createTinyPortal, tinyCompanies, tinyNow } from '../world/tiny-portal.ts';

const { silent, neverActivated, dormant } = tinyCompanies;
const today = dayOf(tinyNow, createTinyPortal().timeZone);
const inDays = (days: number): string => addDays(today, days);

let account: TestAccount;
let keys = 0;

beforeEach(async () => {
  account = await openTestAccount(createTinyPortal(), tinyNow);
  await account.run();
  account.writes();
});
afterEach(() => account.close());

async function act(
  action: PartnerAction,
  changes: Partial<ActionRequest> & { on?: string; hubspot?: object } = {},
): Promise<ActionOutcome> {
  const { store } = account.database;
  const { on = silent, hubspot = {}, ...rest } = changes;
  const partner = await readPartner(store.db, on);
  const settings = await currentSettings(store.db);
  if (partner === null || settings === null) throw new Error(`There is no partner ${on}.`);
  keys += 1;
  return performAction(
    { store, hubspot: { ...account.hubspot, ...hubspot } },
    {
      key: `card:9501:${keys}`,
      action,
      actor: { from: 'card', userId: '9501', email: 'ada@example.com' },
      partner,
      verdict: await readVerdict(store.db, on),
      settings: settings.settings,
      author: null,
      timeZone: createTinyPortal().timeZone,
      askedAt: tinyNow,
      now: tinyNow,
      ...rest,
    },
  );
}

const shown = (id: string = silent) => account.shown().get(id) ?? {};
const audit = (id: string = silent) => readActions(account.database.store.db, { partnerId: id, limit: 100 });
const notes = () =>
  account.sandbox
    .truth('note')
    .records.filter(({ properties }) => properties['hs_note_body']?.includes('Outreach')).length;

async function judge(id: string = silent): Promise<boolean> {
  const { store } = account.database;
  return judgeNow(
    {
      store,
      clock: () => tinyNow,
      patienceMs: 60_000,
      refresh: (anew) =>
        performRefresh({
          store,
          hubspot: account.hubspot,
          clock: () => tinyNow,
          signal: new AbortController().signal,
          anew,
        }),
    },
    id,
    { readRecords: true },
  );
}

const outreach = {
  do: 'log_outreach',
  way: 'call',
  on: null,
  note: 'Nobody picked up.',
  followUpOn: null,
} as const;

describe('each action sets its properties and leaves an entry that says who did it', () => {
  const actions: [PartnerAction, Record<string, string>][] = [
    [outreach, { rekindle_plan_stage: 'contacted' }],
    [
      { ...outreach, followUpOn: inDays(14) },
      { rekindle_plan_stage: 'contacted', rekindle_next_review_date: inDays(14) },
    ],
    [
      { do: 'record_root_cause', cause: 'competition', saidBy: 'partner', note: '' },
      { rekindle_root_cause: 'competition', rekindle_plan_stage: 'replied' },
    ],
    [{ do: 'record_root_cause', cause: 'market', saidBy: 'us', note: '' }, { rekindle_root_cause: 'market' }],
    [{ do: 'snooze_until', until: inDays(30), reason: 'Holidays' }, { rekindle_snoozed_until: inDays(30) }],
    [
      { do: 'exclude', reason: 'It is our sister company.', reviewOn: inDays(90) },
      { rekindle_next_review_date: inDays(90) },
    ],
    [{ do: 'correct', because: 'They bought through a distributor.' }, {}],
    [
      { do: 'open_decision', dueOn: inDays(30), note: '' },
      {
        rekindle_decision_due_date: inDays(30),
        rekindle_next_review_date: inDays(30),
        rekindle_plan_stage: 'review_due',
      },
    ],
    [
      { do: 'decide', decision: 'change_tier', reason: 'Two calls, no plan.' },
      { rekindle_decision: 'change_tier', rekindle_plan_stage: 'in_progress' },
    ],
    [
      { do: 'decide', decision: 'offboard', reason: 'It asked for it.' },
      { rekindle_decision: 'offboard', rekindle_plan_stage: 'closed' },
    ],
  ];
  test.each(actions)('%j', async (action, properties) => {
    const before = shown();
    const outcome = await act(action);
    expect(outcome).toMatchObject({ state: 'done', repeated: false });
    expect(shown()).toEqual({ ...before, ...properties });
    const { do: name, ...details } = action;
    expect(await audit()).toEqual([
      expect.objectContaining({
        action: name,
        details,
        at: tinyNow,
        actor: { from: 'card', userId: '9501', email: 'ada@example.com' },
        evidence: expect.objectContaining({ status: 'inactive', settingsVersion: 1 }) as unknown,
        sentence: 'sentence' in outcome ? outcome.sentence : '',
      }),
    ]);
    expect((await readPartner(account.database.store.db, silent))?.published).toMatchObject(properties);
  });
});

test('a snooze holds the verdict, and its end lets it go on', async () => {
  await act({ do: 'end_snooze' }, { on: dormant });
  expect(shown(dormant)['rekindle_snoozed_until']).toBeUndefined();
  expect(await judge(dormant)).toBe(true);
  const verdict = await readVerdict(account.database.store.db, dormant);
  expect(verdict?.remark).toBeUndefined();
  await act({ do: 'snooze_until', until: inDays(40), reason: '' }, { on: dormant });
  expect(await judge(dormant)).toBe(true);
  expect((await readVerdict(account.database.store.db, dormant))?.remark).toContain(inDays(40));
});

test('a person’s exception is judged at once and outlives every sync, full and nightly, until it is taken back', async () => {
  await act({ do: 'exclude', reason: 'Our sister company.', reviewOn: null });
  expect(shown()['rekindle_next_review_date']).toBe(inDays(180));
  expect(await judge()).toBe(true);
  expect(shown()['rekindle_status']).toBe('excluded');
  account.sandbox.mutate({ do: 'edit', type: 'company', id: silent, properties: { name: 'Birch' } });
  await account.run({ full: true });
  expect(await readPartner(account.database.store.db, silent)).toMatchObject({
    name: 'Birch',
    excludedBecause: 'Our sister company.',
  });
  expect(shown()['rekindle_status']).toBe('excluded');
  expect(await act({ do: 'exclude', reason: 'Again.', reviewOn: null })).toMatchObject({
    state: 'unchanged',
  });
  await act({ do: 'include', reason: 'Sold.' });
  expect(await judge()).toBe(true);
  expect(shown()['rekindle_status']).toBe('inactive');
  expect(shown()['rekindle_next_review_date']).toBeUndefined();
});

test('judging anew reads what nobody told us of: a deal that came without a webhook', async () => {
  account.sandbox.mutate({
    do: 'create',
    type: 'deal',
    properties: { dealname: 'Back', pipeline: 'default', dealstage: 'appointmentscheduled' },
    createdAt: tinyNow - 2 * millisecondsPerDay,
    associations: [{ toType: 'company', toId: silent }],
  });
  expect(await judge()).toBe(true);
  expect(shown()['rekindle_status']).toBe('reactivated');
});

describe('asked twice', () => {
  test('the second call answers with the first outcome and does nothing', async () => {
    const key = 'card:9501:twice';
    const first = await act(outreach, { key });
    const writes = account.writes();
    expect(writes).toBe(2);
    const later = tinyNow + 3_600_000;
    expect(await act(outreach, { key, now: later })).toEqual({ ...first, repeated: true });
    expect(account.writes()).toBe(0);
    expect(await audit()).toHaveLength(1);
  });

  test('at once, by ten, it is done once', async () => {
    const key = 'card:9501:ten';
    const snooze = { do: 'snooze_until', until: inDays(30), reason: '' } as const;
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => act(snooze, { key })));
    expect(outcomes.every(({ state }) => state === 'done')).toBe(true);
    expect(await audit()).toHaveLength(1);
    await Promise.all(Array.from({ length: 10 }, () => act(outreach, { key: 'card:9501:notes' })));
    expect(notes()).toBe(1);
    expect(await audit()).toHaveLength(2);
  });

  test('for something else under the same key is refused', async () => {
    await act(outreach, { key: 'k' });
    expect(await act({ ...outreach, way: 'email' }, { key: 'k' })).toMatchObject({
      state: 'refused',
      retryable: false,
    });
    expect(await act(outreach, { key: 'k', on: dormant })).toMatchObject({ state: 'refused' });
  });

  test('after HubSpot was out of reach it is carried out, as it was planned then', async () => {
    const down = {
      updateCompanies: () => Promise.reject(new UnreachableError('https://api.example', 'reset')),
    };
    const open = { do: 'open_decision', dueOn: inDays(30), note: '' } as const;
    const refused = await act(open, { key: 'k', hubspot: down });
    expect(refused).toMatchObject({ state: 'refused', retryable: true });
    expect(shown()['rekindle_decision_due_date']).toBeUndefined();
    expect(await audit()).toEqual([]);
    expect(await act(open, { key: 'k' })).toMatchObject({ state: 'done' });
    expect(shown()['rekindle_decision_due_date']).toBe(inDays(30));
  });

  test('after somebody decided otherwise, the older request changes nothing', async () => {
    const down = {
      updateCompanies: () => Promise.reject(new UnreachableError('https://api.example', 'reset')),
    };
    const older = { do: 'snooze_until', until: inDays(30), reason: '' } as const;
    await act(older, { key: 'k', hubspot: down });
    await act({ ...older, until: inDays(60) }, { now: tinyNow + 1000 });
    expect(await act(older, { key: 'k', now: tinyNow + 2000 })).toMatchObject({ state: 'unchanged' });
    expect(shown()['rekindle_snoozed_until']).toBe(inDays(60));
  });

  test('days later, a request that never came to an end is not carried out any more', async () => {
    const down = {
      updateCompanies: () => Promise.reject(new UnreachableError('https://api.example', 'reset')),
    };
    const snooze = { do: 'snooze_until', until: inDays(30), reason: '' } as const;
    await act(snooze, { key: 'k', hubspot: down });
    const outcome = await act(snooze, { key: 'k', now: tinyNow + 5 * millisecondsPerDay });
    expect(outcome).toMatchObject({ state: 'refused', retryable: false });
    expect(shown()['rekindle_snoozed_until']).toBeUndefined();
  });
});

test('a note whose answer was lost is not written twice; the rest is done, and whoever acts is told', async () => {
  const lost = { createNote: () => Promise.reject(new AmbiguousWriteError('POST /notes', 'reset')) };
  const outcome = await act(outreach, { key: 'k', hubspot: lost });
  expect(outcome).toMatchObject({
    state: 'unclear',
    sentence: expect.stringContaining('look there') as unknown,
  });
  expect(shown()['rekindle_plan_stage']).toBe('contacted');
  await act(outreach, { key: 'k' });
  expect(notes()).toBe(0);
});

test('a note that HubSpot refused is written by the next attempt', async () => {
  const down = { createNote: () => Promise.reject(new UnreachableError('https://api.example', 'reset')) };
  expect(await act(outreach, { key: 'k', hubspot: down })).toMatchObject({ state: 'refused' });
  expect(await act(outreach, { key: 'k' })).toMatchObject({ state: 'done' });
  expect(notes()).toBe(1);
});

test('what HubSpot itself shows counts, not what the last night saw', async () => {
  account.sandbox.mutate({
    do: 'edit',
    type: 'company',
    id: silent,
    properties: { rekindle_plan_stage: 'in_progress' },
  });
  await act(outreach);
  expect(shown()['rekindle_plan_stage']).toBe('in_progress');
});

test('what the partner says beats what we think, and both are kept', async () => {
  await act({ do: 'record_root_cause', cause: 'incentive', saidBy: 'partner', note: '' });
  const ours = await act({ do: 'record_root_cause', cause: 'market', saidBy: 'us', note: '' });
  expect(ours).toMatchObject({
    state: 'unchanged',
    sentence: expect.stringContaining('stays “Incentive too weak”') as unknown,
  });
  expect(shown()['rekindle_root_cause']).toBe('incentive');
  expect((await audit()).map(({ details }) => details['cause'])).toEqual(['market', 'incentive']);
});

test('a partner that is well has no plan: an outreach to it is logged and moves none', async () => {
  const verdict = await readVerdict(account.database.store.db, silent);
  const before = shown();
  await act(outreach, { verdict: verdict && { ...verdict, status: 'active' } });
  expect(shown()).toEqual(before);
  expect(notes()).toBe(1);
});

describe('a decision', () => {
  const open = { do: 'open_decision', dueOn: inDays(30), note: '' } as const;

  test('is not opened, nor a partner let go, before anybody tried to reach it', async () => {
    expect(await act(open, { on: neverActivated })).toMatchObject({
      state: 'refused',
      sentence: expect.stringMatching(/^Nobody has tried to reach this partner/) as unknown,
    });
    const letGo = { do: 'decide', decision: 'offboard', reason: 'Gone.' } as const;
    expect(await act(letGo, { on: neverActivated })).toMatchObject({ state: 'refused' });
    await act(outreach, { on: neverActivated });
    expect(await act(open, { on: neverActivated })).toMatchObject({ state: 'done' });
  });

  test('keeps its day when it is opened again, and is open again after it was taken', async () => {
    await act(open);
    expect(await act({ ...open, dueOn: inDays(60) })).toMatchObject({ state: 'unchanged' });
    expect(shown()['rekindle_decision_due_date']).toBe(inDays(30));
    await act({ do: 'decide', decision: 'continue', reason: 'A joint plan until autumn.' });
    expect(await act({ ...open, dueOn: inDays(60) })).toMatchObject({ state: 'done' });
    expect(shown()).toMatchObject({ rekindle_decision_due_date: inDays(60) });
    expect(shown()['rekindle_decision']).toBeUndefined();
  });

  test('is never taken by a run, not even long after its day', async () => {
    await act(open);
    const later = tinyNow + 400 * millisecondsPerDay;
    await account.run({ asOf: later });
    expect(shown()['rekindle_decision']).toBeUndefined();
    expect(shown()['rekindle_decision_due_date']).toBe(inDays(30));
  });
});

test.each<[string, PartnerAction, RegExp]>([
  ['an outreach of tomorrow', { ...outreach, on: inDays(1) }, /lies in the future/],
  ['an outreach of long ago', { ...outreach, on: inDays(-400) }, /more than 365 days old/],
  ['a follow-up today', { ...outreach, followUpOn: today }, /^Choose a day for the follow-up from/],
  ['a note without end', { ...outreach, note: 'x'.repeat(2001) }, /at most 2000 characters/],
  [
    'a snooze until today',
    { do: 'snooze_until', until: today, reason: '' },
    /^Choose a day until which to snooze from 2026-06-16/,
  ],
  ['a snooze beyond two years', { do: 'snooze_until', until: inDays(731), reason: '' }, /to 2028-06-14\.$/],
  ['an exception without a reason', { do: 'exclude', reason: '  ', reviewOn: null }, /^Say why/],
  [
    'an exception to be reviewed today',
    { do: 'exclude', reason: 'x', reviewOn: today },
    /^Choose a day for the review/,
  ],
  ['a correction that says nothing', { do: 'correct', because: '' }, /^Say what is wrong/],
  [
    'a decision that is due today',
    { do: 'open_decision', dueOn: today, note: '' },
    /^Choose a day by which to decide/,
  ],
  [
    'a decision that rests on nothing',
    { do: 'decide', decision: 'continue', reason: '' },
    /^Say on what the decision rests/,
  ],
])('%s is refused with what to do instead, and leaves nothing', async (_, action, sentence) => {
  const outcome = await act(action);
  expect(outcome).toMatchObject({ state: 'refused', retryable: false });
  expect('sentence' in outcome ? outcome.sentence : '').toMatch(sentence);
  expect(account.writes()).toBe(0);
  expect(await audit()).toEqual([]);
});

test('a property that is missing in HubSpot is named, with what an administrator does', async () => {
  const refusing = {
    updateCompanies: async () => ({
      written: [],
      failed: [
        {
          id: silent,
          category: 'VALIDATION_ERROR',
          message: 'Property "rekindle_root_cause" does not exist',
        },
      ],
    }),
  };
  const cause = { do: 'record_root_cause', cause: 'other', saidBy: 'partner', note: '' } as const;
  expect(await act(cause, { hubspot: refusing })).toMatchObject({
    state: 'refused',
    retryable: false,
    sentence: expect.stringMatching(/"rekindle_root_cause" does not exist.*rekindle provision/) as unknown,
  });
});

test('a company that was deleted a moment ago is not written to', async () => {
  account.sandbox.mutate({ do: 'delete', type: 'company', id: silent });
  expect(await act({ do: 'snooze_until', until: inDays(3), reason: '' })).toMatchObject({
    state: 'refused',
    sentence: expect.stringContaining('deleted or merged') as unknown,
  });
});
