/** What fell silent for many partners at once, for operators and managers. */
import { dayOf } from '../model/instant.ts';
import type { ProgrammeIssue } from '../model/programme.ts';
import type { Store } from '../store/connect.ts';
import { openProgrammeIssues } from '../store/programme-issues.ts';

/** For `report`, one paragraph an issue; null where there is nothing to tell. */
export function programmeText(issues: readonly ProgrammeIssue[], timeZone: string): string | null {
  if (issues.length === 0) return null;
  const lines = issues.map((issue) => `${issue.id}. ${issue.sentence} ${whatNow(issue, timeZone)}`);
  return `It may be us, not them\n${lines.join('\n')}`;
}

function whatNow({ cause, closed, openedAt }: ProgrammeIssue, timeZone: string): string {
  const seen = `Seen on ${dayOf(openedAt, timeZone)}.`;
  if (closed !== null) {
    const end = dayOf(closed.at, timeZone);
    return closed.because === 'acted'
      ? `${seen} Over since ${end}: they act again.`
      : `${seen} Given up on ${end}: it was too long ago, so their silence counts again.`;
  }
  return cause === 'season'
    ? seen
    : `${seen} Look at the tracking or the import. Until they act again, their silence there is not held against them.`;
}

/** For `doctor`. */
export async function checkProgramme(
  store: Store,
): Promise<{ readonly state: 'ok' | 'warn'; readonly sentence: string }> {
  const breaks = (await openProgrammeIssues(store.db)).filter(({ cause }) => cause === 'break');
  return breaks.length === 0
    ? { state: 'ok', sentence: 'No group of partners fell silent at once.' }
    : { state: 'warn', sentence: breaks.map(({ id, sentence }) => `Issue ${id}: ${sentence}`).join(' ') };
}
