/**
 * Who may change the settings. hubspot.fetch proves who asks, not what they may do (reliability.md 7.3), so the server
 * decides: whoever is on its own list, and super admins of the account as far as HubSpot tells. Whatever cannot be found
 * out is a no, with a sentence that says what to do. What the page says of its user is never believed.
 */
import type { Request } from 'express';
import { MissingScopeError } from '../hubspot/errors.ts';
import type { HubSpot, PortalUser } from '../hubspot/hubspot.ts';
import { RekindleError } from '../model/errors.ts';
import type { Instant } from '../model/instant.ts';
import { inTime } from './in-time.ts';
import type { Logger } from './log.ts';
import { verifiedRequestOf } from './verified-request.ts';

/** Who signed-in HubSpot says is asking. */
export type Asker = { readonly userId: string; readonly email: string | null };
export type Access = {
  readonly mayChange: boolean;
  readonly sentence: string;
  /** Why a no may be one for now only, as a clause; null where HubSpot answered or was not asked. */
  readonly doubt: string | null;
};
export type AccessCheck = (asker: Asker) => Promise<Access>;

export function askerOf(request: Request): Asker {
  const { parameters } = verifiedRequestOf(request);
  return { userId: parameters.get('userId') ?? '', email: parameters.get('userEmail') || null };
}

/** How the asker is called in the list of versions. */
export function authorOf({ userId, email }: Asker): string {
  return email ?? `HubSpot user ${userId}`;
}

/** A role may be taken away; asking HubSpot with each request would cost the account's quota. */
const knownForMs = 5 * 60_000;
const failureKnownForMs = 30_000;
/** HubSpot's proxy gives up after 15 s, and a save has to fit in, too. The answer is kept for the next request. */
const answerWithinMs = 5_000;

const listName = 'REKINDLE_SETTINGS_ADMINS';

type Standing =
  | { readonly is: 'super_admin' | 'other' }
  /** `because` is a clause. */
  | { readonly is: 'unknown'; readonly because: string };

type Options = {
  readonly hubspot: Pick<HubSpot, 'readUser'>;
  /** HubSpot user ids and email addresses. */
  readonly admins: readonly string[];
  readonly log: Logger;
  readonly clock: () => Instant;
};

export function checkAccess(options: Options): AccessCheck {
  const isListed = onList(options.admins);
  const standings = new Standings(options);
  return async (asker) =>
    isListed(asker)
      ? {
          mayChange: true,
          sentence: 'You may change these settings: you are on the server’s list.',
          doubt: null,
        }
      : accessBy(await standings.of(asker), asker);
}

/** @param people HubSpot user ids and email addresses */
export function onList(people: readonly string[]): (asker: Asker) => boolean {
  const listed = new Set(people.map((person) => person.toLowerCase()));
  return ({ userId, email }) => listed.has(userId) || (email !== null && listed.has(email.toLowerCase()));
}

function accessBy(standing: Standing, { userId }: Asker): Access {
  const add = `whoever runs Rekindle’s server can add your HubSpot user id ${userId} to ${listName}`;
  switch (standing.is) {
    case 'super_admin':
      return {
        mayChange: true,
        sentence: 'You may change these settings as a super admin of this HubSpot account.',
        doubt: null,
      };
    case 'other':
      return {
        mayChange: false,
        sentence:
          'You can read these settings but neither change them nor preview a change: you are neither on the server’s list of administrators nor a ' +
          `super admin of this HubSpot account. Ask somebody who is, or ${add}.`,
        doubt: null,
      };
    case 'unknown':
      return {
        mayChange: false,
        sentence:
          'You can read these settings but neither change them nor preview a change for now: you are not on the server’s list of administrators, and ' +
          `${standing.because}. Otherwise ${add}.`,
        doubt: standing.because,
      };
  }
}

type Known = { readonly answer: Promise<Standing>; until: Instant };

/** What HubSpot said of whom, for a while. */
class Standings {
  readonly #options: Options;
  readonly #known = new Map<string, Known>();

  constructor(options: Options) {
    this.#options = options;
  }

  of(asker: Asker): Promise<Standing> {
    return inTime(this.#ask(asker), answerWithinMs, {
      is: 'unknown',
      because: 'HubSpot did not say in time whether you are a super admin: reload in a minute',
    });
  }

  #ask(asker: Asker): Promise<Standing> {
    const { clock } = this.#options;
    const key = `${asker.userId} ${asker.email ?? ''}`;
    const now = clock();
    for (const [name, { until }] of this.#known) if (until <= now) this.#known.delete(name);
    const known = this.#known.get(key);
    // A clock that was set back must not keep an answer for longer.
    if (known !== undefined && known.until <= now + knownForMs) return known.answer;
    const fresh: Known = { answer: this.#read(asker), until: now + knownForMs };
    this.#known.set(key, fresh);
    void this.#keepFailureShort(fresh);
    return fresh.answer;
  }

  async #keepFailureShort(known: Known): Promise<void> {
    const { is } = await known.answer;
    if (is === 'unknown') known.until = Math.min(known.until, this.#options.clock() + failureKnownForMs);
  }

  /** Never rejects. */
  async #read(asker: Asker): Promise<Standing> {
    try {
      return standingOf(await this.#options.hubspot.readUser(asker.userId), asker);
    } catch (error) {
      this.#options.log.warn({ error }, 'HubSpot does not say whether a user is a super admin');
      return { is: 'unknown', because: reasonOf(error) };
    }
  }
}

function standingOf(user: PortalUser | null, { email }: Asker): Standing {
  if (user === null) return { is: 'other' };
  const isSomebodyElse =
    user.email !== null && email !== null && user.email.toLowerCase() !== email.toLowerCase();
  if (isSomebodyElse) {
    return {
      is: 'unknown',
      because: 'HubSpot knows the user of this number under another address than yours',
    };
  }
  return { is: user.superAdmin ? 'super_admin' : 'other' };
}

function reasonOf(error: unknown): string {
  if (error instanceof MissingScopeError) {
    return 'HubSpot does not let Rekindle see who is a super admin, because the app lacks the scope settings.users.read (docs/settings-page.md)';
  }
  const retry = error instanceof RekindleError && error.retryable;
  return `HubSpot did not say whether you are a super admin${retry ? ': reload in a minute' : ''}`;
}
