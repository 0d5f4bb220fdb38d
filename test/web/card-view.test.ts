import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { recommend } from '../../src/engage/recommend.ts';
import type { Learned } from '../../src/model/cadence.ts';
import { dayOf } from '../../src/model/instant.ts';
import { kinds } from '../../src/model/kind.ts';
import { behaviours, type Behaviour } from '../../src/model/settings.ts';
import { statuses, type Degree, type Reason, type Verdict } from '../../src/model/verdict.ts';
import { cardOf, type CardFacts } from '../../src/web/card-view.ts';
import { cardPartnerSchema, cardResponseSchema } from '../../src/web/contract.ts';
import { freshnessOf } from '../../src/web/freshness.ts';
import { rhythmOf } from '../../src/web/rhythm.ts';
import { surroundings, voice } from '../engage/world.ts';
import { streamModel } from '../world/stream-model.ts';
import { now, silent, silentVerdict } from './world.ts';

const freshness = freshnessOf({ sources: [], run: null, incomplete: false, now, timeZone: 'UTC' });
const synced = { ...freshness, syncedAt: '2026-11-25T02:10:00.000Z', sentence: 'Data as of then.' };
const timeZones = ['UTC', 'America/New_York', 'Pacific/Apia', 'Asia/Kathmandu'];

const access = { mayAct: true, sentence: 'Every user of this HubSpot account may act on partners.' };
const facts: CardFacts = {
  partner: silent,
  verdict: silentVerdict,
  owner: { id: '501', name: 'Ada Okafor', email: 'ada@example.com', archived: false },
  settings: { version: 1, settings: presets.reseller },
  freshness: synced,
  heldOutUntil: null,
  recommendation: recommend(
    silent,
    silentVerdict,
    surroundings({ timeZone: 'UTC', ownerName: 'Ada Okafor', now }),
  ),
  timeZone: 'America/New_York',
  rhythm: null,
};

const instants = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) });
const days = instants.map((instant) => dayOf(instant, 'UTC'));
const behaviourNames = Object.keys(behaviours) as Behaviour[];
const degrees: Degree[] = ['declining', 'stopped', 'never', 'no_sales'];

const reasons = fc
  .record({
    behaviour: fc.constantFrom(...behaviourNames),
    degree: fc.constantFrom(...degrees),
    severity: fc.constantFrom<Reason['severity'][]>('cooling', 'at_risk', 'inactive'),
    since: fc.option(days),
    asOf: instants,
    sentence: fc.string(),
  })
  .map((part): Reason => ({
    ...part,
    code: `${part.behaviour}_${part.degree}`,
    ruleId: 'rule',
    observed: 0,
    expected: 1,
    windowDays: 180,
    lastActivityDay: null,
    sources: ['hubspot.deals'],
    counterfactual: 'One deal clears this.',
  }));

const verdicts: fc.Arbitrary<Verdict> = fc
  .record({
    status: fc.constantFrom(...statuses),
    previousStatus: fc.option(fc.constantFrom(...statuses)),
    statusChangedAt: instants,
    points: fc.option(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 5 })),
    reasons: fc.array(reasons, { maxLength: 4 }),
    unknowns: fc.array(fc.record({ behaviour: fc.constantFrom(...behaviourNames), sentence: fc.string() }), {
      maxLength: 3,
    }),
    last: fc.option(fc.record({ at: instants, kind: fc.constantFrom(...kinds) })),
    inactiveSince: fc.option(days),
    expectedInactiveDay: fc.option(days),
    episode: fc.nat(5),
    stale: fc.boolean(),
    settingsVersion: fc.integer({ min: 1, max: 3 }),
    assessedAt: instants,
  })
  .map(({ points, last, ...rest }) => ({
    ...rest,
    partnerId: silent.id,
    health: points === null ? null : points.reduce((sum, point) => sum + point, 0),
    contributions: (points ?? []).map((point) => ({ label: 'Deals', points: point })),
    lastActivityAt: last?.at ?? null,
    lastActivityKind: last?.kind ?? null,
    cadence: null,
    segment: null,
    nextChangeAt: null,
  }));

