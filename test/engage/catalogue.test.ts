import { describe, expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { approaches } from '../../src/engage/approaches.ts';
import { fill } from '../../src/engage/fill.ts';
import { occasionTexts } from '../../src/engage/occasion.ts';
import { playTexts } from '../../src/engage/plays.ts';
import { recommend } from '../../src/engage/recommend.ts';
import { addDays } from '../../src/model/instant.ts';
import { plays } from '../../src/model/play.ts';
import type { Rule } from '../../src/model/settings.ts';
import type { Degree, Path, Reason } from '../../src/model/verdict.ts';
import { partner } from '../assess/world.ts';
import { onPath, reason, surroundings, verdict, voice } from './world.ts';

const paths: Path[] = ['high_touch', 'assisted', 'automated'];

function degreesOf({ test: kind }: Rule): Degree[] {
  if (kind === 'absence') return ['stopped', 'never'];
  return kind === 'decline' ? ['declining'] : ['no_sales'];
}

/** Every reason that some preset's rules, or a partner's own rhythm, can give: by preset, reason and severity. */
const reasons: [string, Reason][] = Object.entries(presets).flatMap(([name, { rules }]) => {
  const ofRules = rules.flatMap((rule) =>
    degreesOf(rule).map((degree) =>
      reason({ behaviour: rule.behaviour, degree }, { severity: rule.severity, windowDays: rule.windowDays }),
    ),
  );
  const ofRhythm = (['productive', 'engagement'] as const).map((behaviour) =>
    reason({ behaviour, degree: 'drifting' }, { severity: 'cooling' }),
  );
  return [...ofRules, ...ofRhythm].map((one): [string, Reason] => [
    `${name}: ${one.code} ${one.severity}`,
    one,
  ]);
});

const table = reasons.flatMap(([name, one]) =>
  paths.map((path): [string, Path, Reason] => [name, path, one]),
);

/** Every text in a value, however deep. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

describe.each(table)('%s on the path %s', (_name, path, one) => {
  const judged = verdict([one], { status: one.severity, ...onPath(path) });
  const recommendation = recommend(partner(), judged, surroundings({ voice }));
  if (recommendation === null) throw new Error('nothing is recommended');

  test('has a play that argues with what was seen, on this path', () => {
    expect(plays).toContain(recommendation.play);
    expect(recommendation.path).toBe(path);
    expect(recommendation.because[0]).toBe(one.sentence);
    expect(recommendation.because.length).toBeGreaterThan(2);
  });

  test('has steps, each with somebody who does it by a day to come, in order', () => {
    for (const { steps, dueInDays } of [recommendation, ...recommendation.others]) {
      const days = steps.map(({ due }) => due);
      expect(days).toEqual(days.toSorted());
      expect(days.every((day) => day >= '2026-07-10')).toBe(true);
      expect(days).toContain(addDays('2026-07-10', dueInDays));
      expect(steps.map(({ owner }) => owner)).not.toContain(null);
    }
  });

  test('has a message of six parts, ready where the programme has filled everything in', () => {
    const { draft } = recommendation;
    expect(draft.blocks).toHaveLength(6);
    expect(draft).toMatchObject({ ready: true, missing: [] });
    for (const { text, title } of draft.blocks.filter(({ needed }) => needed))
      expect(`${title}: ${draft.body}`).toContain(text);
  });

  test('has no message while what it needs is not filled in, and says where to do that', () => {
    const { draft } = recommend(partner(), judged, surroundings()) ?? recommendation;
    expect(draft).toMatchObject({ ready: false, body: null });
    expect(draft.missing.length).toBeGreaterThan(0);
    for (const sentence of draft.missing)
      expect(sentence).toMatch(/settings page under “What partners are told”/);
  });

  test('has questions to ask, and other ways to go', () => {
    expect(recommendation.questions.length).toBeGreaterThanOrEqual(4);
    expect(new Set(recommendation.questions).size).toBe(recommendation.questions.length);
    const others = recommendation.others.map(({ play }) => play);
    expect(others.length).toBeGreaterThan(0);
    expect(others).not.toContain(recommendation.play);
    expect(new Set(others).size).toBe(others.length);
  });

  test('never shows a field that nobody filled in', () => {
    for (const text of textsOf(recommendation)) expect(text).not.toMatch(/undefined|null|NaN|[{}]|^\s*$/);
  });
});

describe('the catalogue', () => {
  const always = { partner: 'Nordwind', evidence: 'No deal.', thing: 'deal', things: 'deals' };

  test.each(plays)('says everything of %s with only what is always known', (play) => {
    const text = playTexts[play];
    expect(fill(text.subject, always)).not.toBeNull();
    expect(fill(text.mailSubjects.at(-1) ?? '{nothing}', always)).not.toBeNull();
    expect(
      text.body.map((line) => fill(line, always)).filter((line) => line !== null).length,
    ).toBeGreaterThan(1);
    for (const path of paths) {
      const { steps, dueInDays } = approaches[play][path];
      for (const { text: step } of steps) expect(fill(step, always)).not.toBeNull();
      expect(steps.map(({ inDays }) => inDays)).toContain(dueInDays);
    }
  });

  test.each(Object.entries(occasionTexts))(
    'can open a message for the occasion %s',
    (_name, { openings }) => {
      expect(fill(openings.at(-1) ?? '{nothing}', always)).not.toBeNull();
    },
  );

  test.each(plays)('asks a person to decide where %s would end a partnership, never a workflow', (play) => {
    const ends = (path: Path) =>
      approaches[play][path].steps.filter(({ text }) => /\bend (it|the)\b/.test(text));
    expect(ends('automated').every(({ text }) => /meeting|A person decides/.test(text))).toBe(true);
  });

  test('leaves the automated path to the team: nobody’s own time is asked for before a partner answered', () => {
    const recommended = plays.filter((play) => play !== 'personal_call');
    const steps = recommended.flatMap((play) => approaches[play].automated.steps);
    expect(steps.map(({ by }) => by)).toEqual(steps.map(() => 'team'));
  });
});

describe('a line', () => {
  test('whose field has no value is left out', () => {
    expect(fill('Hello {owner}', { owner: null })).toBeNull();
    expect(fill('Hello {owner}', {})).toBeNull();
    expect(fill('Hello {owner}', { owner: 'Ada' })).toBe('Hello Ada');
  });
});
