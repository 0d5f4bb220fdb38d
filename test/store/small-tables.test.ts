import { expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { upsertActivities } from '../../src/store/activities.ts';
import { claimAction, completeAction, failAction } from '../../src/store/actions.ts';
import { readOwners, saveOwners } from '../../src/store/owners.ts';
import { savePartners } from '../../src/store/partners.ts';
import { readPortal, savePortal } from '../../src/store/portal.ts';
import {
  abandonSync,
  finishSync,
  latestSync,
  readProgress,
  saveProgress,
  startSync,
  sumCounts,
  unfinishedSync,
} from '../../src/store/progress.ts';
import { currentSettings, saveSettings } from '../../src/store/settings.ts';
import { kindsOfSource, readSourceStates, saveSourceState } from '../../src/store/sources.ts';
import { streamPartnersToAssess } from '../../src/store/timelines.ts';
import { freshStore } from './fresh.ts';
import { activity, collect, judgedAs, minute, noon, partner, verdict } from './samples.ts';
import { readWatermarks, saveWatermark } from '../../src/store/watermarks.ts';

const store = freshStore();
const portal = { id: '139', timeZone: 'Europe/Berlin', currency: 'EUR' };

test('one database serves one account: another account is refused, and nothing changes', async () => {
  const { db } = store();
  expect(await readPortal(db)).toBeNull();
  await savePortal(db, portal);
  await expect(savePortal(db, { ...portal, id: '140' })).rejects.toThrow(/account 139.*account 140/);
  expect(await readPortal(db)).toEqual(portal);
  await savePortal(db, { ...portal, currency: 'USD' });
  expect(await readPortal(db)).toEqual({ ...portal, currency: 'USD' });
});

test('another time zone means other days, so everybody is judged again', async () => {
  const { db } = store();
  const toAssess = () =>
    collect(streamPartnersToAssess(db, { now: noon, settingsVersion: 1, all: false, batchSize: 10 }));
  await savePortal(db, portal);
  await savePartners(db, 's1', [partner('A')]);
  await judgedAs(db, verdict('A'));
  await savePortal(db, { ...portal, currency: 'USD' });
  expect(await toAssess()).toHaveLength(0);
  await savePortal(db, { ...portal, timeZone: 'UTC' });
  expect(await toAssess()).toHaveLength(1);
});

test('settings get the next number when they differ, and none when they are in force already', async () => {
  const { db } = store();
  const meta = { note: 'why', author: 'Ann', now: noon };
  expect(await currentSettings(db)).toBeNull();
  expect((await saveSettings(db, presets.reseller, meta)).version).toBe(1);
  expect((await saveSettings(db, structuredClone(presets.reseller), meta)).version).toBe(1);
  expect((await saveSettings(db, presets.affiliate, meta)).version).toBe(2);
  expect((await saveSettings(db, presets.reseller, meta)).version).toBe(3);
  expect(await currentSettings(db)).toEqual({ version: 3, settings: presets.reseller });
});

test('settings saved at the same moment get a number each', async () => {
  const graces = [10, 20, 30, 40, 50];
  const saved = await Promise.all(
    graces.map((graceDays) =>
      saveSettings(store().db, { ...presets.reseller, graceDays }, { note: '', author: 'x', now: noon }),
    ),
  );
  expect(saved.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4, 5]);
});

test('settings that this program does not understand are named, not guessed', async () => {
  await store()
    .db.insertInto('settings_version')
    .values({
      version: 7,
      settings: '{"preset":"unheard of"}',
      note: '',
      author: '',
      created_at: '2026-01-01',
    })
    .execute();
  await expect(currentSettings(store().db)).rejects.toThrow('Settings version 7');
});

const owner = (id: string, name: string) => ({ id, name, email: null, archived: false });

test('owners are replaced as a whole, and those that are gone stay as archived', async () => {
  const { db } = store();
  await saveOwners(db, [owner('1', 'Ann'), owner('2', 'Ben')]);
  await saveOwners(db, [owner('1', 'Anna')]);
  expect([...(await readOwners(db)).values()]).toEqual([
    owner('1', 'Anna'),
    { ...owner('2', 'Ben'), archived: true },
  ]);
});

test('a source that fails keeps the instant up to which it was known, which never moves back', async () => {
  const { db } = store();
  const state = { source: 'hubspot.deals', complete: true, completeUpTo: noon, kinds: ['deal_won'] } as const;
  expect(await saveSourceState(db, state, 's1')).toEqual({ changed: true });
  expect(await saveSourceState(db, { ...state, completeUpTo: noon + minute }, 's2')).toEqual({
    changed: false,
  });
  expect(await saveSourceState(db, { ...state, completeUpTo: noon }, 's3')).toEqual({ changed: false });
  expect(await saveSourceState(db, { ...state, complete: false, completeUpTo: null }, 's4')).toEqual({
    changed: true,
  });
  expect(await readSourceStates(db)).toEqual([{ ...state, complete: false, completeUpTo: noon + minute }]);
  const wider = { ...state, complete: false, completeUpTo: null, kinds: ['deal_won', 'order'] } as const;
  expect(await saveSourceState(db, wider, 's5')).toEqual({ changed: true });
});

