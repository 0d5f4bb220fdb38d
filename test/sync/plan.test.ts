/** How a sync reads, and what it costs: the cost model of reliability.md section 2. */
import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { linkedTypes, type LinkedType } from '../../src/model/record.ts';
import {
  approachOf,
  assignLanes,
  isRereadingCheaper,
  planSync,
  type Measured,
  type TypeCounts,
} from '../../src/sync/plan.ts';

/** The scenario of reliability.md 2: 10,000 partners, 60,000 linked deals, 300,000 linked engagements in six types. */
function scenario(
  changes: Partial<Measured> = {},
  types: Partial<Record<LinkedType, TypeCounts>> = {},
): Measured {
  const counts = Object.fromEntries(
    linkedTypes.map((type) => [
      type,
      type === 'deal'
        ? { total: 200_000, linked: 60_000, changed: 2000 }
        : { total: 1_000_000 / 6, linked: 50_000, changed: 10_000 / 6 },
    ]),
  );
  return {
    partners: 10_000,
    known: 10_000,
    bySearch: true,
    types: { ...counts, ...types } as Measured['types'],
    ...changes,
  };
}

test('a full sync of the scenario costs no more than the fan-out of the reference, and uses both lanes', () => {
  const plan = planSync('full', scenario());
  expect(plan.requests.total).toBeLessThanOrEqual(3720);
  expect(plan.requests.associations).toBe(70);
  expect(plan.requests.search).toBeGreaterThan(50);
  const allBatch = 50 + 2 + 7 + 70 + 600 + 3000;
  expect(plan.minimumSeconds).toBeLessThan((allBatch - 184) / 18);
});

test('a nightly sync of the scenario costs at most 280 requests, newly linked records included', () => {
  const newlyLinked = 7;
  expect(planSync('nightly', scenario()).requests.total + newlyLinked).toBeLessThanOrEqual(280);
});

test('a second pass reads changes alone', () => {
  const plan = planSync('second_pass', scenario());
  expect(plan.requests.associations).toBe(0);
  expect(plan.steps.every(({ step }) => step === 'owners' || step.startsWith('changed'))).toBe(true);
});

test('a small account is read by ids alone: everything fits into the first window', () => {
  const few = { total: null, linked: 300, changed: 3 };
  const types = Object.fromEntries(linkedTypes.map((type) => [type, few]));
  const plan = planSync('full', scenario({ partners: 240, known: 240 }, types));
  expect(plan.requests).toEqual({ total: 2 + 2 + 7 + 21, burst: 23, search: 2, associations: 7 });
});

test.each<[string, number, TypeCounts, 'full' | 'nightly', 'list' | 'fan_out']>([
  ['nothing of a type is listed once instead of asked for ten times', 10_000, counts(0, 0), 'full', 'list'],
  ['few records are listed', 10_000, counts(900, 0), 'full', 'list'],
  ['as many as the association reads cost are not', 10_000, counts(1000, 0), 'full', 'fan_out'],
  ['almost all linked: a list saves the associations', 10_000, counts(60_000, 59_900), 'full', 'list'],
  ['a part linked is read from the partners', 10_000, counts(60_000, 30_000), 'full', 'fan_out'],
  ['at night, records need not be read again', 10_000, counts(60_000, 59_900), 'nightly', 'fan_out'],
  ['at night, few records are listed', 10_000, counts(900, 900), 'nightly', 'list'],
  ['one association read suffices for few partners', 1000, counts(0, 0), 'full', 'fan_out'],
  ['what nobody counted is read from the partners', 10_000, counts(null, 0), 'full', 'fan_out'],
])('%s', (_promise, partners, type, mode, approach) => {
  expect(approachOf(partners, type, mode)).toBe(approach);
});

function counts(total: number | null, linked: number | null): TypeCounts {
  return { total, linked, changed: null };
}

test.each([
  [200, 100, false],
  [400, 100, true],
  [0, 0, false],
  [12_000, 50_000, false],
  [120_000, 50_000, true],
])(
  'of %i changes and %i linked records, reading the records again is cheaper: %s',
  (changed, linked, cheaper) => {
    expect(isRereadingCheaper(changed, linked)).toBe(cheaper);
  },
);

property.prop([
  fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 7, maxLength: 7 }),
  fc.integer({ min: 0, max: 500 }),
])('no other assignment of lanes ends sooner', (linked, already) => {
  const types = new Map(linkedTypes.map((type, index) => [type, linked[index] ?? 0]));
  const seconds = (lanes: (type: LinkedType) => 'burst' | 'search'): number => {
    let [total, search] = [already, 0];
    for (const [type, count] of types) {
      const requests = Math.ceil(count / (lanes(type) === 'search' ? 185 : 100));
      total += requests;
      if (lanes(type) === 'search') search += requests;
    }
    return Math.max(Math.max(0, total - 184) / 18, search / 3.4);
  };
  const chosen = assignLanes(types, { total: already, search: 0 });
  const best = seconds((type) => chosen.get(type) ?? 'burst');
  expect(best).toBeLessThanOrEqual(seconds(() => 'burst') + 1e-9);
  for (const moved of linkedTypes) {
    const other = seconds((type) => {
      const lane = chosen.get(type) ?? 'burst';
      if (type !== moved) return lane;
      return lane === 'burst' ? 'search' : 'burst';
    });
    expect(best).toBeLessThanOrEqual(other + 1e-9);
  }
});

property.prop([
  fc.integer({ min: 1, max: 50_000 }),
  fc.constantFrom('full', 'nightly', 'second_pass' as const),
  fc.boolean(),
])('a plan adds up, lane by lane', (partners, mode, bySearch) => {
  const plan = planSync(mode, scenario({ partners, known: partners, bySearch }));
  const sum = plan.steps.reduce((total, { requests }) => total + requests, 0);
  const { total, burst, search, associations } = plan.requests;
  expect([sum, burst + search + associations]).toEqual([total, total]);
  expect(plan.steps.every(({ requests }) => requests > 0)).toBe(true);
});
