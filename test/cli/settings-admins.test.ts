/** REKINDLE_SETTINGS_ADMINS: who may change settings, as whoever runs the server writes it down. */
import { expect, test } from 'vitest';
import { readEnvironment } from '../../src/cli/environment.ts';

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
