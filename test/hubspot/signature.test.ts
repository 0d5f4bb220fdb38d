import { Signature } from '@hubspot/api-client';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signRequest, verifyOlderSignature, verifySignature } from '../../src/hubspot/signature.ts';

const empty = Buffer.alloc(0);
const documented = {
  clientSecret: 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy',
  method: 'POST',
  url: 'https://www.example.com/webhook_uri',
  rawBody: Buffer.from("{'example_field':'example_value'}"),
};
const card = {
  clientSecret: 'test-secret',
  method: 'GET',
  url: 'https://api.example.com/v1/companies/42/recommendations?userId=7&portalId=123&userEmail=jane%40acme.com&appId=99',
  rawBody: empty,
};
const proxied = {
  clientSecret: 's3cret',
  method: 'POST',
  url: 'http://localhost:3977/v1/x?portalId=1&userId=2&userEmail=a%40b.c&appId=9',
  rawBody: Buffer.from('{"a":1}'),
};

/** reference/hubspot-platform.md 10.2 */
const vectors = [
  ['the documented example', documented, 1693657560000, 'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y='],
  ['the same at another time', documented, 1700000300000, 'RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw='],
  ['a card with a decoded address', card, 1795323496199, 'ikeM/O8hr5B/zcqL641aUQGyHiPqKWsic683LdQ78Q0='],
  ['a card with the address as sent', card, 1795323496199, '7fgKErlFR/vb4bUXYfDt3ilIZTLkf0O5pO71N4sBNpo='],
  [
    "a request of HubSpot's own proxy",
    proxied,
    1795323496199,
    '6LfecLICECCYuG3SuRCT+0zw+r0hpTrp4WofIcIcKHI=',
  ],
] as const;

test.each(vectors)('%s is accepted', (_name, request, timestamp, signature) => {
  expect(verifySignature({ ...request, signature, timestamp: String(timestamp), now: timestamp })).toEqual({
    ok: true,
  });
});

describe('a request is refused', () => {
  const [, request, now, signature] = vectors[0];
  const good = { ...request, signature, timestamp: String(now), now };
  test.each([
    ['without a signature', { signature: undefined }, 'the signature header is missing'],
    ['with an empty signature', { signature: '' }, 'the signature header is missing'],
    ['without a timestamp', { timestamp: undefined }, 'the timestamp header is missing'],
    [
      'with a timestamp that is no number',
      { timestamp: 'NaN' },
      'the timestamp is not a number of milliseconds',
    ],
    [
      'with a timestamp in seconds',
      { timestamp: '1693657560' },
      'the timestamp is not a number of milliseconds',
    ],
    [
      'five minutes and a millisecond later',
      { now: now + 300_001 },
      'the timestamp is older than five minutes',
    ],
    [
      'five minutes and a millisecond early',
      { now: now - 300_001 },
      'the timestamp lies more than five minutes in the future',
    ],
    ['with another secret', { clientSecret: 'other' }, 'the signature does not match'],
    ['without a configured secret', { clientSecret: '' }, 'no client secret is configured'],
    ['with another method', { method: 'GET' }, 'the signature does not match'],
    ['with another address', { url: 'https://www.example.com/webhook_url' }, 'the signature does not match'],
    ['with another body', { rawBody: empty }, 'the signature does not match'],
    ['with a shortened signature', { signature: signature.slice(0, -2) }, 'the signature does not match'],
    ['with a longer signature', { signature: `${signature}=` }, 'the signature does not match'],
  ])('%s', (_name, change, reason) => {
    expect(verifySignature({ ...good, ...change })).toEqual({ ok: false, reason });
  });

  test('but not at the edge of five minutes', () => {
    for (const edge of [now - 300_000, now + 300_000])
      expect(verifySignature({ ...good, now: edge })).toEqual({ ok: true });
  });
});

