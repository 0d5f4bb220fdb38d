import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  idInSecret,
  isSecretOf,
  keyIdFor,
  keyLength,
  newSecret,
  secretHash,
  sourceName,
} from '../../src/intake/rest-key.ts';

const id = keyIdFor('one press');
const secret = newSecret(id);
const letters = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];

describe('a key', () => {
  test('is marked by one double click, and is found by its form', () => {
    expect(secret).toMatch(/^rk_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}$/);
    expect(secret).toHaveLength(keyLength);
    expect(idInSecret(secret)).toBe(id);
  });

  test('is another one each time, under the same id', () => {
    const secrets = Array.from({ length: 200 }, () => newSecret(id));
    expect(new Set(secrets).size).toBe(200);
    expect(new Set(secrets.map(idInSecret))).toEqual(new Set([id]));
  });

  test('of which one letter is wrong is none, and never another one', () =>
    fc.assert(
      fc.property(fc.nat(keyLength - 1), fc.constantFrom(...letters), (at, letter) => {
        const mistyped = secret.slice(0, at) + letter + secret.slice(at + 1);
        fc.pre(mistyped !== secret);
        expect(idInSecret(mistyped)).toBeNull();
      }),
    ));

  test('is told from every other text, and by its hash alone', () =>
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (text) => {
        expect(idInSecret(text)).toBeNull();
        expect(isSecretOf(text, secretHash(secret))).toBe(false);
        expect(isSecretOf(secret, secretHash(secret))).toBe(true);
      }),
    ));
});

test('whoever asks again asks for the same key, and nobody else does', () =>
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      expect(keyIdFor(one)).toMatch(/^[0-9A-Za-z]{8}$/);
      expect(keyIdFor(one) === keyIdFor(other)).toBe(one === other);
    }),
  ));

test.each(['a', 'portal', 'partner-portal-2', 'a'.repeat(40)])('%s names a source', (name) => {
  expect(name).toMatch(sourceName);
});
test.each(['', '-portal', 'portal-', 'Portal', 'hubspot.deals', 'a:b', 'ü', 'a'.repeat(41), 'a\n'])(
  '%j names none',
  (name) => {
    expect(name).not.toMatch(sourceName);
  },
);