describe('a judged partner', () => {
  test('has a card that keeps the contract and hides no reason, whatever the verdict and the zone', () => {
    fc.assert(
      fc.property(verdicts, fc.constantFrom(...timeZones), (verdict, timeZone) => {
        const recommendation = recommend(
          silent,
          verdict,
          surroundings({ timeZone, ownerName: null, voice, now }),
        );
        const card = cardPartnerSchema.parse(cardOf({ ...facts, verdict, timeZone, recommendation }, access));
        expect(card.status).toMatchObject({
          value: verdict.status,
          since: verdict.inactiveSince ?? dayOf(verdict.statusChangedAt, timeZone),
        });
        expect(card.status.sentence).not.toBe('');
        expect(card.reasons.map(({ code }) => code)).toEqual(verdict.reasons.map(({ code }) => code));
        expect(card.unknowns).toHaveLength(verdict.unknowns.length);
        expect(card.health?.score ?? null).toBe(verdict.health);
        const total = card.health?.contributions.reduce((sum, { points }) => sum + points, 0) ?? null;
        expect(total).toBe(verdict.health);
      }),
    );
  });

  test('shows everything of one verdict in words', () => {
    expect(cardOf(facts, access)).toEqual({
      state: 'judged',
      access,
      partner: { id: '102', name: 'Birch & Sons', owner: 'Ada Okafor' },
      status: {
        value: 'inactive',
        label: 'Inactive',
        since: '2026-11-05',
        previous: 'At risk',
        sentence:
          'Inactive since 2026-11-05. No deal was registered or won in the last 180 days; the last one was on 2026-05-09.',
      },
      health: {
        score: 15,
        contributions: [
          { label: 'Deals', points: 10 },
          { label: 'Portal logins', points: 5 },
        ],
      },
      reasons: [
        {
          code: 'sales_stopped',
          severity: 'inactive',
          sentence: 'No deal was registered or won in the last 180 days; the last one was on 2026-05-09.',
          counterfactual: 'One deal registered or won clears this.',
          since: '2026-11-05',
          asOf: '2026-11-25T02:30:00.000Z',
        },
      ],
      unknowns: ['No source tells us of portal logins.'],
      lastActivity: { day: '2026-05-09', kind: 'deal_won', label: 'Deal won' },
      expectedInactiveDay: null,
      rhythm: null,
      recommendation: expect.objectContaining({ play: 'personal_call' }) as unknown,
      holdOut: null,
      recorded: null,
      freshness: synced,
      settings: {
        version: 1,
        sentence: expect.stringMatching(/^This partner is inactive when no deal/) as unknown,
      },
    });
  });

  test('counts days in the portal’s zone, not in UTC', () => {
    const late = {
      ...silentVerdict,
      inactiveSince: null,
      statusChangedAt: Date.UTC(2026, 10, 6, 2),
      lastActivityAt: Date.UTC(2026, 4, 10, 3),
    };
    expect(cardOf({ ...facts, verdict: late }, access)).toMatchObject({
      status: { since: '2026-11-05' },
      lastActivity: { day: '2026-05-09' },
    });
    expect(cardOf({ ...facts, verdict: late, timeZone: 'UTC' }, access)).toMatchObject({
      status: { since: '2026-11-06' },
      lastActivity: { day: '2026-05-10' },
    });
  });

  test.each([
    [{ name: 'Birch', domain: 'birch.example' }, 'Birch'],
    [{ name: null, domain: 'birch.example' }, 'birch.example'],
    [{ name: null, domain: null }, 'Company 102'],
  ])('%j is called %s', (names, name) => {
    expect(cardOf({ ...facts, partner: { ...silent, ...names } }, access)).toMatchObject({
      partner: { name },
    });
  });

  test('without an owner says so with null, and without health too', () => {
    const verdict = {
      ...silentVerdict,
      health: null,
      contributions: [],
      lastActivityAt: null,
      lastActivityKind: null,
    };
    expect(cardOf({ ...facts, owner: null, verdict }, access)).toMatchObject({
      partner: { owner: null },
      health: null,
      lastActivity: null,
    });
  });

  test('says what is usual for the partner and what follows, where that was learned', () => {
    const stream = streamModel({
      alarm: { by: 'alive', level: 0.7 },
      fittedOn: '2026-11-01',
      firstDay: '2025-01-01',
      partners: 80,
      repeats: 900,
      closedGaps: 700,
    });
    const learned: Learned = {
      version: 3,
      learnedAt: now,
      streams: { productive: stream, engagement: null },
    };
    const today = dayOf(now, 'America/New_York');
    const cadence: Verdict['cadence'] = {
      stream: 'productive',
      model: 3,
      episodes: 12,
      firstDay: '2025-06-01',
      countedDay: '2026-05-09',
      lastDay: '2026-05-09',
      gaps: { typical: 24, from: 15, to: 40 },
      band: 'unlikely',
      quietFrom: '2026-07-20',
    };
    expect(cardOf({ ...facts, rhythm: rhythmOf(cadence, learned, today) }, access)).toMatchObject({
      rhythm: {
        evidence: 'Business: usually active every 24 days, mostly 15 to 40 (11 gaps).',
        outlook: expect.stringMatching(
          /^Of 100 partners with this history, about \d+ (is|are) active again within 90 days\.$/,
        ) as unknown,
      },
    });
    expect(rhythmOf(cadence, null, today)).toBeNull();

    const draws = [0.4, 0.7, 1, 1.5, 3].map((by) => ({ ...stream.parameters, a: stream.parameters.a * by }));
    const short = { ...learned, streams: { productive: { ...stream, draws }, engagement: null } };
    expect(cardOf({ ...facts, rhythm: rhythmOf(cadence, short, today) }, access)).toMatchObject({
      rhythm: {
        outlook: expect.stringMatching(
          /within 90 days; it may be between \d+ and \d+, because this programme has little history to learn from\.$/,
        ) as unknown,
      },
    });
  });

  test('never claims that a verdict follows a definition that came after it', () => {
    const card = cardOf({ ...facts, settings: { version: 4, settings: presets.reseller } }, access);
    expect(card).toMatchObject({
      settings: {
        version: 4,
        sentence: expect.stringMatching(
          /The verdict above still follows definition 1; the next run applies this one\.$/,
        ) as unknown,
      },
    });
  });
});

