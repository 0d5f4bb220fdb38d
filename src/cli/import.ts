/** `import`: activity that other systems recorded, from a CSV file. */
import { basename, extname } from 'node:path';
import { Option, type Command } from 'commander';
import { parseActivityCsv } from '../intake/csv.ts';
import { batchActivities, emptyIntakeReport, type IntakeReport } from '../intake/load.ts';
import { readCsvMap } from '../intake/map.ts';
import { declareSource, holdResolved, resolvePartners } from '../jobs/intake.ts';
import { earlierFileIn } from '../jobs/source-name.ts';
import type { Activity, Source, SourceState } from '../model/activity.ts';
import { exitCodes, UsageError } from '../model/errors.ts';
import type { Instant } from '../model/instant.ts';
import { upsertActivities } from '../store/activities.ts';
import type { Store } from '../store/connect.ts';
import { kindsOfSource } from '../store/sources.ts';
import { counted, print, printError, printJson } from './output.ts';
import { withStore } from './session.ts';

type Options = { format: 'auto' | 'rekindle'; map?: string; source?: string; dryRun?: true; json?: true };

export function addImport(program: Command): void {
  program
    .command('import <file>')
    .description('load activity from a CSV file; the same file twice changes nothing')
    .addOption(
      new Option('--format <name>', 'how the columns are named')
        .choices(['auto', 'rekindle'])
        .default('auto'),
    )
    .option('--map <file>', 'for other columns: a JSON file that says what they hold')
    .option('--source <name>', "the system's name; default: the file's name")
    .option('--dry-run', 'check every row; store nothing')
    .option('--json', 'print the report as JSON')
    .action(importFile);
}

type ImportResult = { stored: number; unchanged: number; unknownPartners: readonly string[] };

async function importFile(file: string, options: Options): Promise<void> {
  const map = options.map === undefined ? null : await readCsvMap(options.map);
  const source: Source = `csv:${options.source ?? basename(file, extname(file))}`;
  const now = Date.now();
  const report = emptyIntakeReport();
  const batches = (into: IntakeReport): AsyncGenerator<Activity[]> =>
    batchActivities(
      parseActivityCsv(file, { source, now, ...(map === null ? {} : { map }) }),
      rowsPerBatch,
      into,
    );
  const result: ImportResult = { stored: 0, unchanged: 0, unknownPartners: [] };
  let latest = Number.NEGATIVE_INFINITY;
  await withStore(async ({ store, signal }) => {
    if (options.source === undefined) {
      await assertNoEarlierFile(store, source, batches(emptyIntakeReport()));
    }
    for await (const batch of batches(report)) {
      signal.throwIfAborted();
      latest = Math.max(latest, ...batch.map(({ occurredAt }) => occurredAt));
      addUp(result, options.dryRun ? await resolveOnly(store, batch) : await storeBatch(store, batch));
    }
    const complete = report.rejected === 0 && result.unknownPartners.length === 0;
    if (!options.dryRun && report.accepted > 0) {
      await declare(store, { source, complete, completeUpTo: Math.min(latest, now) });
    }
  });
  show(report, result, { ...options, source });
}

/** @throws UsageError where the file may be an earlier one again */
async function assertNoEarlierFile(
  store: Store,
  source: Source,
  batches: AsyncIterable<readonly Activity[]>,
): Promise<void> {
  const earlier = await earlierFileIn(store, source, batches);
  if (earlier === null) return;
  throw new UsageError(
    `This file holds every row of the source ${earlier.source} (${counted(earlier.rows, 'row')}), and nothing was stored. If it is that ` +
      `one again, renamed or mended, import it with ${optionOf(earlier.source)}; if it comes from another system, with ${optionOf(source)}.`,
  );
}

/** Rows per transaction: one bulk statement. */
const rowsPerBatch = 10_000;

/**
 * Stores activities whose `partnerId` is a company id or the other system's id of the partner.
 * @param completeUpTo up to when they are all there is
 */
export async function importActivities(
  store: Store,
  activities: readonly Activity[],
  completeUpTo: Instant,
): Promise<ImportResult> {
  const result: ImportResult = { stored: 0, unchanged: 0, unknownPartners: [] };
  for (let start = 0; start < activities.length; start += rowsPerBatch) {
    addUp(result, await storeBatch(store, activities.slice(start, start + rowsPerBatch)));
  }
  for (const source of new Set(activities.map((activity) => activity.source))) {
    await declare(store, { source, complete: result.unknownPartners.length === 0, completeUpTo });
  }
  return result;
}

async function storeBatch(store: Store, batch: readonly Activity[]): Promise<ImportResult> {
  return await store.db.transaction().execute(async (transaction) => {
    const { known, unknownPartners } = await holdResolved(transaction, batch);
    const { inserted, changed, unchanged } = await upsertActivities(transaction, known);
    return { stored: inserted + changed, unchanged, unknownPartners };
  });
}

async function resolveOnly(store: Store, batch: readonly Activity[]): Promise<ImportResult> {
  const { known, unknownPartners } = await resolvePartners(store.db, batch);
  return { stored: known.length, unchanged: 0, unknownPartners };
}

function addUp(result: ImportResult, part: ImportResult): void {
  result.stored += part.stored;
  result.unchanged += part.unchanged;
  result.unknownPartners = [...new Set([...result.unknownPartners, ...part.unknownPartners])];
}

/** A file with rows we could not use, or of partners we do not know, leaves its source incomplete. */
async function declare(store: Store, state: Omit<SourceState, 'kinds'>): Promise<void> {
  await store.db.transaction().execute(async (transaction) => {
    const told = await kindsOfSource(transaction, state.source);
    await declareSource(transaction, { ...state, told });
  });
}

type Shown = Omit<Options, 'source'> & { readonly source: Source };

/** As it is typed; a file's name may have spaces. */
function optionOf(source: Source): string {
  const name = source.slice('csv:'.length);
  return `\`--source ${/^[\w.-]+$/.test(name) ? name : JSON.stringify(name)}\``;
}

function show(report: IntakeReport, result: ImportResult, options: Shown): void {
  const { source } = options;
  for (const { problem } of report.problems) printError(problem);
  // Nothing was told of a source of which no row could be used.
  if (report.rejected > 0 && report.accepted > 0) {
    printError(
      `Mend these rows or take them out, and import the whole file again with ${optionOf(source)}: until then ${source} ` +
        `${options.dryRun ? 'would be' : 'is'} incomplete, and its silence makes nobody inactive.`,
    );
  }
  if (report.rejected > 0 || result.unknownPartners.length > 0) process.exitCode = exitCodes.failed;
  if (options.json) {
    printJson({ ...report, ...result, source, dryRun: options.dryRun ?? false });
    return;
  }
  const verb = options.dryRun ? 'would be stored' : 'stored';
  print(
    `${counted(report.rows, 'row')} read, ${result.stored} ${verb}, ${result.unchanged} already there, ${report.rejected} rejected.`,
  );
  if (result.unknownPartners.length > 0) {
    print(
      `${counted(result.unknownPartners.length, 'id belongs', 'ids belong')} to no known partner (${result.unknownPartners.slice(0, 5).join(', ')}). ` +
        `Map the external id in the settings or run \`rekindle sync\` first, then import the file again with ${optionOf(source)}.`,
    );
  }
}
