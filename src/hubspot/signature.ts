/**
 * HubSpot's request signature, version 3: who calls us, and that nobody changed or replayed it (hubspot-platform.md 10).
 * Version 2 is older and what HubSpot documents for workflow actions alone.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../model/instant.ts';

/** HubSpot refuses and expects refusal of requests older than five minutes; the other direction is our own hardening. */
const toleranceMs = 300_000;

export type SignedRequest = {
  readonly method: string;
  /** The configured public URL followed by the request's original path and query; never built from the Host header. */
  readonly url: string;
  /** The bytes as they arrived: a re-serialised body has another signature. Empty for a request without body. */
  readonly rawBody: Buffer;
};

export type SignatureCheck = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * @param request.signature the header X-HubSpot-Signature-v3
 * @param request.timestamp the header X-HubSpot-Request-Timestamp, in milliseconds
 * @returns a refusal with a reason for our log; the caller learns no more than "401"
 */
export function verifySignature(
  request: SignedRequest & {
    readonly clientSecret: string;
    readonly signature: string | undefined;
    readonly timestamp: string | undefined;
    readonly now: Instant;
  },
): SignatureCheck {
  const { signature, timestamp } = request;
  if (request.clientSecret === '') return refused('no client secret is configured');
  if (signature === undefined || signature === '') return refused('the signature header is missing');
  if (timestamp === undefined || timestamp === '') return refused('the timestamp header is missing');
  if (!/^\d{13}$/.test(timestamp)) return refused('the timestamp is not a number of milliseconds');
  const age = request.now - Number(timestamp);
  if (age > toleranceMs) return refused('the timestamp is older than five minutes');
  if (age < -toleranceMs) return refused('the timestamp lies more than five minutes in the future');
  // HubSpot documents decoding, its own tools sign the address as sent: both forms of this one address are signed by
  // the secret, so accepting either gives nothing away.
  const candidates = [decodeForSigning(request.url), request.url];
  const given = Buffer.from(signature);
  const matches = candidates.some((url) => equal(given, Buffer.from(sign({ ...request, url, timestamp }))));
  return matches ? { ok: true } : refused('the signature does not match');
}

/**
 * Version 2 tells who calls and that nobody changed it, but not when: whoever accepts it must not do twice what is asked
 * twice.
 * @param request.signature the header X-HubSpot-Signature
 * @param request.version the header X-HubSpot-Signature-Version; version 1, which signs neither method nor address, is
 *   refused
 */
export function verifyOlderSignature(
  request: SignedRequest & {
    readonly clientSecret: string;
    readonly signature: string | undefined;
    readonly version: string | undefined;
  },
): SignatureCheck {
  const { clientSecret, signature, version, method, url, rawBody } = request;
  if (clientSecret === '') return refused('no client secret is configured');
  if (version !== 'v2') return refused('the signature version is not v2');
  if (signature === undefined || signature === '') return refused('the signature header is missing');
  const expected = createHash('sha256')
    .update(clientSecret + method.toUpperCase() + url)
    .update(rawBody)
    .digest('hex');
  return equal(Buffer.from(signature), Buffer.from(expected))
    ? { ok: true }
    : refused('the signature does not match');
}

/** Signs as HubSpot does: for the preview, the doctor's self-test and tests. */
export function signRequest(
  request: SignedRequest & { readonly clientSecret: string; readonly now: Instant },
): { readonly signature: string; readonly timestamp: string } {
  const timestamp = String(request.now);
  const url = decodeForSigning(request.url);
  return { signature: sign({ ...request, url, timestamp }), timestamp };
}

function sign(
  request: SignedRequest & { readonly clientSecret: string; readonly timestamp: string },
): string {
  return createHmac('sha256', request.clientSecret)
    .update(`${request.method.toUpperCase()}${request.url}`)
    .update(request.rawBody)
    .update(request.timestamp)
    .digest('base64');
}

/** The escapes that HubSpot decodes before it signs, and no others. */
const decoded: Readonly<Record<string, string>> = {
  '%3A': ':',
  '%2F': '/',
  '%3F': '?',
  '%40': '@',
  '%21': '!',
  '%24': '$',
  '%27': "'",
  '%28': '(',
  '%29': ')',
  '%2A': '*',
  '%2C': ',',
  '%3B': ';',
};

/** One pass, so that `%253A` stays what it is. */
function decodeForSigning(url: string): string {
  return url.replace(/%[0-9a-f]{2}/gi, (escape) => decoded[escape.toUpperCase()] ?? escape);
}

/** In constant time; signatures of another length are refused without comparing. */
function equal(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function refused(reason: string): SignatureCheck {
  return { ok: false, reason };
}
