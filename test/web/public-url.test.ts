import { expect, test } from 'vitest';
import { calledUrl, parsePublicUrl } from '../../src/web/public-url.ts';

test.each([
  ['https://rekindle.example.com', 'https://rekindle.example.com'],
  ['https://rekindle.example.com/', 'https://rekindle.example.com'],
  ['https://Rekindle.example.com:443/partners//', 'https://rekindle.example.com/partners'],
  ['https://rekindle.example.com:8443/a/b', 'https://rekindle.example.com:8443/a/b'],
  ['http://localhost:3000', 'http://localhost:3000'],
  ['http://127.0.0.1:3000/', 'http://127.0.0.1:3000'],
  ['http://[::1]:3000', 'http://[::1]:3000'],
])('%s is the public URL %s', (text, expected) => {
  expect(parsePublicUrl(text)).toBe(expected);
});

test.each([
  'rekindle.example.com',
  'http://rekindle.example.com',
  'http://localhost.example.com',
  'ftp://localhost',
  'https://u@x.example',
  'https://x.example#a',
])('%s is no public URL, and the answer says what to set', (text) => {
  expect(() => parsePublicUrl(text)).toThrow(
    'Set PUBLIC_URL to the https address under which HubSpot reaches',
  );
});

test('what HubSpot called is the public URL, its prefix, and the path and query exactly as they came', () => {
  const raw = '/card?companyId=1&userEmail=a%40b.c&x=%2B%20+';
  expect(calledUrl('https://x.example/partners', raw)).toBe(`https://x.example/partners${raw}`);
  expect(calledUrl('https://x.example', '/card#part?companyId=2')).toBe('https://x.example/card');
});