describe('a partner that is held out', () => {
  const until = '2026-12-31';
  const holdOutOf = (verdict: Verdict): unknown => {
    const card = cardOf({ ...facts, verdict, heldOutUntil: until, recommendation: null }, access);
    return 'holdOut' in card ? card.holdOut : undefined;
  };

  test('is told until when, and what would follow from acting anyway', () => {
    expect(holdOutOf(silentVerdict)).toMatchObject({ until });
  });

  test.each(['excluded', 'unknown'] as const)(
    'is promised no recommendation for acting anyway where it would get none: %s',
    (status) => {
      expect(holdOutOf({ ...silentVerdict, status })).toBeNull();
    },
  );
});

describe('a company that is not judged', () => {
  const strange: CardFacts = { ...facts, partner: null, verdict: null, recommendation: null };
  test.each<[string, CardFacts, object]>([
    [
      'is no partner under the definition',
      strange,
      { state: 'not_a_partner', definition: 'A partner is a company whose property “type” is PARTNER.' },
    ],
    [
      'is not on the partners’ list',
      {
        ...strange,
        settings: {
          version: 1,
          settings: { ...presets.reseller, partnerDefinition: { by: 'list', listId: '88' } },
        },
      },
      { state: 'not_a_partner', definition: 'A partner is a company in the HubSpot list 88.' },
    ],
    [
      'may be a partner: nothing was read yet',
      { ...strange, freshness },
      {
        state: 'not_judged_yet',
        sentence: 'HubSpot has not been read yet. The first run will judge every partner.',
      },
    ],
    [
      'is a partner that the next run will judge',
      { ...facts, verdict: null, recommendation: null },
      {
        state: 'not_judged_yet',
        sentence: 'This partner has not been judged yet; the next run will do so. Data as of then.',
      },
    ],
    [
      'cannot be judged without a definition',
      { ...facts, settings: null },
      {
        state: 'not_judged_yet',
        sentence:
          'Rekindle has no definition of an inactive partner yet. An administrator chooses one first.',
      },
    ],
  ])('%s', (_name, given, expected) => {
    expect(cardResponseSchema.parse(cardOf(given, access))).toEqual(expected);
  });
});
