import { expect, test } from 'vitest';
import type { DrawnSpell } from '../../src/model/hold-out.ts';
import { millisecondsPerDay, type Instant } from '../../src/model/instant.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { drawnSpells, readDrawnSpell, releaseHoldOut, spellOutcomes } from '../../src/store/episodes.ts';
import { savePartners } from '../../src/store/partners.ts';
import { saveVerdicts } from '../../src/store/verdicts.ts';
import { freshStore } from './fresh.ts';
import { noon, partner, reason, verdict } from './samples.ts';

const store = freshStore();

const held: DrawnSpell = {
  episode: 1,
  lot: 'held_out',
  share: 0.1,
  heldUntil: '2026-05-30',
  released: false,
};
const compared: DrawnSpell = { ...held, lot: 'compared', heldUntil: null };
const after = (days: number): Instant => noon + days * millisecondsPerDay;

function spell(partnerId: string, changes: Partial<Verdict> = {}): Verdict {
  return verdict(partnerId, {
    status: 'cooling',
    episode: 1,
    reasons: [reason('sales_stopped')],
    ...changes,
  });
}

/** Spells that open at noon, with what is drawn for each. */
async function open(draws: Readonly<Record<string, DrawnSpell | null>>): Promise<void> {
  const ids = Object.keys(draws);
  await savePartners(
    store().db,
    's1',
    ids.map((id) => partner(id)),
  );
  const drawn = Object.entries(draws).flatMap(([id, one]) => (one === null ? [] : [[id, one] as const]));
  await saveVerdicts(
    store().db,
    'run',
    ids.map((id) => spell(id)),
    new Map(drawn),
  );
}

const back = (partnerId: string, days: number): Verdict =>
  spell(partnerId, { status: 'active', statusChangedAt: after(days), reasons: [] });

test('what was drawn is kept with the spell that opens, and with no other', async () => {
  await open({ A: held, B: compared, C: null });
  expect(await drawnSpells(store().db)).toEqual(
    new Map([
      ['A', held],
      ['B', compared],
    ]),
  );
  expect(await readDrawnSpell(store().db, 'C')).toBeNull();
});

test('a spell that is open is never drawn later, nor drawn anew', async () => {
  const { db } = store();
  await open({ A: held, C: null });
  const worse = ['A', 'C'].map((id) => spell(id, { status: 'inactive' }));
  await saveVerdicts(
    db,
    'run 2',
    worse,
    new Map([
      ['A', compared],
      ['C', held],
    ]),
  );
  expect(await readDrawnSpell(db, 'A')).toEqual(held);
  expect(await readDrawnSpell(db, 'C')).toBeNull();
});

test('a person’s word releases the open spell of one partner, and is not undone by a later verdict', async () => {
  const { db } = store();
  await open({ A: held, B: held });
  await releaseHoldOut(db, 'A', after(3));
  await saveVerdicts(db, 'run 2', [spell('A', { status: 'inactive' })]);
  expect(await readDrawnSpell(db, 'A')).toEqual({ ...held, released: true });
  expect(await readDrawnSpell(db, 'B')).toEqual(held);
});

test('a merged company takes what was drawn along', async () => {
  const { db } = store();
  await open({ A: held });
  await savePartners(db, 's2', [partner('M', { mergedIds: ['A'] })]);
  expect(await readDrawnSpell(db, 'M')).toEqual(held);
});

test('outcomes are of spells that are old enough, and a return counts if it came in time', async () => {
  const { db } = store();
  await open({
    early: held,
    late: held,
    never: held,
    acted: held,
    other: compared,
    exempt: { ...compared, lot: 'exempt' },
    undrawn: null,
  });
  await releaseHoldOut(db, 'acted', after(1));
  await saveVerdicts(db, 'run 2', [
    back('early', 30),
    back('late', 31),
    back('acted', 5),
    back('exempt', 5),
    back('undrawn', 5),
  ]);
  const opened = { share: 0.1, status: 'cooling', reason: 'sales_stopped' };
  const of = async (now: Instant) =>
    (await spellOutcomes(db, { now, windows: [30, 60] })).toSorted(
      (a, b) => a.days - b.days || a.lot.localeCompare(b.lot),
    );
  expect(await of(after(30) - 1)).toEqual([]);
  const inThirty = [
    { days: 30, lot: 'compared', ...opened, spells: 1, returned: 0 },
    { days: 30, lot: 'held_out', ...opened, spells: 3, returned: 1 },
    { days: 30, lot: 'released', ...opened, spells: 1, returned: 1 },
  ];
  expect(await of(after(30))).toEqual(inThirty);
  expect(await of(after(60))).toEqual([
    ...inThirty,
    { days: 60, lot: 'compared', ...opened, spells: 1, returned: 0 },
    { days: 60, lot: 'held_out', ...opened, spells: 3, returned: 2 },
    { days: 60, lot: 'released', ...opened, spells: 1, returned: 1 },
  ]);
});

test('a spell that was cut off by the next one is no return', async () => {
  const { db } = store();
  await open({ A: held });
  await saveVerdicts(db, 'run 2', [spell('A', { episode: 2, statusChangedAt: after(10) })]);
  expect(await spellOutcomes(db, { now: after(30), windows: [30] })).toMatchObject([
    { spells: 1, returned: 0 },
  ]);
});
