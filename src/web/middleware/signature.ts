import type { Request, RequestHandler } from 'express';
import { verifyOlderSignature, verifySignature } from '../../hubspot/signature.ts';
import type { Instant } from '../../model/instant.ts';
import { calledUrl } from '../public-url.ts';
import { notSigned, Refusal } from '../refusal.ts';
import { rememberVerified, type VerifiedRequest } from '../verified-request.ts';
import { rawBodyOf } from './raw-body.ts';

/**
 * Lets through only what HubSpot signed with our client secret (v3, hubspot-platform.md 10.1), judged on the raw bytes
 * and the configured public URL. The query is read here, from the URL that was verified, and nowhere else.
 */
export function requireSignature(options: SignatureOptions): RequestHandler {
  return (request, _response, next) => {
    rememberVerified(request, verified(request, options));
    next();
  };
}

/**
 * For workflow actions alone, which HubSpot documents to sign by version 2 (hubspot-platform.md 10.3). A request that
 * carries anything of version 3 is judged by version 3.
 */
export function requireWorkflowSignature(options: SignatureOptions): RequestHandler {
  return (request, _response, next) => {
    const isNewer = [signatureHeader, timestampHeader].some((name) => name in request.headersDistinct);
    rememberVerified(request, isNewer ? verified(request, options) : verifiedOlder(request, options));
    next();
  };
}

type SignatureOptions = { clientSecret: string; publicUrl: string; clock: () => Instant };
const signatureHeader = 'x-hubspot-signature-v3';
const timestampHeader = 'x-hubspot-request-timestamp';

function verified(request: Request, { clientSecret, publicUrl, clock }: SignatureOptions): VerifiedRequest {
  const url = calledUrl(publicUrl, request.originalUrl);
  const signature = onlyHeader(request, signatureHeader);
  const timestamp = onlyHeader(request, timestampHeader);
  const rawBody = rawBodyOf(request);
  const { method } = request;
  const result = verifySignature({ clientSecret, method, url, rawBody, signature, timestamp, now: clock() });
  if (!result.ok) throw notSigned(result.reason);
  return {
    parameters: parametersOf(url),
    rawBody,
    signature: Buffer.from(signature, 'base64').toString('base64'),
    timestamp: Number(timestamp),
  };
}

function verifiedOlder(
  request: Request,
  { clientSecret, publicUrl }: Omit<SignatureOptions, 'clock'>,
): VerifiedRequest {
  const url = calledUrl(publicUrl, request.originalUrl);
  const signature = onlyHeader(request, 'x-hubspot-signature');
  const version = onlyHeader(request, 'x-hubspot-signature-version');
  const rawBody = rawBodyOf(request);
  const { method } = request;
  const result = verifyOlderSignature({ clientSecret, method, url, rawBody, signature, version });
  if (!result.ok) throw notSigned(result.reason);
  return { parameters: parametersOf(url), rawBody, signature, timestamp: null };
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
