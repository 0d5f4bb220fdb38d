/** An attempt that will not be repeated, as the error that tells a person what to do. */
import type { Outcome, OutgoingRequest } from './attempt.ts';
import {
  AmbiguousWriteError,
  InvalidTokenError,
  MissingScopeError,
  RequestRefusedError,
  ResponseTooLargeError,
  TransportError,
  UnavailableError,
  UnreachableError,
  type HubSpotError,
  type Refusal,
} from './errors.ts';
import { maximumResponseBytes } from './limits.ts';
import { neverSupported } from './retry.ts';

type Failure = Exclude<Outcome, { is: 'answer' }>;

/** @param mayHaveLanded HubSpot may have carried out a request that must not be repeated */
export function errorOf(outcome: Failure, request: OutgoingRequest, mayHaveLanded: boolean): HubSpotError {
  const { route, apiUrl } = request;
  switch (outcome.is) {
    case 'too_large':
      return new ResponseTooLargeError(route, maximumResponseBytes);
    case 'unreachable':
      return new UnreachableError(apiUrl, outcome.reason, outcome.cause);
    case 'lost':
      return mayHaveLanded
        ? new AmbiguousWriteError(route, outcome.reason, outcome.cause)
        : new TransportError(route, outcome.reason, outcome.cause);
    case 'refusal':
      return errorOfRefusal(outcome.refusal, mayHaveLanded);
  }
}

function errorOfRefusal(refusal: Refusal, mayHaveLanded: boolean): HubSpotError {
  const { status, route } = refusal;
  if (status === 401) return new InvalidTokenError(refusal);
  // Any other 403 is no missing permission of ours: a proxy's page must not pass for "this app may not see deals".
  if (status === 403 && refusal.category === 'MISSING_SCOPES') return new MissingScopeError(refusal);
  if ((status < 500 && !passing.has(status)) || neverSupported.has(status))
    return new RequestRefusedError(refusal);
  if (mayHaveLanded && !notCarriedOut.has(status)) {
    return new AmbiguousWriteError(route, `HubSpot answered with status ${status}`);
  }
  return new UnavailableError(`it keeps answering ${route} with status ${status} (${refusal.message})`, null);
}

/** 4xx that say "not now" instead of "no" (hubspot-api.md 2.4). */
const passing: ReadonlySet<number> = new Set([408, 423, 429, 477]);
const notCarriedOut: ReadonlySet<number> = new Set([423, 429, 477]);
