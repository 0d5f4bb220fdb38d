/**
 * What can go wrong with HubSpot, as sentences for an administrator. None of them ever carries the token or a body:
 * HubSpot's own message is enough to act on, and bodies hold personal data (I12).
 */
import { RekindleError } from '../model/errors.ts';
import { toIso, type Instant } from '../model/instant.ts';

/** What HubSpot says about a refusal. Every field is optional by its documentation (hubspot-api.md 2.4). */
export type Refusal = {
  /** Method and path, with ids replaced by their names. */
  readonly route: string;
  readonly status: number;
  readonly message: string;
  readonly category: string | null;
  readonly correlationId: string | null;
  readonly policyName: string | null;
  /** The scopes that HubSpot asks for; empty when it does not say. */
  readonly scopes: readonly string[];
};

export class HubSpotError extends RekindleError {
  override readonly name: string = 'HubSpotError';
}

/** 401: the token is wrong, revoked or of another account. */
export class InvalidTokenError extends HubSpotError {
  override readonly name = 'InvalidTokenError';
  constructor(refusal: Refusal) {
    super(
      'HubSpot does not accept the access token (401). Copy the token of the installed app from HubSpot ' +
        '(Development > Projects > Rekindle > Auth) into HUBSPOT_ACCESS_TOKEN and try again.' +
        trace(refusal),
    );
  }
}

/** 403: the app was installed without a permission that this call needs. */
export class MissingScopeError extends HubSpotError {
  override readonly name = 'MissingScopeError';
  readonly scopes: readonly string[];
  constructor(refusal: Refusal) {
    const named = refusal.scopes.length > 0 ? `the scope ${refusal.scopes.join(' or ')}` : 'a scope';
    super(
      `HubSpot refuses ${refusal.route} because the app lacks ${named} (403: ${refusal.message}). Add it to the app's ` +
        'requiredScopes, upload the project, install the app again and renew HUBSPOT_ACCESS_TOKEN.' +
        trace(refusal),
    );
    this.scopes = refusal.scopes;
  }
}

/** Any other 4xx: the same request would be refused again. */
export class RequestRefusedError extends HubSpotError {
  override readonly name = 'RequestRefusedError';
  readonly status: number;
  readonly category: string | null;
  readonly hubspotMessage: string;
  constructor(refusal: Refusal) {
    super(
      `HubSpot refuses ${refusal.route} (${refusal.status}${refusal.category === null ? '' : ` ${refusal.category}`}): ` +
        `${sentence(refusal.message)} Repeating the request will not help.${trace(refusal)}`,
    );
    this.status = refusal.status;
    this.category = refusal.category;
    this.hubspotMessage = refusal.message;
  }
}

/** HubSpot refuses a batch update as a whole because of at least one record in it; nothing of it was written. */
export class InvalidBatchError extends HubSpotError {
  override readonly name = 'InvalidBatchError';
  readonly category: string;
  readonly hubspotMessage: string;
  constructor(refusal: RequestRefusedError, records: number) {
    super(
      `HubSpot refuses an update of ${records} ${records === 1 ? 'company' : 'companies'}: ${sentence(refusal.hubspotMessage)} ` +
        'Nothing of it was written. Write smaller batches to find the record that it means.',
      { cause: refusal },
    );
    this.category = refusal.category ?? 'UNKNOWN';
    this.hubspotMessage = refusal.hubspotMessage;
  }
}

/** What the settings let us take of the account's requests of a day, and what we took. */
export type SpentShare = { readonly used: number; readonly limit: number; readonly share: number };

/** There are no requests left today, of the account or of our share of them; nothing is sent before `resumeAt`. */
export class QuotaExhaustedError extends HubSpotError {
  override readonly name = 'QuotaExhaustedError';
  readonly resumeAt: Instant;
  /** @param spent our share, when that is what ended it; null when HubSpot refused */
  constructor(resumeAt: Instant, spent: SpentShare | null = null) {
    super(
      `${spent === null ? accountUsedUp : shareUsedUp(spent)} Rekindle stopped with everything saved and can go on ` +
        `after ${toIso(resumeAt)}; the next run continues where this one stopped.`,
      { retryable: true },
    );
    this.resumeAt = resumeAt;
  }
}

