import { expect, it } from 'vitest';
import { signatureHeaders, signatureV2 } from '../../src/sandbox/preview/signature.ts';

// Vectors of reference/hubspot-platform.md section 10.2.
const recommendations = {
  method: 'GET',
  url: 'https://api.example.com/v1/companies/42/recommendations?userId=7&portalId=123&userEmail=jane%40acme.com&appId=99',
  body: '',
  timestampMs: 1_795_323_496_199,
};
const documented = {
  method: 'POST',
  url: 'https://www.example.com/webhook_uri',
  body: "{'example_field':'example_value'}",
};
const documentedSecret = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';

it.each([
  ['test-secret', recommendations, 'ikeM/O8hr5B/zcqL641aUQGyHiPqKWsic683LdQ78Q0='],
  [
    documentedSecret,
    { ...documented, timestampMs: 1_693_657_560_000 },
    'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=',
  ],
  [
    documentedSecret,
    { ...documented, timestampMs: 1_700_000_300_000 },
    'RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw=',
  ],
])('signs v3 as HubSpot documents it (%s)', (secret, request, signature) => {
  expect(signatureHeaders(secret, request)).toMatchObject({
    'x-hubspot-signature-v3': signature,
    'x-hubspot-request-timestamp': String(request.timestampMs),
  });
});

it('signs v2 as captured from HubSpot’s dev proxy, over the URL as requested', () => {
  const request = {
    method: 'POST',
    url: 'http://localhost:3977/v1/x?portalId=1&userId=2&userEmail=a%40b.c&appId=9',
    body: '{"a":1}',
    timestampMs: 1_795_323_496_199,
  };
  expect(signatureV2('s3cret', request)).toBe(
    'ea593faecc2a9d92dcaf8622b14ebe375a4b0783ce71b02638b2633553a262f5',
  );
});
