/** `explain`: whoever doubts a verdict can look at all of it, also at the one of last spring. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Explanation } from '../../src/insight/explain.ts';
import type { CadenceReading } from '../../src/model/cadence.ts';
import { dayOf, millisecondsPerDay } from '../../src/model/instant.ts';
import { upsertActivities } from '../../src/store/activities.ts';
import { latestLearned, saveBackTests, saveLearned } from '../../src/store/learned.ts';
import { readVerdict } from '../../src/store/verdicts.ts';
import { openTestAccount, type TestAccount } from '../world/account.ts';
import { streamModel } from '../world/stream-model.ts';
import { createTinyPortal, tinyCompanies, tinyNow } from '../world/tiny-portal.ts';
import { rekindle, type Finished } from './command.ts';

const seed = createTinyPortal();
const { active, silent, customer } = tinyCompanies;
const now = tinyNow;
let account: TestAccount;
let shift = 0;
beforeAll(async () => {
  account = await openTestAccount(seed, now, { clock: () => now + shift });
  await account.run();
});
afterAll(() => account.close());

async function asked(...words: string[]): Promise<Finished> {
  return await rekindle(['explain', ...words], { DATABASE_URL: account.database.url });
}
async function explained(...words: string[]): Promise<Explanation> {
  return JSON.parse((await asked(...words, '--json')).stdout) as Explanation;
}

test('a verdict is explained with evidence, definition, what comes next, and a health that adds up', async () => {
  const verdict = await readVerdict(account.database.store.db, silent);
  const { stdout, code } = await asked(silent);
  expect(code).toBe(0);
  for (const reason of verdict?.reasons ?? []) {
    expect(stdout).toContain(reason.sentence);
    expect(stdout).toContain(reason.counterfactual);
  }
  expect(verdict?.reasons.length).toBeGreaterThan(0);
  for (const part of [
    'Why',
    'Health',
    'What comes next',
    'settings version 1',
    'This partner is inactive when',
  ]) {
    expect(stdout).toContain(part);
  }
  const { health, contributions, again } = await explained(silent);
  expect(contributions.reduce((sum, { points }) => sum + points, 0)).toBe(health);
  expect(again).toEqual({
    same: true,
    sentence: 'Judged again from what is known today, it comes out the same.',
  });
});

test('the verdict of a past day is explained as it stood then, whatever came later', async () => {
  const before = await explained(active);
  expect(before.status).toBe('At risk');
  expect((await asked(active)).stdout).toContain(`At risk since ${before.since}, when it was first judged.`);
  shift = 300 * millisecondsPerDay;
  account.sandbox.mutate({ do: 'advanceClock', durationMs: shift });
  await account.run();
  expect(await explained(active)).toMatchObject({ status: 'Inactive', previously: 'At risk' });
  const then = await explained(active, '--at', dayOf(now + 30 * millisecondsPerDay, seed.timeZone));
  expect(then).toEqual(before);
});

test('what became known later is told: the verdict of then would be another one today', async () => {
  account.sandbox.mutate({
    do: 'create',
    type: 'deal',
    id: '990001',
    properties: { dealname: 'Late', pipeline: 'default', dealstage: 'appointmentscheduled', amount: '10' },
    createdAt: now + 250 * millisecondsPerDay,
    associations: [{ toType: 'company', toId: active }],
  });
  account.sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay });
  shift += millisecondsPerDay;
  await account.run();
  const stood = await explained(active, '--at', dayOf(now + 300 * millisecondsPerDay, seed.timeZone));
  expect(stood).toMatchObject({ status: 'Inactive', again: { same: false } });
  expect(stood.again.sentence).toMatch(/it would be (At risk|Active|Reactivated) .*activity came in late/);
  const deal = { what: 'deal registered', source: 'hubspot.deals' };
  const day = dayOf(now + 250 * millisecondsPerDay, seed.timeZone);
  expect(stood.late).toEqual([{ ...deal, day, knownSince: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) }]);
  // What stood before it happened could not know it either, but need not have.
  const before = await explained(active, '--at', dayOf(now + 30 * millisecondsPerDay, seed.timeZone));
  expect(before.late).toEqual([]);
  const { stdout } = await asked(active, '--at', dayOf(now + 300 * millisecondsPerDay, seed.timeZone));
  expect(stdout).toContain(
    `What became known only after this verdict was made\n  ${day}  deal registered  (hubspot.deals, known since `,
  );
});

test('the present verdict knows everything, until more comes in', async () => {
  const { db } = account.database.store;
  expect((await explained(active)).late).toEqual([]);
  const row = { partnerId: active, kind: 'deal_won', quantity: 1, amount: null, source: 'csv:crm' } as const;
  await upsertActivities(db, [{ ...row, occurredAt: now - millisecondsPerDay, sourceId: '1' }]);
  await upsertActivities(db, [{ ...row, kind: 'note_logged', occurredAt: now, sourceId: '2' }]);
  expect((await explained(active)).late).toMatchObject([{ what: 'deal won', source: 'csv:crm' }]);
  // The same row again is no news; a corrected one is.
  await account.run();
  await upsertActivities(db, [{ ...row, occurredAt: now - millisecondsPerDay, sourceId: '1' }]);
  expect((await explained(active)).late).toEqual([]);
  await upsertActivities(db, [{ ...row, occurredAt: now - 2 * millisecondsPerDay, sourceId: '1' }]);
  expect((await explained(active)).late).toHaveLength(1);
  await sql`update verdict set saved_at = null where partner_id = ${active}`.execute(db);
  expect((await explained(active)).late).toBeNull();
});

test('the changes of status are listed, newest first', async () => {
  const { history } = await explained(active);
  expect(history.map(({ what }) => what.split(' (')[0])).toContain('At risk -> Inactive');
  expect(history.at(-1)?.what).toBe('At risk (portal_never)');
  expect(history.map(({ day }) => day)).toEqual(
    history
      .map(({ day }) => day)
      .toSorted()
      .toReversed(),
  );
});

test('where the verdict before was not kept, nobody claims that something came late', async () => {
  const { db } = account.database.store;
  await sql`
    delete from past_verdict using verdict_change as change
     where change_id = change.id and change.partner_id = ${active} and from_status is null`.execute(db);
  const day = dayOf(now + 30 * millisecondsPerDay, seed.timeZone);
  expect((await asked(active, '--at', day)).stderr).toContain('only its status is known');
  const next = await explained(active, '--at', dayOf(now + 300 * millisecondsPerDay, seed.timeZone));
  expect(next.again).toMatchObject({ same: null });
});

test('a company that was merged is answered by its survivor, and that is said', async () => {
  const { merged, dormant } = tinyCompanies;
  expect(await explained('95')).toMatchObject({
    partnerId: merged,
    notices: [`Company 95 was merged into ${merged}.`],
  });
  const [ofSilent, ofDormant] = [await explained(silent), await explained(dormant)];
  const day = dayOf(now + shift, seed.timeZone);
  account.sandbox.mutate({ do: 'merge', type: 'company', primaryId: silent, mergedId: dormant });
  account.sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay });
  shift += millisecondsPerDay;
  await account.run({ acceptFewerPartners: true });
  const { partnerId, notices, history } = await explained(dormant);
  expect([silent, dormant]).not.toContain(partnerId);
  const said = `Company ${dormant} was merged into ${partnerId} by ${day}.`;
  expect(notices).toContain(said);
  expect(await asked(dormant)).toMatchObject({ stderr: '', code: 0 });
  expect((await asked(dormant)).stdout).toContain(said);
  expect(history.slice(-ofDormant.history.length)).toEqual(ofDormant.history);
  expect(history).toContainEqual({ day, what: `company ${dormant} was merged into ${partnerId}` });

  // What either stood under the day before is explained of it, whichever of the two the new company goes on from.
  const before = dayOf(now + shift - 2 * millisecondsPerDay, seed.timeZone);
  for (const [id, was] of [
    [silent, ofSilent],
    [dormant, ofDormant],
  ] as const) {
    const then = await explained(id, '--at', before);
    expect(then).toMatchObject({
      partnerId: id,
      status: was.status,
      since: was.since,
      judgedAt: was.judgedAt,
      reasons: was.reasons,
      history: was.history,
    });
    expect(then.notices).toContain(`Company ${id} was merged into ${partnerId} by ${day}.`);
  }
  const heir = (await explained(partnerId, '--at', before)).judgedAt;
  expect([ofSilent.judgedAt, ofDormant.judgedAt]).toContain(heir);
});

test('of a company that is gone with all that it did, its verdicts are told, and what cannot be told is said', async () => {
  const { merged: primary, neverActivated } = tinyCompanies;
  const was = [await explained(primary), await explained(neverActivated)];
  const before = dayOf(now + shift - millisecondsPerDay, seed.timeZone);
  account.sandbox.mutate({ do: 'merge', type: 'company', primaryId: primary, mergedId: neverActivated });
  account.sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay });
  shift += millisecondsPerDay;
  await account.run({ acceptFewerPartners: true });
  const then = [await explained(primary, '--at', before), await explained(neverActivated, '--at', before)];
  expect(then.map(({ status }) => status)).toEqual(was.map(({ status }) => status));
  const gone = then.find(({ again }) => again.sentence.startsWith('It cannot be judged again: what company'));
  expect(gone).toMatchObject({ again: { same: null }, activities: [], late: null, segment: null });
  expect(gone?.notices.join(' ')).toContain(`the verdict of company ${gone?.partnerId} from before`);
  const heir = then.find((one) => one !== gone);
  expect(heir?.late).toEqual([]);
  expect(heir?.activities).toEqual(was.find(({ partnerId }) => partnerId === heir?.partnerId)?.activities);
});

test('a former partner is answered with its last verdict and its history', async () => {
  const { sharing } = tinyCompanies;
  const last = await explained(sharing);
  account.sandbox.mutate({ do: 'edit', type: 'company', id: sharing, properties: { type: 'PROSPECT' } });
  account.sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay });
  shift += millisecondsPerDay;
  await account.run({ acceptFewerPartners: true });
  const former = await explained(sharing);
  expect(former).toMatchObject({
    status: last.status,
    judgedAt: last.judgedAt,
    next: [],
    history: last.history,
  });
  expect(former.notices).toEqual([
    expect.stringMatching(
      new RegExp(`^Company ${sharing} is no partner since \\d{4}-\\d\\d-\\d\\d, so it is not judged`),
    ),
  ]);
  expect((await asked(sharing)).stdout).toContain('Its history');
});

test('why the model may warn is told by the test of then, whatever later ones came to', async () => {
  const { db } = account.database.store;
  const { assessedAt } = (await readVerdict(db, active)) ?? { assessedAt: NaN };
  const figures = { ruleDays: 90, holdOuts: [] };
  const productive = streamModel({ ...figures, because: 'It told better when it was learned.' });
  await saveLearned(db, { productive, engagement: null }, assessedAt - 20 * millisecondsPerDay);
  const version = (await latestLearned(db))?.version ?? NaN;
  for (const [because, daysLater] of [
    ['It told better then.', -6],
    ['It tells better now.', 1],
  ] as const) {
    const tests = { productive: { ...figures, because }, engagement: null };
    await saveBackTests(db, version, tests, assessedAt + daysLater * millisecondsPerDay);
  }
  const reading: CadenceReading = {
    stream: 'productive',
    model: version,
    episodes: 3,
    firstDay: '2026-01-01',
    countedDay: '2026-03-01',
    lastDay: '2026-03-01',
    gaps: { typical: 30, from: 30, to: 30 },
    band: 'uncertain',
    quietFrom: null,
  };
  await sql`update verdict set cadence = ${JSON.stringify(reading)} where partner_id = ${active}`.execute(db);
  expect((await explained(active)).rhythm.at(-1)).toBe('It told better then.');
  expect((await latestLearned(db))?.streams.productive?.because).toBe('It tells better now.');
});

describe('whoever asks for what is not there is told what to do', () => {
  test.each([
    ['a company that is no partner', [customer], /is no partner that Rekindle knows/],
    [
      'a day before the first verdict',
      [silent, '--at', '2001-01-01'],
      /No verdict of partner .* from 2001-01-01/,
    ],
  ])('%s', async (_, words, message) => {
    const finished = await asked(...words);
    expect(finished).toMatchObject({ code: 1, stdout: '' });
    expect(finished.stderr).toMatch(message);
  });

  test('a day that does not exist is a mistake of the command', async () => {
    expect(await asked(silent, '--at', '2026-02-30')).toMatchObject({ code: 2 });
  });
});
