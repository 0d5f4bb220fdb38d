import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/model/errors.ts';
import { createLogger, withoutSecrets } from '../../src/web/log.ts';

function logged(write: (log: ReturnType<typeof createLogger>) => void, level = 'debug'): string[] {
  const lines: string[] = [];
  write(createLogger({ level, destination: { write: (line: string) => void lines.push(line) } }));
  return lines;
}

const apiKey = `rk_Ab12Cd34_${'x1Y'.repeat(16)}z`;
const token = 'pat-eu1-11111111-2222-3333-4444-555555555555';

describe('a secret never reaches the log', () => {
  test.each<[string, object, string]>([
    ['a token in a message', { note: `token ${token}.` }, token],
    ['a token in an error', { error: new Error(`401 for ${token}`) }, token],
    ['a token in the cause of an error', { error: new Error('no', { cause: new Error(token) }) }, token],
    ['an authorization header', { headers: { authorization: 'secret-words' } }, 'secret-words'],
    ['a bearer token in text', { note: 'Authorization: Bearer abc.DEF-123_~+/==' }, 'abc.DEF'],
    ['basic credentials in text', { note: 'Basic cmVraW5kbGU6aHVudGVyMg==' }, 'cmVraW5k'],
    [
      'the row that the database refused',
      { error: Object.assign(new Error('duplicate'), { detail: 'Failing row contains (Jane, secret)' }) },
      'Jane',
    ],
    [
      'the row behind an error',
      {
        error: new Error('no', {
          cause: Object.assign(new Error('duplicate'), { detail: 'Key (name)=(Jane)' }),
        }),
      },
      'Jane',
    ],
    ['a client secret by name', { options: { app: { clientSecret: 'f00-ba4' } } }, 'f00-ba4'],
    ['a password in an address', { url: 'postgres://rekindle:hunter2@db/rekindle' }, 'hunter2'],
    [
      'a password with an at sign in an address',
      { url: 'postgres://rekindle:hu@nter2@db/rekindle' },
      'nter2',
    ],
    ['a password with a slash in an address', { url: 'postgres://rekindle:hun/ter2@db/rekindle' }, 'ter2'],
    ['a password by name in text', { note: "host=db password='hunter2' user=x" }, 'hunter2'],
    ['a secret by name in JSON in text', { note: '{"client_secret": "f00-ba4"}' }, 'f00-ba4'],
    ['an encoded bearer token', { note: 'Bearer%20abc.DEF-123' }, 'abc.DEF'],
    ['an API key', { note: `no ${apiKey}, please` }, apiKey.slice(12)],
    ['an API key behind a name', { note: `API_KEY_${apiKey}` }, apiKey.slice(12)],
    ['an encoded API key', { note: `key%3D${apiKey}` }, apiKey.slice(12)],
    ['an email address', { note: 'asked by Jane.Doe+x@sub.example.com' }, 'example.com'],
    ['an encoded email address', { note: 'jane%40example.com' }, 'jane'],
    ['the query of a URL', { url: 'https://x.example/card?userId=7&name=Jane' }, 'Jane'],
    ['the query of a path', { url: '/card?userId=7&name=Jane' }, 'Jane'],
    ['the query of a path in a sentence', { note: 'GET /card?name=Jane failed' }, 'Jane'],
    ['a body by name', { body: { text: 'private words' } }, 'private words'],
  ])('%s', (_name, fields, secret) => {
    const [line = ''] = logged((log) => log.info(fields, 'seen'));
    expect(line).not.toContain(secret);
    expect(JSON.parse(line)).toMatchObject({ msg: 'seen', level: 'info' });
  });

  test('nor does a message that is one', () => {
    expect(logged((log) => log.warn(`Bearer ${token}`)).join('')).not.toContain('1111');
  });
});

test('what is no secret stays readable: routes, sentences, times', () => {
  const sentence =
    'GET /crm/objects/2026-09/companies answered 200 in 12 ms; why? Nobody asked for basic training.';
  expect(withoutSecrets(sentence)).toBe(sentence);
});

const anyText = fc.string({
  unit: fc.constantFrom('\n', '\t', '"', '\\', ' ', 'n', '?', '/', '\u0007', 'é', '1'),
});

test('whatever stands around a secret, and wherever it stands, the line is JSON without it', () => {
  fc.assert(
    fc.property(anyText, anyText, fc.jsonValue(), (before, after, value) => {
      const text = `${before}${token} ${after}Bearer aaa.bbb\njane@example.com`;
      const [line = ''] = logged((log) => log.info({ value, text, list: [{ [text]: text }] }, text));
      expect(line).not.toMatch(/pat-eu1|-2222-3333-|aaa\.bbb|jane/);
      expect(line.endsWith('\n')).toBe(true);
      expect(JSON.parse(line)).toHaveProperty('text');
    }),
  );
});

test('an error keeps its type and the sentences of its causes', () => {
  const [line = ''] = logged((log) =>
    log.error({ error: new Error('outer', { cause: new TypeError('inner') }) }),
  );
  expect(JSON.parse(line)).toMatchObject({
    level: 'error',
    error: { type: 'Error', message: 'outer', cause: { type: 'TypeError', message: 'inner' } },
  });
});

test('a level that does not exist is a usage error which names those that do', () => {
  expect(() => createLogger({ level: 'loud' })).toThrow(UsageError);
  expect(() => createLogger({ level: 'loud' })).toThrow(
    'The log level "loud" does not exist. Use one of trace, debug, info, warn, error, fatal, silent.',
  );
  expect(logged((log) => log.info('x'), 'warn')).toEqual([]);
});
