/**
 * Who may act on partners at the card: every user of the account, unless whoever runs the server has named them. HubSpot
 * does not tell apps who may edit a record, so that what it lets people do there says nothing. What the card shows or hides
 * of it is a courtesy; the server decides with every press.
 */
import type { Request } from 'express';
import { askerOf, onList, type Access, type AccessCheck, type Asker } from './access.ts';
import type { Logger } from './log.ts';
import { correlationIdOf } from './middleware/request-log.ts';

export type Acting = { readonly mayAct: boolean; readonly sentence: string };
export type ActingCheck = (asker: Asker) => Promise<Acting>;

const listName = 'REKINDLE_ACTORS';

/** @param actors HubSpot user ids and email addresses; null where nobody has been named, so that everybody may */
export function checkActing(options: {
  readonly actors: readonly string[] | null;
  /** Those who may change the settings may always act. */
  readonly access: AccessCheck;
}): ActingCheck {
  const { actors, access } = options;
  if (actors === null) {
    return async () => ({
      mayAct: true,
      sentence: 'Every user of this HubSpot account may act on partners.',
    });
  }
  const isListed = onList(actors);
  return async (asker) =>
    isListed(asker)
      ? { mayAct: true, sentence: 'You may act on partners: you are on the server’s list.' }
      : actingBy(await access(asker), asker);
}

function actingBy({ mayChange, doubt }: Access, { userId }: Asker): Acting {
  if (mayChange) {
    return { mayAct: true, sentence: 'You may act on partners because you may change Rekindle’s settings.' };
  }
  const add = `whoever runs Rekindle’s server can add your HubSpot user id ${userId} to ${listName}`;
  return {
    mayAct: false,
    sentence:
      doubt === null
        ? 'You can see everything about this partner but not act on it: you are neither on the server’s list of those who ' +
          `may, nor may you change Rekindle’s settings. Ask somebody who may, or ${add}.`
        : 'You can see everything about this partner but not act on it for now: you are not on the server’s list of those ' +
          `who may, and ${doubt}. Otherwise ${add}.`,
  };
}

/** @returns why whoever asks may not act; null where they may */
export async function whyNotActing(
  request: Request,
  { acting, log }: { readonly acting: ActingCheck; readonly log: Logger },
): Promise<string | null> {
  const asker = askerOf(request);
  const { mayAct, sentence } = await acting(asker);
  if (mayAct) return null;
  const correlationId = correlationIdOf(request);
  log.warn({ correlationId, userId: asker.userId }, 'A user who may not act on partners tried to');
  return sentence;
}
