/** `issues list`, `issues dismiss`: what fell silent for many partners at once, and a person's word that it is no break. */
import { userInfo } from 'node:os';
import { InvalidArgumentError, type Command } from 'commander';
import { dismissIssue } from '../jobs/programme.ts';
import { readPortal } from '../store/portal.ts';
import { programmeIssues } from '../store/programme-issues.ts';
import { wholeNumber } from './options.ts';
import { print, printJson } from './output.ts';
import { issueText } from './programme-text.ts';
import { withStore } from './session.ts';

export function addIssues(program: Command): void {
  const issues = program.command('issues').description('what fell silent for many partners at once');
  issues
    .command('list')
    .description('the latest issues, newest first, open or over')
    .option('--limit <n>', 'how many', wholeNumber(1, 1000), 20)
    .option('--json', 'print as JSON')
    .exitOverride()
    .action(list);
  issues
    .command('dismiss')
    .argument('<number>', 'the number of the issue', wholeNumber(1, 2_147_483_647))
    .description(
      'say that an issue is none: its partners are judged by their silence again, and it is not raised again',
    )
    .requiredOption('--reason <text>', 'why, for whoever asks later', sentence)
    .option('--by <name>', 'who says so', sentence, userInfo().username)
    .exitOverride()
    .action(dismiss);
}

async function list(options: { limit: number; json?: true }): Promise<void> {
  const { found, timeZone } = await withStore(async ({ store }) => ({
    found: await programmeIssues(store.db, options.limit),
    timeZone: (await readPortal(store.db))?.timeZone ?? 'UTC',
  }));
  if (options.json) printJson(found);
  else if (found.length === 0) print('No group of partners ever fell silent at once.');
  else print(found.map((issue) => issueText(issue, timeZone)).join('\n'));
}

async function dismiss(id: number, said: { reason: string; by: string }): Promise<void> {
  const concerned = await withStore(({ store, signal }) =>
    dismissIssue({ store, now: Date.now(), signal }, id, said),
  );
  print(
    `Issue ${id}: dismissed by ${said.by}: ${said.reason}\n` +
      (concerned === 0
        ? 'It put nobody in doubt, so no verdict follows from it.'
        : `The next run judges the partners that it put in doubt anew (${concerned}).`),
  );
}

function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new InvalidArgumentError('Write at least one word.');
  return trimmed;
}
