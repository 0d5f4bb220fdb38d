import { describe, expect, test } from 'vitest';
import { recommend } from '../../src/engage/recommend.ts';
import type { Voice } from '../../src/model/voice.ts';
import { at, partner } from '../assess/world.ts';
import { onPath, reason, surroundings, verdict, voice } from './world.ts';

const stopped = verdict([reason({ behaviour: 'promotion', degree: 'stopped' })], onPath('assisted'));

function draftWith(changes: Partial<Voice> = {}, more: Parameters<typeof surroundings>[0] = {}) {
  const recommendation = recommend(
    partner(),
    stopped,
    surroundings({ voice: { ...voice, ...changes }, ...more }),
  );
  if (recommendation === null) throw new Error('nothing is recommended');
  return recommendation.draft;
}
const block = (draft: ReturnType<typeof draftWith>, title: string) =>
  draft.blocks.find((one) => one.title === title);

describe('the message to an affiliate that stopped', () => {
  test('has the six parts of a message to a dormant partner, in their order', () => {
    expect(draftWith().blocks.map(({ title, needed }) => [title, needed])).toEqual([
      ['Who we are and what makes us worth it', true],
      ['Commission rates', true],
      ['Individual rate', false],
      ['Current offers', true],
      ['Upcoming offers', false],
      ['Request for feedback', true],
    ]);
  });

  test.each<[string, Partial<Voice>, string]>([
    ['name', { name: '' }, 'programme.name'],
    ['selling point', { sellingPoint: '' }, 'programme.sellingPoint'],
    ['commission rates', { commissionRates: '' }, 'programme.commissionRates'],
    ['current offers', { currentOffers: [], upcomingOffers: [] }, 'programme.currentOffers'],
    ['address for feedback', { feedback: '' }, 'programme.feedback'],
  ])('is not ready without the %s, and says where to fill it in', (_name, changes, field) => {
    const draft = draftWith(changes);
    expect(draft).toMatchObject({ ready: false, body: null });
    expect(draft.missing).toHaveLength(1);
    expect(draft.missing[0]).toContain(field);
  });

  test('goes out without what is coming where nothing is', () => {
    const draft = draftWith({ upcomingOffers: [] });
    expect(draft.ready).toBe(true);
    expect(draft.body).not.toContain('Coming up');
    expect(block(draft, 'Upcoming offers')).toMatchObject({
      text: null,
      missing: expect.stringContaining('programme.upcomingOffers') as unknown,
    });
  });

  test('writes to a person: days in words, no score, no status, no rule', () => {
    const { body } = draftWith();
    expect(body).toContain('Your last click or sale was on 1 Jan 2026');
    expect(body).not.toMatch(/inactive|at risk|health|days are allowed/i);
  });
});

describe('an offer', () => {
  test('that has ended is never shown', () => {
    expect(JSON.stringify(draftWith())).not.toContain('Spring sale');
    const ended = [{ title: 'Spring sale', until: '2026-07-09' }];
    const draft = draftWith({ currentOffers: ended, upcomingOffers: [] });
    expect(draft.ready).toBe(false);
    expect(draft.missing[0]).toContain('The last offer ended on 2026-07-09.');
  });

  test('is valid through its last day in the portal’s zone', () => {
    const last = [{ title: 'Last call', until: '2026-07-10' }];
    const on = (hours: number) => draftWith({ currentOffers: last }, { now: at('2026-07-10', hours) });
    expect(on(23.9).body).toContain('Last call (until 10 Jul 2026)');
    expect(on(24).body).not.toContain('Last call');
  });

  test('that was announced is current from its first day on, and to come before it', () => {
    const before = draftWith({}, { now: at('2026-06-30') });
    expect(block(before, 'Upcoming offers')?.text).toContain(
      'Summer set of drills (from 1 Jul 2026 to 31 Aug 2026)',
    );
    expect(block(before, 'Current offers')?.text).not.toContain('Summer set');
    const after = draftWith({}, { now: at('2026-07-01') });
    expect(block(after, 'Current offers')?.text).toContain('Summer set of drills (until 31 Aug 2026)');
    expect(block(after, 'Upcoming offers')?.text).not.toContain('Summer set');
  });
});

describe('an individual rate', () => {
  const personal = verdict([reason({ behaviour: 'promotion', degree: 'stopped' })], onPath('high_touch'));
  const draftOn = (judged: typeof personal, individualRateProperty: string | null) =>
    recommend(partner(), judged, surroundings({ voice, individualRateProperty }))?.draft;

  test('keeps no message back where the programme has none', () => {
    const draft = draftOn(personal, null);
    expect(draft?.ready).toBe(true);
    expect(draft?.blocks[2]?.missing).toContain('mapping.individualRateProperty');
  });

  test('is needed for whom we approach in person, where the programme has such rates', () => {
    expect(draftOn(personal, 'partner_rate')).toMatchObject({
      ready: false,
      missing: [expect.stringContaining('“partner_rate”') as unknown],
    });
    expect(draftOn(stopped, 'partner_rate')?.ready).toBe(true);
  });

  test('is told to whom has one, on every path', () => {
    const who = partner({ individualRate: ' 14 % on everything ' });
    const around = surroundings({ voice, individualRateProperty: 'partner_rate' });
    for (const judged of [personal, stopped])
      expect(recommend(who, judged, around)?.draft.body).toContain('Your own rate: 14 % on everything');
  });

  test('that is a field of another tool is none', () => {
    const who = partner({ individualRate: '{{ company.rate }}', name: 'Ada %COMPANY%' });
    const around = surroundings({ voice, individualRateProperty: 'partner_rate' });
    const message = recommend(who, personal, around);
    expect(message?.draft.ready).toBe(false);
    expect(message?.draft.opening).toContain('Hello nordwind.example team');
    expect(JSON.stringify(message)).not.toMatch(/company\.rate|%COMPANY%/);
  });
});
