/** What fell silent for many partners at once, for operators and managers. */
import { issueAdvice } from '../insight/issue-advice.ts';
import type { ProgrammeIssue } from '../model/programme.ts';
import type { Store } from '../store/connect.ts';
import { openProgrammeIssues } from '../store/programme-issues.ts';

/** For `report`, one paragraph an issue; null where there is nothing to tell. */
export function programmeText(issues: readonly ProgrammeIssue[], timeZone: string): string | null {
  if (issues.length === 0) return null;
  const lines = issues.map((issue) => `${issue.id}. ${issue.sentence} ${issueAdvice(issue, timeZone)}`);
  return `It may be us, not them\n${lines.join('\n')}`;
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
