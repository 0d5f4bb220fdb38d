import { describe, expect, test } from 'vitest';
import { propertyName, type PropertyKey } from '../../src/hubspot/properties.ts';
import { stageChanges } from '../../src/publish/stage.ts';
import type { DesiredProperties } from '../../src/publish/desired.ts';

type Values = Partial<Record<PropertyKey, string>>;

function changes(published: Values, desired: DesiredProperties): DesiredProperties {
  const named = Object.entries(published).map(([key, value]) => [propertyName(key as PropertyKey), value]);
  return stageChanges(Object.fromEntries(named), desired);
}

const closedSpell: Values = {
  status: 'active',
  episode: '1',
  plan_stage: 'closed',
  root_cause: 'enablement',
  decision: 'continue',
  decision_due_date: '2026-03-01',
  next_review_date: '2026-09-01',
};

describe('a new spell', () => {
  test('is flagged, and starts without what was found out and decided in the one before', () => {
    expect(changes(closedSpell, { status: 'cooling', episode: '2' })).toEqual({
      plan_stage: 'flagged',
      root_cause: '',
      decision: '',
      decision_due_date: '',
    });
  });

  test('is flagged also where a relapse follows a comeback', () => {
    const comeback: Values = { status: 'reactivated', episode: '1', plan_stage: 'momentum' };
    expect(changes(comeback, { status: 'at_risk', episode: '2' })).toEqual({ plan_stage: 'flagged' });
  });

  test('that the first verdict finds leaves alone what somebody began by hand', () => {
    expect(changes({}, { status: 'inactive', episode: '1' })).toEqual({ plan_stage: 'flagged' });
    const byHand: Values = { plan_stage: 'contacted', root_cause: 'market' };
    expect(changes(byHand, { status: 'inactive', episode: '1' })).toEqual({});
  });
});

describe('within a spell', () => {
  const contacted: Values = {
    status: 'at_risk',
    episode: '2',
    plan_stage: 'contacted',
    root_cause: 'market',
  };

  test.each(['inactive', 'cooling', 'unknown', 'excluded'])(
    '%s moves nothing that people have noted',
    (status) => {
      expect(changes(contacted, { status, episode: '2' })).toEqual({});
    },
  );

  test('a comeback is momentum, and the way back to active closes the plan', () => {
    expect(changes(contacted, { status: 'reactivated', episode: '2' })).toEqual({ plan_stage: 'momentum' });
    expect(changes(contacted, { status: 'active', episode: '2' })).toEqual({ plan_stage: 'closed' });
  });

  test('a stage that somebody has set is not moved while status and spell stand', () => {
    expect(
      changes({ ...contacted, status: 'active', plan_stage: 'replied' }, { status: 'active', episode: '2' }),
    ).toEqual({});
  });
});

test('a partner that never had a spell gets no plan', () => {
  expect(changes({}, { status: 'active', episode: '0' })).toEqual({});
  expect(changes({ status: 'unknown', episode: '0' }, { status: 'active', episode: '0' })).toEqual({});
});

test('a company that is no partner any more leaves the plan, and keeps what people found out and decided', () => {
  expect(changes({ ...closedSpell, decision: 'offboard' }, { status: '', episode: '' })).toEqual({
    plan_stage: '',
  });
  expect(changes({ decision: 'offboard' }, { status: '', episode: '' })).toEqual({});
});

test('what was written is not written again', () => {
  const desired = { status: 'cooling', episode: '2' };
  const after = { ...closedSpell, ...desired, ...changes(closedSpell, desired) };
  expect(changes(after, desired)).toEqual({});
});
