import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { assessPartner } from '../../src/assess/assess.ts';
import { playFor } from '../../src/engage/choose.ts';
import { recommend } from '../../src/engage/recommend.ts';
import { plays } from '../../src/model/play.ts';
import { behaviours, type Behaviour } from '../../src/model/settings.ts';
import type { Degree, Path, Reason, Verdict } from '../../src/model/verdict.ts';
import { cardResponseSchema } from '../../src/web/contract.ts';
import { absence, at, context, entry, partner, settings } from '../assess/world.ts';
import { surroundings, voice } from './world.ts';

const degrees: Degree[] = ['declining', 'stopped', 'never', 'no_sales'];
const paths: Path[] = ['high_touch', 'assisted', 'automated'];
const severities: Reason['severity'][] = ['cooling', 'at_risk', 'inactive'];

function judge(day: string, timeline = [entry('deal_won', '2026-01-01')]): Verdict {
  const definition = settings({ rules: [absence()] });
  return assessPartner(partner(), timeline, null, context(day, { settings: definition }));
}
/** Every text of a recommendation, however deep. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

const recommendFor = (verdict: Verdict, who = partner(), ownerName: string | null = 'Ada Byron') =>
  recommend(who, verdict, surroundings({ ownerName }));

describe('every reason has a play', () => {
  test('whatever the behaviour, degree and severity', () => {
    for (const behaviour of Object.keys(behaviours) as Behaviour[]) {
      for (const degree of degrees) {
        for (const severity of severities) {
          for (const path of paths) expect(plays).toContain(playFor({ behaviour, degree, severity }, path));
        }
      }
    }
  });

  test.each<[Behaviour, Degree, Reason['severity'], string]>([
    ['sales', 'stopped', 'inactive', 'personal_call'],
    ['sales', 'stopped', 'cooling', 'early_check_in'],
    ['sales', 'declining', 'cooling', 'early_check_in'],
    ['sales', 'never', 'at_risk', 'welcome_and_activate'],
    ['orders', 'stopped', 'inactive', 'personal_call'],
    ['portal', 'stopped', 'inactive', 'portal_reintroduction'],
    ['marketing', 'never', 'at_risk', 'marketing_support'],
    ['training', 'stopped', 'at_risk', 'training_invitation'],
    ['promotion', 'stopped', 'inactive', 'share_new_offer'],
    ['promotion_sales', 'declining', 'at_risk', 'share_new_offer'],
    ['clicks', 'no_sales', 'at_risk', 'fix_conversion'],
  ])('%s %s (%s) leads to %s', (behaviour, degree, severity, play) => {
    expect(playFor({ behaviour, degree, severity }, 'assisted')).toBe(play);
  });

  test('that a workflow can do: where nobody takes the time, nobody is told to call', () => {
    const stopped = { behaviour: 'sales', degree: 'stopped', severity: 'inactive' } as const;
    expect(paths.map((path) => playFor(stopped, path))).toEqual([
      'personal_call',
      'personal_call',
      'share_new_offer',
    ]);
  });

  test('that the presets can give, and a rule is never answered with "all is well"', () => {
    for (const preset of Object.values(presets)) {
      for (const { behaviour, severity, test: kind } of preset.rules) {
        const possible: Degree[] =
          kind === 'absence' ? ['stopped', 'never'] : kind === 'decline' ? ['declining'] : ['no_sales'];
        for (const degree of possible)
          expect(playFor({ behaviour, degree, severity }, 'assisted')).not.toBe('celebrate_and_build');
      }
    }
  });
});

describe('a recommendation', () => {
  test("argues with the partner's own evidence", () => {
    const recommendation = recommendFor(judge('2026-07-10'));
    expect(recommendation).toMatchObject({
      play: 'personal_call',
      because: [
        'No deal registered or won since 2026-01-01; 180 days are allowed.',
        'Why business has stopped only they can tell, and they tell it to a person who asks.',
        'What it could bring is not known yet, so a prepared message comes first and a person after it.',
      ],
      taskSubject: 'Call Nordwind IT: they have gone quiet',
      dueInDays: 3,
    });
    expect(recommendation?.taskBody).toContain('For Ada Byron.');
    expect(recommendation?.taskBody).toContain('Last activity: deal won on 2026-01-01.');
    expect(recommendation?.taskBody).toContain(
      'What would clear it: One deal registered or won clears this.',
    );
  });

  test('leaves out what is not known instead of saying "null"', () => {
    const bare = partner({ name: null, domain: null });
    const recommendation = recommendFor(judge('2026-07-10', []), bare, null);
    expect(recommendation?.play).toBe('welcome_and_activate');
    expect(recommendation?.taskSubject).toBe('Welcome company 101 and agree on a first step');
    expect(recommendation?.taskBody).not.toMatch(/For |Last activity/);
  });

  test('names what else is open, so that one contact can settle it', () => {
    const rules = [absence(), absence({ id: 'portal', behaviour: 'portal', windowDays: 90 })];
    const verdict = assessPartner(
      partner(),
      [entry('deal_won', '2026-01-01')],
      null,
      context('2026-07-10', { settings: settings({ rules }) }),
    );
    expect(recommendFor(verdict)?.steps).toContainEqual({
      text: 'While you are at it: One portal login clears this.',
      owner: 'Ada Byron',
      due: '2026-07-13',
    });
  });

  test('is the same shape as the card promises', () => {
    const shape = cardResponseSchema.options[0].shape.recommendation;
    for (const verdict of [judge('2026-06-10'), judge('2026-07-10'), judge('2026-07-10', [])]) {
      expect(shape.parse(recommendFor(verdict))).toEqual(recommendFor(verdict));
    }
  });

  test('never says undefined, null, NaN or a bare field, whatever the verdict', () => {
    const kinds = fc.constantFrom(
      'deal_won' as const,
      'portal_login' as const,
      'click' as const,
      'sale' as const,
    );
    const entries = fc.array(
      fc.record({
        kind: kinds,
        day: fc.constantFrom('2025-06-01', '2026-01-01', '2026-05-01', '2026-06-20'),
      }),
      { maxLength: 6 },
    );
    // Other tools' fields are found in real accounts, too.
    const names = fc.oneof(
      fc.stringMatching(/^[B-K0-9 &.-]{0,12}$/),
      fc.constantFrom('{{company.name}}', ' ', 'A {x}'),
    );
    fc.assert(
      fc.property(
        entries,
        fc.constantFrom(...Object.values(presets)),
        fc.option(names),
        fc.option(names),
        fc.boolean(),
        (items, preset, name, owner, filled) => {
          const who = partner({ name, domain: null, partnerType: 'reseller' });
          const timeline = items.map(({ kind, day }) => entry(kind, day, 30));
          const verdict = assessPartner(who, timeline, null, context('2026-07-01', { settings: preset }));
          const recommendation = recommend(
            who,
            verdict,
            surroundings({ ownerName: owner, ...(filled ? { voice } : {}) }),
          );
          if (recommendation === null) return;
          for (const text of textsOf(recommendation))
            expect(text).not.toMatch(/undefined|null|NaN|[{}]|^\s*$/);
          expect(recommendation.draft.body !== null).toBe(recommendation.draft.ready);
          expect(recommendation.steps.length).toBeGreaterThan(0);
          expect(recommendation.taskSubject).not.toBe('');
        },
      ),
    );
  });
});

describe('when', () => {
  test('a partner that is well needs nothing, and nobody acts on an excluded or unknown one', () => {
    expect(recommendFor(judge('2026-01-10'))).toBeNull();
    const excluded = settings({ excludedPartnerIds: ['101'] });
    expect(
      recommendFor(assessPartner(partner(), [], null, context('2026-07-10', { settings: excluded }))),
    ).toBeNull();
    expect(
      recommendFor(assessPartner(partner(), [], null, context('2026-07-10', { sources: [] }))),
    ).toBeNull();
  });

  test('a newcomer that has done nothing yet is welcomed', () => {
    const newcomer = partner({ joinedAt: at('2026-07-01') });
    const verdict = assessPartner(newcomer, [], null, context('2026-07-10'));
    expect(recommendFor(verdict, newcomer)?.play).toBe('welcome_and_activate');
  });

  test('a partner that came back is thanked, through momentum and once it is active again', () => {
    const timeline = [entry('deal_won', '2026-01-01'), entry('deal_won', '2026-07-20')];
    const definition = settings({ rules: [absence()] });
    const back = assessPartner(
      partner(),
      timeline,
      judge('2026-07-10'),
      context('2026-07-21', { settings: definition }),
    );
    expect(back.status).toBe('reactivated');
    expect(recommendFor(back)).toMatchObject({
      play: 'celebrate_and_build',
      because: [
        'Back since 2026-07-21, last seen with a deal won on 2026-07-20.',
        'The weeks after a return decide whether it lasts.',
        expect.any(String) as unknown,
      ],
    });
    const active = assessPartner(partner(), timeline, back, context('2026-09-20', { settings: definition }));
    expect(active.status).toBe('active');
    expect(recommendFor(active)?.play).toBe('celebrate_and_build');
  });

  test('a partner silent for a year before anyone looked, or for the third time, is reviewed', () => {
    expect(recommendFor(judge('2027-06-29'))?.play).toBe('personal_call');
    expect(recommendFor(judge('2027-06-30'))?.play).toBe('review_partnership');
    expect(recommendFor({ ...judge('2026-07-10'), episode: 3 })?.play).toBe('review_partnership');
  });
});
