import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { DrawnSpell } from '../../src/model/hold-out.ts';
import { lateActivities, upsertActivities } from '../../src/store/activities.ts';
import { claimAction, completeAction } from '../../src/store/actions.ts';
import { readDrawnSpell, readEpisodes } from '../../src/store/episodes.ts';
import { partnersOf, replaceLinks } from '../../src/store/links.ts';
import { partnersSeen, readPartner, savePartners } from '../../src/store/partners.ts';
import { readTimelines, streamPartnersToAssess } from '../../src/store/timelines.ts';
import { readVerdict, saveVerdicts, verdictChanges } from '../../src/store/verdicts.ts';
import { freshStore } from './fresh.ts';
import { activity, collect, judgedAs, minute, noon, partner, verdict } from './samples.ts';

const store = freshStore();
const everyone = { now: noon, settingsVersion: 1, all: true, batchSize: 10 };

/** A and B are partners with a history each; HubSpot merges them into a new company M. */
async function twoPartners(): Promise<void> {
  const { db } = store();
  await savePartners(db, 's1', [partner('A'), partner('B')]);
  await replaceLinks(
    db,
    's1',
    'deal',
    ['A', 'B'],
    [
      { partnerId: 'A', recordId: 'only A' },
      { partnerId: 'A', recordId: 'both' },
      { partnerId: 'B', recordId: 'both' },
    ],
  );
  await upsertActivities(db, [activity('A', 'only A'), activity('A', 'both'), activity('B', 'both')]);
  await collect(streamPartnersToAssess(db, everyone));
  await saveVerdicts(db, 'run 1', [
    verdict('A', { status: 'inactive', episode: 1, statusChangedAt: noon - minute }),
    verdict('B', { status: 'at_risk', episode: 2, statusChangedAt: noon }),
  ]);
  await claimAction(db, { partnerId: 'A', episode: 1, play: 'call', userId: null, now: noon });
  await completeAction(db, { partnerId: 'A', episode: 1, play: 'call' }, 'task 1');
}

const merged = partner('M', { mergedIds: ['A', 'B'] });

test('what hung on merged companies hangs on the survivor, each thing once', async () => {
  await twoPartners();
  const { db } = store();
  await savePartners(db, 's2', [merged]);

  expect(await readPartner(db, 'A')).toEqual(merged);
  const partners = await partnersOf(db, 'deal', ['only A', 'both']);
  expect(Object.fromEntries(partners)).toEqual({ 'only A': ['M'], both: ['M'] });
  expect((await readTimelines(db, ['A', 'B', 'M'])).get('M')).toHaveLength(2);
  expect((await readTimelines(db, ['A', 'B'])).size).toBe(0);
  const pressed = { partnerId: 'M', episode: 1, play: 'call', userId: null, now: noon };
  expect(await claimAction(db, pressed)).toMatchObject({ claimed: false, taskId: 'task 1', state: 'done' });
});

test('a new company takes over the standing that changed last', async () => {
  await twoPartners();
  await savePartners(store().db, 's2', [merged]);
  expect((await readVerdict(store().db, 'M'))?.status).toBe('at_risk');
  expect(await readVerdict(store().db, 'A')).toBeNull();
  expect(await readVerdict(store().db, 'B')).toBeNull();
});

test('history goes where the standing goes, and any other stays with the company that it was of', async () => {
  await twoPartners();
  const { db } = store();
  await savePartners(db, 's2', [merged]);
  const kept = async (id: string) =>
    (await verdictChanges(db, id, 10)).map(({ to, evidence }) => [to, evidence?.partnerId]);
  expect(await kept('M')).toEqual([['at_risk', 'B']]);
  expect(await kept('A'), 'also the verdict that goes leaves its evidence').toEqual([['inactive', 'A']]);
  expect(await kept('B')).toEqual([]);
});

test('what the taken-over standing rested on was known before, and what comes with another company was not', async () => {
  await twoPartners();
  const { db } = store();
  await upsertActivities(db, [activity('B', 'only B')]);
  await sql`update activity set known_at = ${new Date(noon).toISOString()}`.execute(db);
  await savePartners(db, 's2', [merged]);
  const late = await lateActivities(db, 'M', { happenedUpTo: noon, knownAfter: noon, limit: 10 });
  expect(late).toHaveLength(1);
  const rows = await db.selectFrom('activity').select(['source_id', 'known_at']).execute();
  expect(
    rows.filter(({ known_at }) => known_at?.getTime() === noon).map(({ source_id }) => source_id),
  ).toEqual(expect.arrayContaining(['both', 'only B']));
});

