/** What a person does at the card reaches HubSpot's properties, the verdict and the audit, once. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addDays, dayOf } from '../../src/model/instant.ts';
import { actionNames } from '../../src/model/partner-action.ts';
import { readActions } from '../../src/store/partner-actions.ts';
import { actionResponseSchema } from '../../src/web/action-contract.ts';
import { openActingAccount, type ActingAccount } from '../world/acting-account.ts';
import { createTinyPortal, tinyCompanies, tinyNow } from '../world/tiny-portal.ts';

const { silent, customer, merged } = tinyCompanies;
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

async function press(body: Record<string, string>): Promise<{ state: string; sentence: string }> {
  const answer = await account.press({ companyId: silent, ...body });
  expect(answer.status).toBe(200);
  return actionResponseSchema.parse(answer.body);
}

test('a day at the card: outreach, cause, decision, each seen on the record at once', async () => {
  expect(
    await press({ action: 'log_outreach', way: 'call', note: 'Left a message.', followUpOn: inDays(7) }),
  ).toEqual({ state: 'done', sentence: `Call on ${today} logged. Next review on ${inDays(7)}.` });
  expect(shown()).toMatchObject({
    rekindle_plan_stage: 'contacted',
    rekindle_next_review_date: inDays(7),
  });
  await press({ action: 'record_root_cause', cause: 'enablement', saidBy: 'partner' });
  expect(shown()).toMatchObject({ rekindle_root_cause: 'enablement', rekindle_plan_stage: 'replied' });
  await press({ action: 'open_decision', dueOn: inDays(30) });
  expect(shown()).toMatchObject({ rekindle_decision_due_date: inDays(30) });
  await press({ action: 'decide', decision: 'continue', reason: 'They will train two people.' });
  expect(shown()).toMatchObject({ rekindle_decision: 'continue', rekindle_plan_stage: 'in_progress' });
  expect((await audit()).map(({ action }) => action)).toEqual([
    'decide',
    'open_decision',
    'record_root_cause',
    'log_outreach',
  ]);
});

test('the note on the timeline is that of the person who pressed', async () => {
  await press({ action: 'log_outreach', way: 'email', note: 'Sent the new price list.' });
  const note = account.sandbox
    .truth('note')
    .records.find(({ properties }) => properties['hs_note_body']?.includes('price list'));
  expect(note?.properties['hubspot_owner_id']).toBe('501');
  expect(await audit()).toMatchObject([
    { actor: { from: 'card', userId: '9501', email: 'ada@example.com' }, evidence: { status: 'inactive' } },
  ]);
});

test('excluded at the card, the partner is excluded before the answer comes, and judged again when it is included', async () => {
  await press({ action: 'exclude', reason: 'A sister company.' });
  expect(shown()['rekindle_status']).toBe('excluded');
  await press({ action: 'include' });
  expect(shown()['rekindle_status']).toBe('inactive');
});

test('the record of a merged company is the survivor’s', async () => {
  expect(await press({ companyId: '95', action: 'correct', because: 'Two names, one firm.' })).toMatchObject({
    state: 'done',
  });
  expect(await audit(merged)).toHaveLength(1);
});

test('while a run goes on, the action is done and the verdict is promised', async () => {
  account.refresh = async () => ({ state: 'too_early' });
  expect(await press({ action: 'snooze_until', until: inDays(30) })).toEqual({
    state: 'done',
    sentence: expect.stringMatching(/The verdict follows in a minute or two\.$/) as unknown,
  });
  expect(shown()['rekindle_snoozed_until']).toBe(inDays(30));
});

test('a verdict that fails to follow is no failure of the action, and is in the log', async () => {
  account.refresh = () => Promise.reject(new Error('the lease is gone'));
  expect(await press({ action: 'snooze_until', days: '30' })).toMatchObject({ state: 'done' });
  expect(account.logged.join('')).toContain('the lease is gone');
});

describe('pressed twice', () => {
  test('by HubSpot’s repetition, by hand or by ten at once, it is done once and answered alike', async () => {
    const body = { companyId: silent, requestKey: 'one-press-12345', action: 'log_outreach', way: 'call' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => {
        account.clock.now += 1;
        return account.press(body);
      }),
    );
    expect(new Set(answers.map(({ body: { sentence } }) => sentence)).size).toBe(1);
    expect(answers.map(({ body: { state } }) => state)).toEqual(answers.map(() => 'done'));
    account.clock.now += 60_000;
    expect((await account.press(body)).body).toEqual(answers[0]?.body);
    expect(await audit()).toHaveLength(1);
  });

  test('a key is its user’s own: another user’s press under it is another press', async () => {
    const body = { companyId: silent, requestKey: 'one-press-12345', action: 'correct', because: 'No.' };
    await account.press(body);
    await press({ requestKey: 'one-press-12345', action: 'correct', because: 'Yes.' }).then((answer) =>
      expect(answer.state).toBe('refused'),
    );
    expect(await audit()).toHaveLength(1);
  });

  test('a replay of the very request is turned away', async () => {
    const body = { companyId: silent, requestKey: 'one-press-12345', action: 'correct', because: 'No.' };
    expect((await account.press(body)).status).toBe(200);
    expect((await account.press(body)).status).toBe(401);
  });
});

describe('wrong input is told in a sentence, and nothing is written', () => {
  test.each<[Record<string, string>, RegExp]>([
    [{ action: 'log_outreach' }, /^Say how the partner was contacted: one of call, email/],
    [{ action: 'log_outreach', way: 'pigeon' }, /^“pigeon” does not say how/],
    [{ action: 'log_outreach', way: 'call', on: '2026-02-30' }, /^“2026-02-30” is no day for the day of the/],
    [{ action: 'record_root_cause' }, /^Say the root cause: one of enablement, /],
    [{ action: 'record_root_cause', cause: 'market', saidBy: 'them' }, /^“them” does not say who/],
    [{ action: 'snooze_until' }, /^Say until when to snooze: a day, or a number of days/],
    [{ action: 'snooze_until', days: 'many' }, /^“many” is no number of days/],
    [{ action: 'snooze_until', until: 'soon' }, /^“soon” is no day/],
    [{ action: 'snooze_until', until: today }, /^Choose a day until which to snooze/],
    [{ action: 'exclude' }, /^Say why/],
    [{ action: 'correct' }, /^Say what is wrong/],
    [{ action: 'open_decision' }, /^Say by when to decide/],
    [{ action: 'decide', decision: 'maybe', reason: 'x' }, /^“maybe” does not say the decision/],
    [{ action: 'decide', decision: 'offboard' }, /^Say on what the decision rests/],
  ])('%j', async (body, sentence) => {
    const answer = await press(body);
    expect(answer).toMatchObject({ state: 'refused' });
    expect(answer.sentence).toMatch(sentence);
    expect(account.writes()).toBe(0);
    expect(await audit()).toEqual([]);
  });

  test('every action on a company that is no partner', async () => {
    for (const action of actionNames) {
      expect(await press({ companyId: customer, action })).toMatchObject({
        state: 'refused',
        sentence: expect.stringMatching(/^This company is no partner/) as unknown,
      });
    }
    expect(account.writes()).toBe(0);
  });
});

test.each<[string, Record<string, string>]>([
  ['an action that does not exist', { action: 'delete' }],
  ['a company that is no number', { companyId: '1 or 1', action: 'correct' }],
  ['a field that nobody asked for', { action: 'correct', because: 'x', userId: '1' }],
  ['a key that is none', { action: 'correct', because: 'x', requestKey: '' }],
])('%s is no request', async (_, body) => {
  expect((await account.press({ companyId: silent, ...body })).status).toBe(400);
});
