import type { Request, RequestHandler } from 'express';
import { verifySignature } from '../../hubspot/signature.ts';
import type { Instant } from '../../model/instant.ts';
import { calledUrl } from '../public-url.ts';
import { notSigned, Refusal } from '../refusal.ts';
import { rememberVerified } from '../verified-request.ts';
import { rawBodyOf } from './raw-body.ts';

/**
 * Lets through only what HubSpot signed with our client secret (v3, hubspot-platform.md 10.1), judged on the raw bytes
 * and the configured public URL. The query is read here, from the URL that was verified, and nowhere else.
 */
export function requireSignature(options: {
  clientSecret: string;
  publicUrl: string;
  clock: () => Instant;
}): RequestHandler {
  return (request, _response, next) => {
    const url = calledUrl(options.publicUrl, request.originalUrl);
    const signature = onlyHeader(request, 'x-hubspot-signature-v3');
    const timestamp = onlyHeader(request, 'x-hubspot-request-timestamp');
    const rawBody = rawBodyOf(request);
    const result = verifySignature({
      clientSecret: options.clientSecret,
      method: request.method,
      url,
      rawBody,
      signature,
      timestamp,
      now: options.clock(),
    });
    if (!result.ok) {
      throw notSigned(result.reason);
    }
    rememberVerified(request, {
      parameters: parametersOf(url),
      rawBody,
      signature: Buffer.from(signature, 'base64').toString('base64'),
      timestamp: Number(timestamp),
    });
    next();
  };
}

/** Two headers of one name are two claims: whoever reads the other one than we do would judge another request. */
function onlyHeader(request: Request, name: string): string {
  const values = request.headersDistinct[name] ?? [];
  const [value] = values;
  if (value === undefined) {
    throw notSigned(`${name}_missing`);
  }
  if (values.length > 1) {
    throw notSigned(`${name}_repeated`);
  }
  return value;
}

function parametersOf(url: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URL(url).searchParams) {
    if (parameters.has(name)) {
      throw new Refusal(400, 'repeated_parameter', 'A query parameter occurs twice; send each one once.');
    }
    parameters.set(name, value);
  }
  return parameters;
}
