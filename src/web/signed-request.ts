import type { Request } from 'express';
import type { Instant } from '../model/instant.ts';

/** What is known of a request once its signature has been verified, all of it from the signed bytes. */
export type SignedRequest = {
  /** The query; no name occurs twice. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly rawBody: Buffer;
  /** The signature in canonical base64. */
  readonly signature: string;
  readonly timestamp: Instant;
};

const signedRequests = new WeakMap<Request, SignedRequest>();

export function rememberSigned(request: Request, signed: SignedRequest): void {
  signedRequests.set(request, signed);
}

/** Throws on a route that is not behind the signature check, so that a mistake in wiring fails closed. */
export function signedRequestOf(request: Request): SignedRequest {
  const signed = signedRequests.get(request);
  if (signed === undefined) {
    throw new Error('This route reads a signed request but is not behind the signature check.');
  }
  return signed;
}
