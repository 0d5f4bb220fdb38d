/** The address under which HubSpot calls us: from configuration alone, never from what a request claims. */
import { UsageError } from '../model/errors.ts';

const loopbackHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The configured public URL without a trailing slash: an origin and an optional path prefix, which the reverse proxy
 * in front of us strips. `http` is allowed on loopback only, for `hs project dev` and the demo, which sign the local
 * address (hubspot-platform.md 6.6).
 *
 * Throws UsageError when HubSpot could not call the URL.
 */
export function parsePublicUrl(text: string): string {
  const help = 'Set PUBLIC_URL to the https address under which HubSpot reaches this server, for example';
  const example = `${help} https://rekindle.example.com.`;
  if (!URL.canParse(text)) {
    throw new UsageError(`The public URL "${text}" is not a URL. ${example}`);
  }
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopbackHosts.has(url.hostname))) {
    throw new UsageError(`The public URL "${text}" is not https, and HubSpot calls https only. ${example}`);
  }
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    throw new UsageError(`The public URL must be an origin and a path, without query, # or user. ${example}`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/**
 * The URL that HubSpot called, which is what it signed: the configured address and the request's own path and query.
 * Host and X-Forwarded-* are never asked, since whoever sends a request chooses them (reliability.md 7.2).
 */
export function calledUrl(publicUrl: string, originalUrl: string): string {
  return publicUrl + originalUrl.replace(/#.*$/s, '');
}
