import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { propertyName } from '../../src/hubspot/properties.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { desiredProperties, writtenKeys } from '../../src/publish/desired.ts';
import { checkBrake, planUpdate } from '../../src/publish/plan.ts';
import { assertWithinBrake } from '../../src/publish/publish.ts';

const verdict: Verdict = {
  partnerId: '1',
  status: 'at_risk',
  previousStatus: 'active',
  statusChangedAt: Date.parse('2026-05-04T10:00:00Z'),
  health: 48,
  contributions: [],
  reasons: [],
  unknowns: [],
  lastActivityAt: Date.parse('2026-02-01T23:30:00Z'),
  lastActivityKind: 'deal_won',
  cadence: null,
  segment: null,
  inactiveSince: null,
  expectedInactiveDay: '2026-08-01',
  episode: 2,
  stale: false,
  nextChangeAt: null,
  settingsVersion: 3,
  assessedAt: Date.parse('2026-05-05T02:30:00Z'),
};

const desired = desiredProperties(verdict, null, 'Europe/Berlin');
const shown = Object.fromEntries(
  Object.entries(desired).map(([key, value]) => [propertyName(key as never), value === '' ? null : value]),
);
const plan = (published: Record<string, string | null>, wanted = desired) =>
  planUpdate({ partnerId: '1', published, desired: wanted });

test('HubSpot that shows the verdict already gets no write', () => {
  expect(plan(shown)).toBeNull();
});

test('a company that shows nothing gets everything that has a value, and no clearing of empty properties', () => {
  const update = plan({});
  expect(update?.properties[propertyName('status')]).toBe('at_risk');
  expect(update?.properties).not.toHaveProperty(propertyName('inactive_since'));
  expect(update?.statusMove).toBeNull();
});

test("days are the portal's: half past eleven at night in UTC is the next day in Berlin", () => {
  expect(desired.last_activity_date).toBe('2026-02-02');
});

test('being judged again under a newer settings version is no news by itself', () => {
  const later = desiredProperties(
    { ...verdict, assessedAt: verdict.assessedAt + 1e9, settingsVersion: 4 },
    null,
    'UTC',
  );
  expect(plan({ ...shown, [propertyName('last_activity_date')]: '2026-02-01' }, later)).toBeNull();
});

test.each([
  [52, false],
  [53, true],
  [44, false],
  [43, true],
])('health that moved from 48 to %i is written: %s', (health, written) => {
  const wanted = desiredProperties({ ...verdict, health }, null, 'Europe/Berlin');
  expect(plan(shown, wanted) !== null).toBe(written);
});

test('a small move of health and the time of the verdict ride along with another change', () => {
  const wanted = desiredProperties(
    { ...verdict, health: 49, status: 'inactive', assessedAt: 0 },
    null,
    'Europe/Berlin',
  );
  const update = plan(shown, wanted);
  expect(Object.keys(update?.properties ?? {}).sort()).toEqual(
    [propertyName('assessed_at'), propertyName('health'), propertyName('status')].sort(),
  );
  expect(update?.statusMove).toEqual({ from: 'at_risk', to: 'inactive' });
});

test('a company that is no partner any more is cleared once, and the brake counts it', () => {
  const cleared = planUpdate({
    partnerId: '1',
    published: shown,
    desired: desiredProperties(null, null, 'UTC'),
  });
  expect(new Set(Object.values(cleared?.properties ?? {}))).toEqual(new Set(['']));
  expect(cleared?.statusMove).toEqual({ from: 'at_risk', to: '' });
  expect(
    planUpdate({ partnerId: '1', published: {}, desired: desiredProperties(null, null, 'UTC') }),
  ).toBeNull();
});

test('clearing covers every property that a verdict can write', () => {
  expect(Object.keys(desired).sort()).toEqual([...writtenKeys].sort());
});

property.prop([fc.dictionary(fc.constantFrom(...writtenKeys), fc.string({ maxLength: 4 }))])(
  'a plan that was carried out leaves nothing to plan',
  (before) => {
    const published: Record<string, string | null> = Object.fromEntries(
      Object.entries(before).map(([key, value]) => [propertyName(key as never), value]),
    );
    const update = plan(published);
    const after = { ...published, ...update?.properties };
    expect(plan(after)).toBeNull();
  },
);

test.each([
  // moves, partners, approved, tripped
  [49, 100, 0, false],
  [50, 100, 0, true],
  [200, 1000, 0, false],
  [201, 1000, 0, true],
  [300, 1000, 300, false],
  [301, 1000, 300, true],
])('%i moves among %i partners with %i approved trip the brake: %s', (moves, partners, approved, tripped) => {
  expect(checkBrake({ share: 0.2, minimum: 50 }, moves, partners, approved).tripped).toBe(tripped);
});

test.each([
  [1, '1 of 1 partner would change status at once'],
  [2, '2 of 2 partners would change status at once'],
])('a brake that stops %i says of how many', (partners, says) => {
  const settings = { ...presets.reseller, brake: { share: 0.01, minimum: 1 } };
  const stopped = { updates: [], unchanged: 0, moves: partners, partners };
  expect(() => assertWithinBrake(stopped, settings, { runId: 'r', approvedMoves: 0 })).toThrow(says);
});
