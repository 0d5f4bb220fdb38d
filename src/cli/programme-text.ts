/** What fell silent for many partners at once, for operators and managers. */
import { issueAdvice } from '../insight/issue-advice.ts';
import type { ProgrammeIssue } from '../model/programme.ts';
import type { Store } from '../store/connect.ts';
import { openProgrammeIssues } from '../store/programme-issues.ts';

/** For `report`, one paragraph an issue; null where there is nothing to tell. */
export function programmeText(issues: readonly ProgrammeIssue[], timeZone: string): string | null {
  if (issues.length === 0) return null;
  const isOpenBreak = issues.some(({ cause, closed }) => cause === 'break' && closed === null);
  return [
    'It may be us, not them',
    ...issues.map((issue) => issueText(issue, timeZone)),
    ...(isOpenBreak
      ? ['`rekindle issues dismiss NUMBER --reason TEXT` is for whoever knows that it is them after all.']
      : []),
  ].join('\n');
}

/** One issue, open or over, in a paragraph. */
export function issueText(issue: ProgrammeIssue, timeZone: string): string {
  return `${issue.id}. ${issue.sentence} ${issueAdvice(issue, timeZone)}`;
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