const accountUsedUp =
  "HubSpot says that this account's daily request limit, which all its private apps share, is used up. If that " +
  "happens often, find out in HubSpot which app uses it, or lower Rekindle's part (quota.dailyShare in the settings).";

function shareUsedUp({ used, limit, share }: SpentShare): string {
  return (
    `Rekindle has sent ${used} requests today, and the settings let it use ${Math.round(share * 100)} % of the ` +
    `${limit} that HubSpot allows this account a day. To let it go on sooner, raise quota.dailyShare in the settings.`
  );
}

/** HubSpot answers, but not usefully, for longer than we may wait. */
export class UnavailableError extends HubSpotError {
  override readonly name = 'UnavailableError';
  /** When HubSpot asks us to come back; null when it does not say. */
  readonly resumeAt: Instant | null;
  constructor(reason: string, resumeAt: Instant | null, cause?: unknown) {
    super(
      `HubSpot is not available: ${reason}. What was read so far is kept; run again ` +
        `${resumeAt === null ? 'later' : `after ${toIso(resumeAt)}`} to continue.`,
      { retryable: true, cause },
    );
    this.resumeAt = resumeAt;
  }
}

/** No connection to the API at all: a wrong address, no network, a proxy. */
export class UnreachableError extends HubSpotError {
  override readonly name = 'UnreachableError';
  constructor(apiUrl: string, reason: string, cause?: unknown) {
    super(
      // A path may be a secret of a proxy's.
      `Cannot reach HubSpot's API at ${new URL(apiUrl).origin} (${reason}). Check the network and the proxy of this machine, and ` +
        'HUBSPOT_API_URL if you set it, then run again.',
      { retryable: true, cause },
    );
  }
}

/** The answer did not arrive whole and readable: a reset, a deadline, truncated or foreign content. Never an empty result. */
export class TransportError extends HubSpotError {
  override readonly name = 'TransportError';
  constructor(route: string, reason: string, cause?: unknown) {
    super(`HubSpot's answer to ${route} cannot be used: ${reason}. Run again later to continue.`, {
      retryable: true,
      cause,
    });
  }
}

/** The answer is larger than we are willing to hold in memory. Asking for less helps, asking again does not. */
export class ResponseTooLargeError extends HubSpotError {
  override readonly name = 'ResponseTooLargeError';
  constructor(route: string, maximumBytes: number) {
    super(`HubSpot's answer to ${route} is larger than ${maximumBytes} bytes and was not read.`);
  }
}

/** A create was cut off before HubSpot answered: the record may exist. Repeating could make a second one. */
export class AmbiguousWriteError extends HubSpotError {
  override readonly name = 'AmbiguousWriteError';
  constructor(route: string, reason: string, cause?: unknown) {
    super(
      `It is unknown whether HubSpot carried out ${route}: ${reason}. It was not repeated, because that could do it ` +
        'twice. Look in HubSpot whether it is there before you try again.',
      { cause },
    );
  }
}

/** The answer is whole, but not what HubSpot documents. */
export class HubSpotShapeError extends HubSpotError {
  override readonly name = 'HubSpotShapeError';
  constructor(route: string, field: string, problem: string) {
    super(
      `HubSpot's answer to ${route} has an unexpected form at "${field}": ${problem}. Nothing of it was used. If HubSpot ` +
        'changed its API, Rekindle needs an update.',
    );
  }
}

/** HubSpot ends some of its messages with a full stop. */
function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

function trace(refusal: Refusal): string {
  return refusal.correlationId === null ? '' : ` HubSpot's correlation id: ${refusal.correlationId}.`;
}