test('a page that still shows a company beside the one that it was merged into moves all to the last', async () => {
  await twoPartners();
  const { db } = store();
  await savePartners(db, 's2', [partner('B', { mergedIds: ['A'] }), partner('N', { mergedIds: ['A', 'B'] })]);
  expect((await readPartner(db, 'A'))?.id).toBe('N');
  expect((await readTimelines(db, ['N'])).get('N')).toHaveLength(2);
  expect((await readVerdict(db, 'N'))?.status).toBe('at_risk');
  expect((await verdictChanges(db, 'A', 10)).map(({ to }) => to)).toEqual(['inactive']);
});

test('a survivor that was judged already keeps its own standing', async () => {
  await twoPartners();
  await savePartners(store().db, 's2', [partner('B', { mergedIds: ['A'] })]);
  expect(await readVerdict(store().db, 'B')).toMatchObject({ partnerId: 'B', status: 'at_risk', episode: 2 });
});

test('a merge happens once: reading the survivor again moves nothing and dirties nobody', async () => {
  await twoPartners();
  const { db } = store();
  await savePartners(db, 's2', [merged]);
  await judgedAs(db, verdict('M'));
  await savePartners(db, 's3', [merged]);
  expect(await collect(streamPartnersToAssess(db, { ...everyone, all: false }))).toEqual([]);
});

test('a company that was merged does not come back, whatever HubSpot’s index still shows', async () => {
  const { db } = store();
  await savePartners(db, 's1', [partner('A')]);
  await savePartners(db, 's2', [partner('M', { mergedIds: ['A'] })]);
  await savePartners(db, 's2', [partner('A', { updatedAt: noon + minute })]);
  expect((await readPartner(db, 'A'))?.id).toBe('M');
  expect(await partnersSeen(db, 's2')).toBe(1);
});

const drawn = (episode: number): DrawnSpell => ({
  episode,
  lot: 'held_out',
  share: 0.1,
  heldUntil: '2026-05-30',
  released: false,
});
const openedAt = async (id: string) =>
  (await readEpisodes(store().db, id)).map(({ number, openedAt: at }) => [number, (at - noon) / minute]);

async function inSpells(spells: Readonly<Record<string, readonly [number, number]>>): Promise<void> {
  const ids = Object.keys(spells);
  await savePartners(
    store().db,
    's1',
    ids.map((id) => partner(id)),
  );
  for (const [id, [episode, minutes]] of Object.entries(spells)) {
    const at = noon + minutes * minute;
    const opens = verdict(id, { status: 'inactive', episode, statusChangedAt: at, assessedAt: at });
    await saveVerdicts(store().db, `run ${id}`, [opens], new Map([[id, drawn(episode)]]));
  }
}

describe('spells go where the standing goes', () => {
  test('of two with one number, a new company takes that of its standing', async () => {
    const { db } = store();
    await inSpells({ A: [1, 0], B: [1, 5] });
    await savePartners(db, 's2', [merged]);
    expect(await openedAt('M')).toEqual([[1, 5]]);
    expect(await openedAt('A')).toEqual([[1, 0]]);
    expect(await readDrawnSpell(db, 'M')).toEqual(drawn(1));
    expect(await readDrawnSpell(db, 'A'), 'whose end nobody sees').toBeNull();
  });

  test('a survivor that is held out stays so, whatever number the other had come to, and its next spell is its own', async () => {
    const { db } = store();
    await inSpells({ A: [2, 5], B: [1, 0] });
    await savePartners(db, 's2', [partner('B', { mergedIds: ['A'] })]);
    expect(await readDrawnSpell(db, 'B')).toEqual(drawn(1));
    const back = verdict('B', { status: 'active', episode: 1, statusChangedAt: noon + 8 * minute });
    await saveVerdicts(db, 'run 2', [back]);
    const next = verdict('B', { status: 'cooling', episode: 2, statusChangedAt: noon + 9 * minute });
    await saveVerdicts(
      db,
      'run 3',
      [next],
      new Map([['B', { ...drawn(2), lot: 'compared', heldUntil: null }]]),
    );
    expect(await openedAt('B')).toEqual([[1, 0], [2, 9]]); // prettier-ignore
    expect(await readDrawnSpell(db, 'B')).toMatchObject({ episode: 2, lot: 'compared' });
  });

  test('a task of the other’s later spell keeps nobody from one in a spell that is yet to come', async () => {
    const { db } = store();
    await inSpells({ A: [2, 5], B: [1, 0] });
    const pressed = { play: 'call', userId: null, now: noon };
    await claimAction(db, { partnerId: 'A', episode: 2, ...pressed });
    await claimAction(db, { partnerId: 'A', episode: 1, ...pressed });
    await savePartners(db, 's2', [partner('B', { mergedIds: ['A'] })]);
    expect(await claimAction(db, { partnerId: 'B', episode: 1, ...pressed })).toMatchObject({
      claimed: false,
    });
    expect(await claimAction(db, { partnerId: 'B', episode: 2, ...pressed })).toMatchObject({
      claimed: true,
    });
  });
});
