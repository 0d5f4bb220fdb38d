/** Who may change settings and who may act at the card, as whoever runs the server writes it down. */
import { describe, expect, test } from 'vitest';
import { readEnvironment, whoMayAct } from '../../src/cli/environment.ts';

test.each([
  [undefined, []],
  ['', []],
  ['7400100', ['7400100']],
  [' 7400100, ada@example.com ;ben@example.com\n', ['7400100', 'ada@example.com', 'ben@example.com']],
])('%j names %j', (text, admins) => {
  const variables = text === undefined ? {} : { REKINDLE_SETTINGS_ADMINS: text };
  expect(readEnvironment(variables).REKINDLE_SETTINGS_ADMINS).toEqual(admins);
});

test.each(['Ada', '*', 'ada@example.com, everyone'])(
  '%j is refused instead of letting nobody or all in',
  (text) => {
    expect(() => readEnvironment({ REKINDLE_SETTINGS_ADMINS: text })).toThrow(
      'REKINDLE_SETTINGS_ADMINS: must be HubSpot user ids or email addresses',
    );
  },
);

describe('REKINDLE_ACTORS', () => {
  test.each<[string | undefined, readonly string[] | null, boolean, string]>([
    [undefined, null, false, 'Every user of the HubSpot account may act'],
    ['', [], true, 'names nobody'],
    [' ,;\n', [], true, 'or remove it so that every user may act'],
    ['7400100, ada@example.com', ['7400100', 'ada@example.com'], false, 'the other users may look'],
  ])('%j names %j, and the start says what that means', (text, actors, isDoubtful, words) => {
    const environment = readEnvironment(text === undefined ? {} : { REKINDLE_ACTORS: text });
    expect(environment.REKINDLE_ACTORS).toEqual(actors);
    expect(whoMayAct(environment)).toEqual({
      isDoubtful,
      sentence: expect.stringContaining(words) as unknown,
    });
  });

  test.each(['Ada', '*', 'everybody', 'ada@example.com, all'])(
    '%j is refused: it could mean anything',
    (text) => {
      expect(() => readEnvironment({ REKINDLE_ACTORS: text })).toThrow(
        'REKINDLE_ACTORS: must be HubSpot user ids or email addresses',
      );
    },
  );
});
