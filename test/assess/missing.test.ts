import { describe, expect, test } from 'vitest';
import { assessPartner } from '../../src/assess/assess.ts';
import type { SourceState } from '../../src/model/activity.ts';
import { absence, at, context, entry, partner, settings, source } from './world.ts';

const deals = absence({ windowDays: 90 });
const logins = absence({ id: 'portal_90', behaviour: 'portal', windowDays: 90 });
const definition = settings({ rules: [deals, logins], warningDays: 0, combination: 'all' });

const dealSource = source({ source: 'hubspot.deals', kinds: ['deal_registered', 'deal_won'] });
const portalSource = source({ source: 'csv:portal', kinds: ['portal_login'] });
const broken = (state: SourceState): SourceState => ({ ...state, complete: false });

const longAgo = [entry('deal_won', '2026-01-01'), entry('portal_login', '2026-01-01')];
const judge = (
  sources: SourceState[],
  timeline = longAgo,
  previous: Parameters<typeof assessPartner>[2] = null,
) => assessPartner(partner(), timeline, previous, context('2026-06-30', { settings: definition, sources }));

describe('missing is not zero', () => {
  test('a behaviour that no source reports is not judged, and the others carry its weight', () => {
    const verdict = judge([dealSource]);
    expect(verdict.status).toBe('inactive');
    expect(verdict.stale).toBe(false);
    expect(verdict.unknowns).toEqual([
      {
        behaviour: 'portal',
        sentence:
          'No source reports portal logins, so this rule is not judged: the others decide without it.',
      },
    ]);
    const healthy = judge([dealSource], [entry('deal_won', '2026-06-29')]);
    expect(healthy.health).toBe(100);
    expect(healthy.contributions.map(({ label }) => label)).toEqual([
      'Active partners start at 66',
      'Deals: last on 2026-06-29',
    ]);
  });

  test('with no source at all nothing is claimed, and the question is asked again tomorrow', () => {
    const verdict = judge([], []);
    expect(verdict).toMatchObject({
      status: 'unknown',
      health: null,
      reasons: [],
      contributions: [],
      stale: false,
    });
    expect(verdict.nextChangeAt).toBe(at('2026-07-01', 0));
  });

  test('a first verdict on an incomplete source alone is unknown', () => {
    expect(judge([broken(dealSource)])).toMatchObject({ status: 'unknown', stale: true });
  });

  test('a first verdict rests on the complete sources and is never inactive while another is missing', () => {
    const verdict = judge([dealSource, broken(portalSource)]);
    expect(verdict).toMatchObject({ status: 'at_risk', stale: true });
    expect(verdict.reasons.map(({ code, severity }) => [code, severity])).toEqual([
      ['sales_stopped', 'at_risk'],
    ]);
    expect(verdict.unknowns[0]?.sentence).toBe(
      'Portal logins could not be read completely since 2026-06-30, so silence there proves nothing.',
    );
  });

  test('a later verdict keeps the status, its reasons and its health', () => {
    const active = assessPartner(
      partner(),
      longAgo,
      null,
      context('2026-01-02', { settings: definition, sources: [dealSource, portalSource] }),
    );
    const kept = judge([dealSource, broken(portalSource)], longAgo, active);
    expect(kept).toMatchObject({
      status: 'active',
      health: active.health,
      contributions: active.contributions,
      stale: true,
    });
    expect(kept.statusChangedAt).toBe(active.statusChangedAt);
    expect(kept.nextChangeAt).toBe(at('2026-07-01', 0));
    expect(judge([dealSource, portalSource], longAgo, kept)).toMatchObject({
      status: 'inactive',
      stale: false,
      inactiveSince: '2026-04-01',
    });
  });

  test('activity that was seen counts even while its source is incomplete', () => {
    const inactive = judge([dealSource, portalSource]);
    const seen = [...longAgo, entry('deal_won', '2026-06-29'), entry('portal_login', '2026-06-29')];
    expect(judge([broken(dealSource), broken(portalSource)], seen, inactive)).toMatchObject({
      status: 'reactivated',
      stale: true,
    });
    expect(judge([broken(dealSource), broken(portalSource)], seen)).toMatchObject({
      status: 'active',
      stale: true,
    });
  });

  test('a source that calls itself complete but never was proves no silence', () => {
    expect(judge([{ ...dealSource, completeUpTo: null }]).status).toBe('unknown');
  });

  test('a sentence names only the kinds that some source reports', () => {
    const verdict = judge([source({ kinds: ['deal_won'] })]);
    expect(verdict.reasons[0]?.sentence).toBe('No deal won since 2026-01-01; 90 days are allowed.');
    expect(verdict.reasons[0]?.counterfactual).toBe('One deal won clears this.');
  });

  test('what could not be read is said to be unknown since the source that failed was read, not since an older one', () => {
    const older = source({ source: 'csv:crm', kinds: ['portal_login'], completeUpTo: at('2026-06-20') });
    const failed = { ...broken(portalSource), completeUpTo: at('2026-06-25') };
    expect(judge([dealSource, older, failed]).unknowns[0]?.sentence).toBe(
      'Portal logins could not be read completely since 2026-06-25, so silence there proves nothing.',
    );
  });

  test('a reason names its sources and the instant up to which the least recent of them is known', () => {
    const older = source({ source: 'csv:crm', kinds: ['deal_won'], completeUpTo: at('2026-06-28') });
    const [reason] = judge([dealSource, older, portalSource]).reasons;
    expect(reason).toMatchObject({ sources: ['csv:crm', 'hubspot.deals'], asOf: at('2026-06-28') });
  });
});
