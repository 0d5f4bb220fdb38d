/** Runs that HubSpot keeps waiting: when they go on. */
import { QuotaExhaustedError, UnavailableError } from '../hubspot/errors.ts';
import { RefusedError } from '../model/errors.ts';
import { toIso, type Instant } from '../model/instant.ts';

/** Null unless the error, or what caused it, names a time. */
export function resumeAtOf(error: unknown): Instant | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof QuotaExhaustedError || at instanceof UnavailableError) return at.resumeAt;
  }
  return null;
}

/** For the ledger. */
export function nextActionAfter(error: unknown): string | null {
  if (error instanceof RefusedError) return 'A person decides: see the message.';
  const resumeAt = resumeAtOf(error);
  if (resumeAt === null) return null;
  return (
    `A run goes on after ${toIso(resumeAt)}, by itself where \`serve\` or \`worker\` is up. Any other command, or a run ` +
    'as of another day, is to be given again then.'
  );
}
