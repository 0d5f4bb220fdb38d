/** `preview`: what another definition would change, before it is saved. */
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { Preview } from '../insight/preview.ts';
import { previewDraft } from '../jobs/preview.ts';
import { statuses, statusNames } from '../model/verdict.ts';
import { approvePreview } from '../store/approvals.ts';
import { wholeNumber } from './options.ts';
import { counted, print, printError, printJson, table } from './output.ts';
import { withStore } from './session.ts';
import { readSettingsFile } from './settings-file.ts';

type Options = { settings: string; limit: number; approve?: true; json?: true };

export function addPreview(program: Command): void {
  program
    .command('preview')
    .description(
      'who would change under another definition, why, and which properties move; nothing is written',
    )
    .requiredOption(
      '--settings <file>',
      'the draft, as `settings show --json` prints and `settings save` takes it',
    )
    .option('--limit <partners>', 'how many of the changing partners to name', wholeNumber(0, 10_000), 20)
    .option('--approve', 'say yes: once exactly this draft is saved, so many moves do not stop its first run')
    .option('--json', 'print as JSON')
    .action(async (options: Options) => {
      const draft = await readSettingsFile(options.settings);
      const preview = await withStore(async ({ store, signal }) => {
        const now = Date.now();
        const shown = await previewDraft({
          store,
          draft,
          now,
          limit: options.limit,
          signal,
          onProgress: () => {},
        });
        if (options.approve) {
          await approvePreview(store.db, draft, {
            moves: shown.brake.moves,
            author: userInfo().username,
            now,
          });
          printError(
            `Approved: the first run under this draft may move ${counted(shown.brake.moves, 'status', 'statuses')}.`,
          );
        }
        return shown;
      });
      if (options.json) printJson(preview);
      else print(previewText(preview));
    });
}

function previewText(preview: Preview): string {
  const { partners, changing, changes, moves, brake, properties, limits } = preview;
  const rows = statuses.flatMap((status) => {
    const [before, after] = [preview.before[status] ?? 0, preview.after[status] ?? 0];
    return before === 0 && after === 0 ? [] : [[statusNames[status], before, after, signed(after - before)]];
  });
  return [
    `${counted(partners, 'partner')} judged under both definitions: ${moves.toLocaleString('en')} would get another status, ${(changing - moves).toLocaleString('en')} only another primary reason.`,
    table(['status', 'now', 'with the draft', ''], rows),
    ...(changes.length === 0
      ? []
      : [
          '',
          `${changes.length < changing ? (changes.length === 1 ? 'Who changes most' : `The ${changes.length} that change most`) : 'Who changes'}:`,
          table(
            ['partner', 'from', 'to', 'why'],
            changes.map(({ id, name, from, to, sentence }) => [
              name ?? id,
              statusNames[from],
              statusNames[to],
              sentence ?? 'no reason any more',
            ]),
          ),
        ]),
    '',
    Object.keys(properties).length === 0
      ? 'No HubSpot property would change: workflows and lists see nothing of it.'
      : `What workflows and lists would see:\n${table(['property', 'partners'], Object.entries(properties))}`,
    '',
    brake.stops
      ? `The brake would stop the first run under the draft: it moves ${counted(brake.moves, 'status', 'statuses')}, ${brake.allowed} may move without a person's yes. \`rekindle preview --settings FILE --approve\` says yes.`
      : `The brake would let it through (it moves ${counted(brake.moves, 'status', 'statuses')}, ${brake.allowed} may move).`,
    ...limits,
  ].join('\n');
}

function signed(change: number): string {
  if (change === 0) return '';
  return change > 0 ? `+${change.toLocaleString('en')}` : change.toLocaleString('en');
}
