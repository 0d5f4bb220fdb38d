import { expect, test } from 'vitest';
import { presets } from '../../src/assess/presets.ts';
import { readDraft } from '../../src/model/draft.ts';

const good = presets.reseller;
const [absence, , , decline] = good.rules;
const tiers = 'gold';

function problemsOf(draft: unknown): readonly string[] {
  const read = readDraft(draft);
  return 'problems' in read ? read.problems : [];
}

test('a good draft is read as it is', () => {
  expect(readDraft(good)).toEqual({ settings: good });
});

test.each<[string, unknown, string]>([
  [
    'a word that is none of ours',
    { combination: 'both' },
    'combination: must be “any” or “all”, not “both”.',
  ],
  ['a number that is too small', { graceDays: -1 }, 'graceDays: must be at least 0.'],
  ['a number that is too large', { warningDays: 400 }, 'warningDays: must be at most 365.'],
  ['a part of a day', { warningDays: 1.5 }, 'warningDays: must be a whole number.'],
  ['a number in quotes', { graceDays: '30' }, 'graceDays: must be a number.'],
  ['a yes', { writeBack: 'yes' }, 'writeBack: must be true or false.'],
  ['what is left out', { graceDays: undefined }, 'graceDays: is missing: write a number.'],
  [
    'a name that nothing has',
    { graceDay: 30 },
    'The settings: there is no setting called “graceDay” here: correct the name or take it out.',
  ],
  [
    'a percentage for a share',
    { brake: { share: 20, minimum: 50 } },
    'brake, share: must be at most 1 (all partners): write 0.2 for one partner in five.',
  ],
  [
    'an id without quotes',
    { excludedPartnerIds: [7001234] },
    'excludedPartnerIds, no. 1: write a HubSpot company id in quotes, such as "7001234".',
  ],
  [
    'no property',
    { mapping: { ...good.mapping, tierProperty: undefined } },
    'mapping, tierProperty: name a property of companies, or write null if there is none.',
  ],
  [
    'no pipeline',
    { mapping: { ...good.mapping, deals: [{ pipelines: [], created: null, won: 'order' }] } },
    'mapping, deals, no. 1, pipelines: needs at least 1 entry.',
  ],
  [
    'a test that there is not',
    { rules: [{ ...absence, test: 'silence' }] },
    'Rule “deals_180”, test: must be “absence”, “decline” or “conversion”.',
  ],
  [
    'a name instead of a list',
    { rules: [{ ...absence, audience: { tiers } }] },
    'Rule “deals_180”, audience, tiers: must be a list in [ ].',
  ],
  [
    'a fall in percent',
    { rules: [{ ...decline, drop: 50 }] },
    'Rule “deals_halved_180”, drop: must be at most 1 (everything): write 0.5 for a fall by half.',
  ],
  [
    'a rule without a name',
    { rules: [{ ...absence, id: undefined }] },
    'Rule no. 1, id: is missing: write a text in quotes.',
  ],
  [
    'two rules of one name',
    { rules: [absence, absence] },
    'Two rules are called “deals_180”. Give each a name of its own.',
  ],
])('%s is refused with where it is and what to write', (_case, changes, problem) => {
  expect(problemsOf({ ...good, ...(changes as object) })).toEqual([problem]);
});

test.each([[null], ['text'], [[]], [17], [undefined]])('%j is no definition', (draft) => {
  expect(problemsOf(draft)).toHaveLength(1);
});

test('of many mistakes each is named, in words that no programmer is needed for', () => {
  const wrong = Object.fromEntries(Object.keys(good).map((key) => [key, 'wrong']));
  const problems = problemsOf(wrong);
  expect(problems.length).toBeGreaterThanOrEqual(Object.keys(good).length);
  expect(problems.join('\n')).not.toMatch(
    /Invalid|expected|received|Too (small|big)|pattern|undefined|discriminator/,
  );
});