test('a source is known by the kinds it told of', async () => {
  const rows = [
    activity('A', '1', { kind: 'sale' }),
    activity('A', '2', { kind: 'click' }),
    activity('B', '3', { kind: 'click' }),
  ];
  await upsertActivities(
    store().db,
    rows.map((row) => ({ ...row, source: 'csv:awin' as const })),
  );
  expect(await kindsOfSource(store().db, 'csv:awin')).toEqual(['click', 'sale']);
  expect(await kindsOfSource(store().db, 'csv:other')).toEqual([]);
});

test('the latest sync is known by how it read and whether it was finished', async () => {
  const { db } = store();
  expect(await unfinishedSync(db)).toBeNull();
  expect(await latestSync(db)).toBeNull();
  await startSync(db, { syncId: 's1', mode: 'full', settingsVersion: 1, now: noon });
  const first = { syncId: 's1', mode: 'full', startedAt: noon, settingsVersion: 1, differences: null };
  expect(await unfinishedSync(db)).toEqual(first);
  expect(await latestSync(db)).toBeNull();
  await startSync(db, { syncId: 'p', mode: 'second_pass', settingsVersion: 1, now: noon + 1 });
  expect(await unfinishedSync(db)).toEqual(first);
  await startSync(db, { syncId: 's2', mode: 'nightly', settingsVersion: 2, now: noon + minute });
  await finishSync(db, 's2', { now: noon + minute, differences: null });
  // s1 is unfinished still, but what it would resume was overtaken.
  expect(await unfinishedSync(db)).toBeNull();
  expect(await latestSync(db)).toMatchObject({ syncId: 's2', mode: 'nightly' });
  expect(await latestSync(db, 'full')).toBeNull();
  await finishSync(db, 's1', { now: noon + minute, differences: 3 });
  expect(await latestSync(db, 'full')).toEqual({ ...first, differences: 3 });
});

test('a sync that was given up leaves nothing to go on with', async () => {
  const { db } = store();
  await startSync(db, { syncId: 's1', mode: 'full', settingsVersion: 1, now: noon });
  await saveProgress(db, 's1', 'partners', { cursor: '200', done: false, counts: { partners: 200 } });
  await abandonSync(db, 's1');
  expect(await unfinishedSync(db)).toBeNull();
  expect(await readProgress(db, 's1', 'partners')).toBeNull();
});

test('counts of all steps of a sync add up', async () => {
  const { db } = store();
  await startSync(db, { syncId: 's1', mode: 'full', settingsVersion: 1, now: noon });
  expect(await sumCounts(db, 's1', 'differences')).toBe(0);
  for (const step of ['records:deal', 'records:call'])
    await saveProgress(db, 's1', step, { cursor: null, done: true, counts: { differences: 2, records: 9 } });
  expect(await sumCounts(db, 's1', 'differences')).toBe(4);
});

test('a watermark never moves back', async () => {
  const { db } = store();
  expect(await readWatermarks(db)).toEqual(new Map());
  await saveWatermark(db, 'deal', noon);
  await saveWatermark(db, 'deal', noon - minute);
  await saveWatermark(db, 'company', noon + minute);
  expect(await readWatermarks(db)).toEqual(
    new Map([
      ['company', noon + minute],
      ['deal', noon],
    ]),
  );
});

test('progress is that of the last page that was saved', async () => {
  const { db } = store();
  await startSync(db, { syncId: 's1', mode: 'full', settingsVersion: 1, now: noon });
  expect(await readProgress(db, 's1', 'partners')).toBeNull();
  await saveProgress(db, 's1', 'partners', { cursor: '200', done: false, counts: { partners: 200 } });
  const last = { cursor: null, done: true, counts: { partners: 300 } };
  await saveProgress(db, 's1', 'partners', last);
  expect(await readProgress(db, 's1', 'partners')).toEqual(last);
  expect(await readProgress(db, 's1', 'owners')).toBeNull();
});

const action = { partnerId: 'A', episode: 1, play: 'call' };
const press = { ...action, userId: '7', now: noon };

test('however many press at once, one creates the task', async () => {
  const presses = await Promise.all(Array.from({ length: 20 }, () => claimAction(store().db, press)));
  expect(presses.filter(({ claimed }) => claimed)).toHaveLength(1);
  await completeAction(store().db, action, 'task 1');
  expect(await claimAction(store().db, press)).toMatchObject({
    claimed: false,
    taskId: 'task 1',
    state: 'done',
  });
  expect(await claimAction(store().db, { ...press, episode: 2 })).toMatchObject({ claimed: true });
  expect(await claimAction(store().db, { ...press, play: 'mail' })).toMatchObject({ claimed: true });
});

test('a task that HubSpot refused can be tried again, and one that exists is never called a failure', async () => {
  const { db } = store();
  await claimAction(db, press);
  await failAction(db, action, 'refused');
  expect(await claimAction(db, press)).toMatchObject({ claimed: true });
  await completeAction(db, action, 'task 2');
  await failAction(db, action, 'a late answer of the first press');
  expect(await claimAction(db, press)).toMatchObject({ claimed: false, taskId: 'task 2', state: 'done' });
});
