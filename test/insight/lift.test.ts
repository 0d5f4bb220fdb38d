import { describe, expect, test } from 'vitest';
import { drawSpell } from '../../src/engage/hold-out.ts';
import { differenceOf, liftOf, liftWindows, type Comparison } from '../../src/insight/lift.ts';
import { liftText } from '../../src/insight/lift-text.ts';
import type { Status } from '../../src/model/verdict.ts';
import type { SpellOutcomes } from '../../src/store/episodes.ts';
import { partner } from '../assess/world.ts';
import { verdict } from '../engage/world.ts';

function outcome(changes: Partial<SpellOutcomes>): SpellOutcomes {
  return {
    days: 90,
    lot: 'compared',
    share: 0.1,
    status: 'cooling',
    reason: 'sales_stopped',
    spells: 100,
    returned: 10,
    ...changes,
  };
}

function sides(heldOut: readonly [number, number], others: readonly [number, number]): SpellOutcomes[] {
  return [
    outcome({ lot: 'held_out', returned: heldOut[0], spells: heldOut[1] }),
    outcome({ lot: 'compared', returned: others[0], spells: others[1] }),
  ];
}

const comparisonOf = (outcomes: readonly SpellOutcomes[]): Comparison | undefined => liftOf(outcomes)[0]?.all;

describe('the range of a difference', () => {
  // Newcombe 1998, table II, method 10.
  test.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [10, 10, 0, 20, 0.6791, 1],
    [10, 10, 0, 10, 0.6075, 1],
  ])('%i of %i less %i of %i is the published one', (a, n, b, m, low, high) => {
    const range = differenceOf({ share: a / n, number: n }, { share: b / m, number: m });
    expect(range.low).toBeCloseTo(low, 4);
    expect(range.high).toBeCloseTo(high, 4);
  });
});

/** Numbers from 0 to below 1 by a seed (a linear congruential generator of 48 bits). */
function chances(seed: number): () => number {
  let state = BigInt(seed) * 7_919n + 11n;
  return () => {
    state = (state * 25_214_903_917n + 11n) & 0xffff_ffff_ffffn;
    return Number(state >> 16n) / 2 ** 32;
  };
}

type Kind = { readonly status: Status; readonly mixes: number; readonly alone: number };
/** Who goes quiet how often, and comes back by itself. */
const kinds: readonly Kind[] = [
  { status: 'cooling', mixes: 0.6, alone: 0.25 },
  { status: 'at_risk', mixes: 0.3, alone: 0.1 },
  { status: 'never_activated', mixes: 0.1, alone: 0.02 },
];
const one = partner();
const opening = verdict([], { episode: 1, status: 'cooling' });

/** A programme of so many spells; in its second half another share is held out. */
function programme(seed: number, spells: number, effect: number): SpellOutcomes[] {
  const next = chances(seed);
  const counts = new Map<string, SpellOutcomes>();
  for (let index = 0; index < spells; index += 1) {
    const share = index < spells / 2 ? 0.1 : 0.3;
    const drawing = {
      rules: { share, exemptHighPotential: false, exemptTiers: [], exemptPartnerIds: [] },
      salt: String(seed),
      timeZone: 'UTC',
    };
    const lot = drawSpell({ ...one, id: String(index) }, null, opening, drawing)?.lot;
    let place = next();
    const kind = kinds.find(({ mixes }) => (place -= mixes) < 0) ?? kinds[0];
    if (kind === undefined || lot === undefined || lot === 'exempt') throw new Error('Everybody is drawn.');
    // The programme has changed between its halves, too.
    const alone = index < spells / 2 ? kind.alone : kind.alone / 2;
    const returns = next() < alone + (lot === 'compared' ? effect : 0);
    const { status } = kind;
    const key = `${lot} ${share} ${status}`;
    const before = counts.get(key) ?? outcome({ lot, share, status, spells: 0, returned: 0 });
    counts.set(key, {
      ...before,
      spells: before.spells + 1,
      returned: before.returned + Number(returns),
    });
  }
  return [...counts.values()];
}

const ranges = (runs: number, spells: number, effect: number) =>
  Array.from({ length: runs }, (_, seed) => comparisonOf(programme(seed + 1, spells, effect))?.effect).filter(
    (range) => range !== null && range !== undefined,
  );
const shareWith = <T>(items: readonly T[], holds: (item: T) => boolean): number =>
  items.filter(holds).length / items.length;

