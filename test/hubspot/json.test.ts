import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/hubspot/json.ts';

describe('ids beyond 2^53', () => {
  test.each(['9007199254740993', '123456789012345678901234567890', '-9007199254740993'])(
    '%s survives',
    (digits) => {
      expect(parseJson(`{"toObjectId":${digits},"list":[ ${digits},\n${digits}]}`)).toEqual({
        toObjectId: digits,
        list: [digits, digits],
      });
    },
  );

  test('what JavaScript can hold stays a number', () => {
    const body =
      '{"a":9007199254740991,"b":1.2345678901234567,"c":12345678901234567e3,"d":"9007199254740993"}';
    expect(parseJson(body)).toEqual({
      a: 9007199254740991,
      b: 1.2345678901234567,
      c: 12345678901234567e3,
      d: '9007199254740993',
    });
  });
});

test('everything else is parsed as JavaScript does', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const parsed = parseJson(text);
      expect(JSON.stringify(parsed, unlong)).toBe(JSON.stringify(JSON.parse(text), unlong));
    }),
  );
});

/** Whole numbers that JavaScript cannot hold are the one difference. */
function unlong(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value)
    ? String(value)
    : value;
}

test.each(['', '{', '{"a":}', '[1,'])('%j is refused', (text) => {
  expect(() => parseJson(text)).toThrow(SyntaxError);
});
