/** What to do about a programme issue, for operators and managers. */
import { dayOf } from '../model/instant.ts';
import type { ProgrammeIssue } from '../model/programme.ts';

export function issueAdvice({ cause, closed, openedAt }: ProgrammeIssue, timeZone: string): string {
  const seen = `Seen on ${dayOf(openedAt, timeZone)}.`;
  if (closed !== null) {
    const end = dayOf(closed.at, timeZone);
    switch (closed.because) {
      case 'acted':
        return `${seen} Over since ${end}: they act again.`;
      case 'expired':
        return `${seen} Given up on ${end}: it was too long ago, so their silence counts again.`;
      case 'dismissed':
        return `${seen} On ${end} dismissed by ${closed.by}: ${closed.reason}`;
    }
  }
  return cause === 'season'
    ? seen
    : `${seen} Look at the tracking or the import. Until they act again, their silence there is not held against them.`;
}
