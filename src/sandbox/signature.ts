/**
 * Signing as HubSpot signs, version 3 (hubspot-platform.md 10.1). Written apart from the server's own check on purpose:
 * the sandbox is an independent judge of it.
 */
import { createHmac } from 'node:crypto';

/** HubSpot decodes exactly these before it signs; the query's separators stay encoded. */
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

export type SignedParts = {
  readonly method: string;
  /** As HubSpot calls it: the public URL. */
  readonly url: string;
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly timestampMs: number;
};

export function signatureV3(secret: string, { method, url, body, timestampMs }: SignedParts): string {
  const uri = url.replaceAll(/%[0-9a-f]{2}/gi, (escape) => decoded[escape.toUpperCase()] ?? escape);
  return createHmac('sha256', secret).update(`${method}${uri}${body}${timestampMs}`, 'utf8').digest('base64');
}
