/** The settings page understands whatever the contract lets the server say, and nothing by halves. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as answers from '../../extensions/settings/answer.ts';
import { UnexpectedShapeError, type Decoder } from '../../extensions/shared/decode.ts';
import type {
  CompareResponse,
  CountResponse,
  DescribeResponse,
  PortalResponse,
  RemovePropertiesResponse,
  RestoreResponse,
  SaveResponse,
  SettingsPage,
  VersionsResponse,
} from '../../src/web/settings-contract.ts';
import type { PreviewResponse } from '../../src/web/contract.ts';
import { settingsSchema } from '../../src/model/settings.ts';
import { presets } from '../../src/assess/presets.ts';
import { describeAsServer, entry, page, portal, reseller } from './settings-world.tsx';

const told = { sentence: 'So it is.' };
const invalid = { state: 'invalid' as const, problems: ['Rules: at least one rule is needed.'] };
const conflict = { state: 'conflict' as const, latest: entry, differences: [], ...told };
const done: PreviewResponse = {
  state: 'done',
  partners: 2,
  before: { active: 2 },
  after: { active: 1, inactive: 1 },
  changing: 1,
  moves: 1,
  changes: [
    {
      id: '102',
      name: null,
      from: 'active',
      to: 'inactive',
      fromReason: null,
      toReason: 'sales_stopped',
      sentence: null,
    },
  ],
  brake: { moves: 1, stops: false, allowed: 50 },
  properties: { rekindle_status: 1 },
  limits: [],
};

type Case<T> = readonly [name: string, decode: Decoder<object>, examples: readonly T[]];
const cases: readonly Case<object>[] = [
  [
    'the page',
    answers.pageAnswer,
    [page(), page({ inForce: null, timeZone: null })],
  ] satisfies Case<SettingsPage>,
  [
    'a draft in words',
    answers.describeAnswer,
    [describeAsServer({ settings: reseller }), invalid],
  ] satisfies Case<DescribeResponse>,
  [
    'a save',
    answers.saveAnswer,
    [{ state: 'saved', version: 4, ...told }, conflict, { state: 'forbidden', ...told }, invalid],
  ] satisfies Case<SaveResponse>,
  [
    'a restore',
    answers.saveAnswer,
    [{ state: 'saved', version: 4, ...told }, conflict, { state: 'unknown_version', ...told }],
  ] satisfies Case<RestoreResponse>,
  [
    'the versions',
    answers.versionsAnswer,
    [{ state: 'listed', versions: [entry], log: [{ at: entry.savedAt, author: 'ada', ...told }] }],
  ] satisfies Case<VersionsResponse>,
  [
    'a comparison',
    answers.compareAnswer,
    [
      { state: 'compared', a: entry, b: entry, differences: ['x'] },
      { state: 'unknown_version', ...told },
    ],
  ] satisfies Case<CompareResponse>,
  [
    'a count',
    answers.countAnswer,
    [{ state: 'counted', partners: null, ...told }, { state: 'unavailable', ...told }, invalid],
  ] satisfies Case<CountResponse>,
  ['the account', answers.portalAnswer, [portal]] satisfies Case<PortalResponse>,
  [
    'a removal',
    answers.removalAnswer,
    [
      { state: 'removed', ...told },
      { state: 'unconfirmed', ...told },
      { state: 'forbidden', ...told },
      { state: 'refused', ...told },
    ],
  ] satisfies Case<RemovePropertiesResponse>,
  [
    'a preview',
    answers.previewAnswer,
    [
      done,
      { state: 'running', judged: 4, retryAfterSeconds: 2 },
      { state: 'busy', retryAfterSeconds: 2 },
      invalid,
      { state: 'refused', ...told },
    ],
  ] satisfies Case<PreviewResponse>,
];

describe.each(cases)('%s', (_name, decode, examples) => {
  it('is understood as the contract has it, and with what a newer server adds', () => {
    for (const example of examples) {
      expect(example).toMatchObject(decode(JSON.parse(JSON.stringify(example)), '$'));
      expect(() => decode({ ...example, forecast: 1 }, '$')).not.toThrow();
    }
  });

  it('any other JSON is rejected, and never in another way', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(() => decode(value, '$')).toThrow(UnexpectedShapeError);
      }),
    );
  });
});

describe('settings', () => {
  it.each(Object.entries(presets))('of the preset %s come through whole', (_, preset) => {
    const settings = settingsSchema.parse(preset);
    const { inForce } = answers.pageAnswer(
      page({ inForce: { ...entry, settings, sentences: [], rules: [] } }),
      '$',
    );
    expect(inForce?.settings).toEqual(settings);
  });

  it.each([
    ['without rules', { rules: undefined }, '$.inForce.settings.rules'],
    ['with a rule of a kind that the page cannot show', { rules: [{ test: 'magic' }] }, 'rules[0].test'],
    ['with a word for a number', { graceDays: 'sixty' }, 'graceDays'],
    [
      'with half an offer',
      { programme: { ...reseller.programme, currentOffers: [{}] } },
      'currentOffers[0].title',
    ],
  ])('%s are rejected where they are wrong', (_, changes, place) => {
    const settings = { ...reseller, ...changes };
    const answer = { ...page(), inForce: { ...page().inForce, settings } };
    expect(() => answers.pageAnswer(answer, '$')).toThrow(place);
  });
});