test('only the documented escapes are decoded, once', () => {
  const url = 'https://a.example/x?p=%253A%20%26%3D%2B%2f%3a';
  const sent = { ...card, url };
  const decoded = { ...card, url: 'https://a.example/x?p=%253A%20%26%3D%2B/:' };
  const now = 1795323496199;
  // The decoded address has nothing left to decode, so its signature is that of the decoded text.
  expect(signRequest({ ...sent, now })).toEqual(signRequest({ ...decoded, now }));
});

const requests = fc.record({
  clientSecret: fc.string({ minLength: 1 }),
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH'),
  url: fc.webUrl({ withQueryParameters: true }),
  rawBody: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  now: fc.integer({ min: 1_000_000_000_000, max: 9_999_999_999_999 }),
});

test('what we sign we accept, and nobody else does', () => {
  fc.assert(
    fc.property(requests, (request) => {
      const signed = signRequest(request);
      expect(verifySignature({ ...request, ...signed })).toEqual({ ok: true });
      const forged = signRequest({ ...request, clientSecret: `${request.clientSecret}x` });
      expect(verifySignature({ ...request, ...forged })).toMatchObject({ ok: false });
    }),
  );
});

test("HubSpot's own library agrees about an address without escapes", () => {
  const now = Date.now();
  const { signature, timestamp } = signRequest({ ...documented, now });
  const accepted = Signature.isValid({
    signatureVersion: 'v3',
    signature,
    clientSecret: documented.clientSecret,
    requestBody: documented.rawBody.toString(),
    url: documented.url,
    method: documented.method,
    timestamp: Number(timestamp),
  });
  expect(accepted).toBe(true);
});

describe('version 2', () => {
  /** reference/hubspot-platform.md 10.2 */
  const good = {
    ...proxied,
    version: 'v2',
    signature: 'ea593faecc2a9d92dcaf8622b14ebe375a4b0783ce71b02638b2633553a262f5',
  };

  test('is accepted as HubSpot’s own proxy makes it', () => {
    expect(verifyOlderSignature(good)).toEqual({ ok: true });
    expect(verifyOlderSignature({ ...good, method: 'post' })).toEqual({ ok: true });
  });

  test.each([
    ['of another version', { version: 'v1' }, 'the signature version is not v2'],
    ['of no version', { version: undefined }, 'the signature version is not v2'],
    ['without a signature', { signature: undefined }, 'the signature header is missing'],
    ['with an empty signature', { signature: '' }, 'the signature header is missing'],
    ['without a secret', { clientSecret: '' }, 'no client secret is configured'],
    ['with another secret', { clientSecret: 's3cret ' }, 'the signature does not match'],
    ['with another method', { method: 'PUT' }, 'the signature does not match'],
    ['with another address', { url: `${proxied.url}&x=1` }, 'the signature does not match'],
    [
      'with an address that is spelt otherwise',
      { url: proxied.url.replace('%40', '@') },
      'the signature does not match',
    ],
    ['with another body', { rawBody: Buffer.from('{"a": 1}') }, 'the signature does not match'],
    ['in capitals', { signature: good.signature.toUpperCase() }, 'the signature does not match'],
    ['cut short', { signature: good.signature.slice(0, 63) }, 'the signature does not match'],
    [
      'as version 3 has it',
      { signature: '6LfecLICECCYuG3SuRCT+0zw+r0hpTrp4WofIcIcKHI=' },
      'the signature does not match',
    ],
  ])('is refused %s', (_name, changes, reason) => {
    expect(verifyOlderSignature({ ...good, ...changes })).toEqual({ ok: false, reason });
  });

  test('is what HubSpot’s own client takes for version 2', () => {
    const { clientSecret, method, url, rawBody, signature } = good;
    const theirs = Signature.isValid({
      signature,
      clientSecret,
      requestBody: rawBody.toString(),
      signatureVersion: 'v2',
      method,
      url,
    });
    expect(theirs).toBe(true);
  });
});
