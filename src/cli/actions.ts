/** `actions`: what people and workflows did to partners, and what they say is wrong with verdicts. */
import { Option, type Command } from 'commander';
import { toIso } from '../model/instant.ts';
import { actionNames, type ActionName } from '../model/partner-action.ts';
import { readActions, type ActionRecord } from '../store/partner-actions.ts';
import { wholeNumber } from './options.ts';
import { print, printJson, table } from './output.ts';
import { withStore } from './session.ts';

type Options = { company?: string; only?: ActionName; limit: number; json?: true };

export function addActions(program: Command): void {
  program
    .command('actions')
    .description(
      'what people and workflows did to partners, newest first; `--only correct` shows what they call wrong',
    )
    .option('--company <id>', 'of one partner alone')
    .addOption(new Option('--only <action>', 'one kind of action alone').choices(actionNames))
    .option('--limit <n>', 'how many', wholeNumber(1, 10_000), 50)
    .option('--json', 'print as JSON, with details and the verdict as it stood')
    .action(list);
}

async function list({ company, only, limit, json }: Options): Promise<void> {
  const found = await withStore(({ store }) =>
    readActions(store.db, {
      limit,
      ...(company === undefined ? {} : { partnerId: company }),
      ...(only === undefined ? {} : { action: only }),
    }),
  );
  if (json) {
    printJson(found);
    return;
  }
  if (found.length === 0) {
    print('Nobody has done anything of the kind yet.');
    return;
  }
  const rows = found.map((record) => [
    toIso(record.at).slice(0, 19),
    record.partnerId,
    record.action,
    whoOf(record),
    wordsOf(record),
  ]);
  print(table(['at (UTC)', 'company', 'action', 'by', 'what'], rows));
}

function whoOf({ actor }: ActionRecord): string {
  return actor.from === 'card'
    ? (actor.email ?? `user ${actor.userId}`)
    : `workflow ${actor.workflowId ?? '(unnamed)'}`;
}

/** What the person wrote says more than what Rekindle answered. */
function wordsOf({ details, sentence }: ActionRecord): string {
  const said = details['because'] ?? details['reason'] ?? details['note'] ?? '';
  return said === '' ? sentence : String(said);
}
