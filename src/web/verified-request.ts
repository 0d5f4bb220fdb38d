import type { Request } from 'express';
import type { Instant } from '../model/instant.ts';

/** What is known of a request once its signature has been verified, all of it from the signed bytes. */
export type VerifiedRequest = {
  /** The query; no name occurs twice. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly rawBody: Buffer;
  /** The signature in canonical base64; in hexadecimal digits where it is of the older version. */
  readonly signature: string;
  /** Null for the older version, which has none: only the idempotency of a route protects it from replays. */
  readonly timestamp: Instant | null;
};

const verifiedRequests = new WeakMap<Request, VerifiedRequest>();

export function rememberVerified(request: Request, signed: VerifiedRequest): void {
  verifiedRequests.set(request, signed);
}

/** Throws on a route that is not behind the signature check, so that a mistake in wiring fails closed. */
export function verifiedRequestOf(request: Request): VerifiedRequest {
  const signed = verifiedRequests.get(request);
  if (signed === undefined) {
    throw new Error('This route reads a signed request but is not behind the signature check.');
  }
  return signed;
}
