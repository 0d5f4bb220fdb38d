/** What `explain` says of a partner's own rhythm and of its hold-out, to the letter. */
import { expect, test } from 'vitest';
import { assessPartner } from '../../src/assess/assess.ts';
import { explain } from '../../src/insight/explain.ts';
import type { Learned, StreamModel } from '../../src/model/cadence.ts';
import type { DrawnSpell } from '../../src/model/hold-out.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { at, context, entry, partner } from '../assess/world.ts';
import { verdict as verdictOf } from '../engage/world.ts';
import { streamModel } from '../world/stream-model.ts';

const stream = streamModel();
const { parameters } = stream;

/** Of a partner that made a deal every 30 days or so, and none for three months. */
function rhythm(productive: StreamModel): readonly string[] {
  const learned: Learned = {
    version: 3,
    learnedAt: at('2026-06-29'),
    streams: { productive, engagement: null },
  };
  const judging = context('2026-06-30');
  const timeline = (
    ['2025-11-01', '2025-12-01', '2025-12-29', '2026-01-30', '2026-03-01', '2026-03-30'] as const
  ).map((day) => entry('deal_won', day));
  const verdict = assessPartner(partner(), timeline, null, { ...judging, cadence: learned });
  return explain({
    partner: partner(),
    companyId: partner().id,
    judgedId: partner().id,
    keptAs: partner().id,
    way: [],
    merges: [],
    former: null,
    verdict,
    spell: null,
    before: null,
    isBeforeKept: true,
    timeline,
    late: [],
    changes: [],
    learned,
    judging,
  }).rhythm;
}

const silence =
  'Its silence so far is longer than all but about 1 in 11 gaps of such a rhythm; about 0.9 active weeks are to be expected within 90 days.';

test('the chances come with their ranges where the history is short', () => {
  const draws = [0.3, 0.6, 0.8, 1, 1.2, 1.6, 3].map((by) => ({ ...parameters, a: parameters.a * by }));
  expect(rhythm({ ...stream, draws })).toEqual([
    'Business. Usually active every 30 days, mostly 28 to 32 (5 gaps).',
    'On 2026-06-30: of 100 partners with this history, about 42 are active again within 90 days; it may be between 20 and 65, because this programme has little history to learn from.',
    silence,
    'Of 100 partners with this history, about 51 have not left for good; it may be between 25 and 80, because this programme has little history to learn from.',
    'From 2026-07-03 on its silence is unusual for it. Pauses that come every year are not known to the model.',
    'It told better.',
  ]);
});

test('without ranges where it is long enough, or where what was learned knows none', () => {
  const plain = [
    'Business. Usually active every 30 days, mostly 28 to 32 (5 gaps).',
    'On 2026-06-30: of 100 partners with this history, about 42 are active again within 90 days.',
    silence,
    'Of 100 partners with this history, about 51 have not left for good.',
    'From 2026-07-03 on its silence is unusual for it. Pauses that come every year are not known to the model.',
    'It told better.',
  ];
  const draws = [0.95, 1, 1.05].map((by) => ({ ...parameters, a: parameters.a * by }));
  expect(rhythm({ ...stream, draws })).toEqual(plain);
  expect(rhythm(stream)).toEqual(plain);
});

test('nothing is said of leaving where it cannot be told from a pause', () => {
  const lines = rhythm({ ...stream, parameters: { ...parameters, a: 0.01 }, draws: [] });
  expect(lines).toHaveLength(5);
  expect(lines[1]).toBe(
    'On 2026-06-30: of 100 partners with this history, about 80 are active again within 90 days.',
  );
  expect(lines.join(' ')).not.toContain('left for good');
});

/** Of a partner in its second spell. */
function holdOut(spell: Partial<DrawnSpell> | null, changes: Partial<Verdict> = {}): string | null {
  const drawn: DrawnSpell = {
    episode: 2,
    lot: 'held_out',
    share: 0.1,
    heldUntil: '2026-09-01',
    released: false,
  };
  return explain({
    partner: partner(),
    companyId: partner().id,
    judgedId: partner().id,
    keptAs: partner().id,
    way: [],
    merges: [],
    former: null,
    verdict: verdictOf([], { partnerId: partner().id, status: 'inactive', episode: 2, ...changes }),
    spell: spell === null ? null : { ...drawn, ...spell },
    before: null,
    isBeforeKept: false,
    timeline: [],
    late: [],
    changes: [],
    learned: null,
    judging: context('2026-06-30'),
  }).holdOut;
}

test('one line says that a partner is held out, compared, or was acted on anyway', () => {
  expect(holdOut({})).toBe(
    'Held out until 2026-09-01, 90 days from the opening of this spell, as 10 in 100 are, to measure what re-engaging brings: until then nothing is recommended.',
  );
  expect(holdOut({ released: true })).toBe(
    'Drawn to be held out until 2026-09-01, and a person acted anyway: this spell does not count in what re-engaging brings.',
  );
  expect(holdOut({ lot: 'compared', heldUntil: null })).toBe(
    'Drawn not to be held out when this spell opened: it is approached as usual, and compared with the 10 in 100 that are left alone.',
  );
});

test.each([
  ['nothing was drawn', null, {}],
  ['the partner is exempt', { lot: 'exempt', heldUntil: null }, {}],
  ['the spell has ended', {}, { status: 'reactivated' }],
  ['what was drawn is of another spell', { episode: 1 }, {}],
] as const)('no line of a hold-out where %s', (_, spell, changes) => {
  expect(holdOut(spell, changes)).toBeNull();
});