describe('over many simulated programmes', () => {
  test.each([200, 600])(
    'where re-engaging brings nothing, 95 of 100 ranges hold 0: %i spells',
    (spells) => {
      const found = ranges(1000, spells, 0);
      expect(found.length).toBeGreaterThan(800);
      const covered = shareWith(found, ({ low, high }) => low <= 0 && 0 <= high);
      // On the wide side, and never clearly below what is promised.
      expect(covered).toBeGreaterThan(0.935);
      expect(covered).toBeLessThan(0.985);
    },
    120_000,
  );

  test('a planted effect lies in 95 of 100 ranges, and a programme that is large enough finds it', () => {
    const found = ranges(400, 1500, 0.1);
    expect(shareWith(found, ({ low, high }) => low <= 0.1 && 0.1 <= high)).toBeGreaterThan(0.935);
    expect(shareWith(found, ({ low }) => low > 0)).toBeGreaterThan(0.9);
    const mean = found.reduce((total, { difference }) => total + difference, 0) / found.length;
    expect(Math.abs(mean - 0.1)).toBeLessThan(0.005);
  }, 120_000);
});

describe('like is compared with like', () => {
  test('a share that was raised while fewer came back is no effect', () => {
    // Thrown together, 190 of 1000 against 60 of 500 would look like one.
    const outcomes = [
      ...sides([20, 100], [180, 900]),
      ...sides([40, 400], [10, 100]).map((half) => ({ ...half, share: 0.8 })),
    ];
    expect(comparisonOf(outcomes)?.effect?.difference).toBeCloseTo(0, 10);
  });

  test('spells that have nobody on the other side count on neither', () => {
    const alone = outcome({ lot: 'compared', status: 'at_risk', spells: 900, returned: 900 });
    const { effect, ...groups } = comparisonOf([...sides([5, 50], [20, 100]), alone]) ?? {};
    expect(groups).toEqual({
      heldOut: { spells: 50, returned: 5 },
      others: { spells: 100, returned: 20 },
    });
    expect(effect?.difference).toBeCloseTo(0.1, 10);
  });

  test('each way to open a spell is told by itself where it tells enough', () => {
    const few = sides([1, 3], [2, 30]).map((side): SpellOutcomes => ({ ...side, status: 'at_risk' }));
    const [lift] = liftOf([...sides([5, 50], [20, 100]), ...few]);
    expect(lift?.byStatus.map(({ status }) => status)).toEqual(['cooling']);
    expect(lift?.byReason.map(({ reason }) => reason)).toEqual(['sales_stopped']);
  });
});

describe('too little is not enough', () => {
  test.each([
    ['of those that were left alone', sides([4, 19], [100, 400])],
    ['of the others', sides([40, 100], [4, 19])],
    ['that came back', sides([0, 100], [4, 100])],
  ])('%s', (_, outcomes) => {
    expect(comparisonOf(outcomes)?.effect).toBeNull();
    expect(liftText(liftOf(outcomes), 0.1)[0]).toContain('Not enough data');
  });

  test('and whoever was acted on anyway is counted apart', () => {
    const acted = outcome({ lot: 'released', spells: 30, returned: 30 });
    const lifts = liftOf([...sides([5, 50], [20, 100]), acted]);
    expect(lifts[0]).toMatchObject({ released: 30, all: { heldOut: { spells: 50, returned: 5 } } });
    expect(liftText(lifts, 0.1).join(' ')).toContain(
      '30 spells of partners that people acted on anyway are left out. That is many',
    );
  });
});

describe('in words', () => {
  test('nothing is said where nothing is measured, and what to wait for where it has just begun', () => {
    expect(liftText([], 0)).toEqual([]);
    expect(liftText([], 0.1)).toEqual([expect.stringContaining('from 30 days after the first of them on')]);
  });

  test.each([
    [sides([10, 200], [100, 500]), 'Re-engaging brings back +15 in 100 partners (between +9.9 and +19.4'],
    [sides([100, 500], [5, 100]), 'Partners that were left alone came back more often'],
    [
      sides([5, 50], [20, 100]),
      'Whether re-engaging brings anything cannot be told yet: +10 in 100 partners',
    ],
  ])('an effect is told with its range, and only as far as it is one', (outcomes, sentence) => {
    const [said] = liftText(liftOf(outcomes), 0.1);
    expect(said).toContain('Back within 90 days: ');
    expect(said).toContain(sentence);
  });

  test('each window has its own sentence', () => {
    const outcomes = liftWindows.flatMap((days) =>
      sides([5, 50], [20, 100]).map((side) => ({ ...side, days })),
    );
    expect(liftText(liftOf(outcomes), 0).map((sentence) => sentence.slice(0, 20))).toEqual([
      'Back within 30 days:',
      'Back within 60 days:',
      'Back within 90 days:',
    ]);
  });

  test('kinds of spells are told apart where there are several of them', () => {
    const others = sides([10, 40], [30, 60]).map((side) => ({ ...side, status: 'at_risk' as const }));
    const said = liftText(liftOf([...sides([5, 50], [20, 100]), ...others]), 0);
    expect(said).toHaveLength(2);
    expect(said[1]).toMatch(
      /^Within 90 days, by how spells opened as Cooling: \+10 \(.* to .*\) and opened as At risk: \+25 \(.* to .*\)\. Of so many/,
    );
  });
});
