/** The headers that HubSpot puts on a request of hubspot.fetch (hubspot-platform.md section 10). */
import { createHash } from 'node:crypto';
import { signatureV3, type SignedParts } from '../signature.ts';

/** The older signature that HubSpot sends along: hexadecimal, over the URL as requested, without a timestamp. */
export function signatureV2(secret: string, { method, url, body }: SignedParts): string {
  return createHash('sha256')
    .update(secret + method + url + body, 'utf8')
    .digest('hex');
}

export function signatureHeaders(secret: string, request: SignedParts): Readonly<Record<string, string>> {
  return {
    'x-hubspot-signature': signatureV2(secret, request),
    'x-hubspot-signature-version': 'v2',
    'x-hubspot-signature-v3': signatureV3(secret, request),
    'x-hubspot-request-timestamp': String(request.timestampMs),
  };
}

/** What HubSpot documents for workflow actions: version 2 alone (hubspot-platform.md section 10.3). */
export function actionSignatureHeaders(
  secret: string,
  request: SignedParts,
): Readonly<Record<string, string>> {
  return {
    'x-hubspot-signature': signatureV2(secret, request),
    'x-hubspot-signature-version': 'v2',
  };
}
