/** `backtest`: what Rekindle would have said on a day in the past, against what happened after it. */
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Context } from '../assess/assess.ts';
import { backtest, type Backtest, type BacktestOptions, type Prediction } from '../insight/backtest.ts';
import type { LogPartner } from '../insight/log.ts';
import { parseActivityCsv } from '../intake/csv.ts';
import { readCsvMap } from '../intake/map.ts';
import { UsageError } from '../model/errors.ts';
import { streamNames, streams, type Stream } from '../model/cadence.ts';
import { toDayNumber } from '../model/calendar.ts';
import { dayOf, type Day } from '../model/instant.ts';
import { defaultFalseAlarmShare } from '../model/settings.ts';
import { readPortal } from '../store/portal.ts';
import { currentSettings } from '../store/settings.ts';
import { readSourceStates } from '../store/sources.ts';
import { streamPartnersToAssess } from '../store/timelines.ts';
import { backtestText } from './backtest-text.ts';
import { logPartners, logSettings, logSource, pooledKind } from './backtest-log.ts';
import { calendarDay, endOfDay, wholeNumber } from './options.ts';
import { counted, print, printError, printJson } from './output.ts';
import { withStore } from './session.ts';

type Options = {
  events?: string;
  map?: string;
  asOf: Day;
  horizonDays: number;
  budget: number;
  stream?: Stream;
  predictions?: string;
  json?: true;
};

export function addBacktest(program: Command): void {
  program
    .command('backtest')
    .description("test the predictions on the past: the portal's own history, or any event log")
    .requiredOption('--as-of <date>', 'the day up to which everything is known', pastDay)
    .option('--events <file>', "a log in the columns of `import`; the portal's own history without it")
    .option('--map <file>', 'for other columns: a JSON file that says what they hold')
    .option('--horizon-days <days>', 'how far to look ahead', wholeNumber(1, 3650), 182)
    .option(
      '--budget <share>',
      'false alarms: the share of silences that end by themselves',
      budget,
      defaultFalseAlarmShare,
    )
    .addOption(
      new Option(
        '--stream <name>',
        'only business, or only engagement; otherwise all that partners do',
      ).choices(Object.keys(streams)),
    )
    .option('--predictions <file>', 'write one row per partner: partner_id,status,p_alive,p_active,surprise')
    .option('--json', 'print the report as JSON')
    .action(runBacktest);
}

function pastDay(text: string): Day {
  const day = calendarDay(text);
  if (day > dayOf(Date.now(), 'UTC')) {
    throw new InvalidArgumentError('Use a day that has come: of later ones nothing is known.');
  }
  return day;
}

function budget(text: string): number {
  const share = Number(text);
  if (!(share > 0 && share < 1)) throw new InvalidArgumentError('Use a share such as 0.05.');
  return share;
}

async function runBacktest(options: Options): Promise<void> {
  const { log, judging, name, judgedAs } =
    options.events === undefined ? await ownHistory(options) : await eventLog(options.events, options);
  const result = backtest(log, judging, {
    asOfDay: toDayNumber(options.asOf),
    horizonDays: options.horizonDays,
    falseAlarmShare: options.budget,
    stream: options.stream ?? null,
    judgedAs,
  });
  if (result === null) {
    throw new UsageError(
      options.stream === undefined
        ? `${name} has nothing that a partner did up to ${options.asOf} (what we send does not count), so there is nothing to predict from. Use a later --as-of.`
        : `${name} has nothing that a partner did in ${streamNames[options.stream].toLowerCase()} up to ${options.asOf}, so there is nothing to predict from. Use a later --as-of, or leave out --stream.`,
    );
  }
  if (options.predictions !== undefined) {
    await writeFile(options.predictions, predictionsCsv(result.predictions)).catch((error: unknown) => {
      throw new UsageError(
        `${options.predictions} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
    printError(
      `${counted(result.predictions.length, 'prediction')} written to ${basename(options.predictions)}.`,
    );
  }
  if (options.json) {
    const { predictions: _many, ...report } = result satisfies Backtest;
    printJson(report);
  } else print(backtestText(result, name));
}

type Given = {
  readonly judgedAs: BacktestOptions['judgedAs'];
  readonly log: readonly LogPartner[];
  readonly judging: Omit<Context, 'cadence'>;
  readonly name: string;
};

async function eventLog(file: string, { map: mapFile, asOf }: Options): Promise<Given> {
  const map = mapFile === undefined ? null : await readCsvMap(mapFile);
  const name = basename(file);
  const rows = parseActivityCsv(file, {
    source: logSource,
    now: Date.now(),
    ...(map === null ? {} : { map }),
  });
  const log = await logPartners(rows, name);
  const now = endOfDay(asOf, 'UTC');
  return {
    log,
    name,
    judgedAs: pooledKind,
    judging: {
      settings: { version: 1, settings: logSettings },
      sources: [{ source: logSource, complete: true, completeUpTo: now, kinds: [pooledKind] }],
      timeZone: 'UTC',
      now,
      facts: null,
    },
  };
}

/** What the store knows today: partners that left meanwhile, and activity that came late, are as they are known now. */
async function ownHistory({ asOf }: Options): Promise<Given> {
  return await withStore(async ({ store }) => {
    const [settings, portal] = [await currentSettings(store.db), await readPortal(store.db)];
    if (settings === null || portal === null) {
      throw new UsageError(
        'There is no history yet. Run `rekindle run` first, or give a log with --events FILE.csv.',
      );
    }
    const log: LogPartner[] = [];
    const everybody = { now: Date.now(), settingsVersion: settings.version, all: true, batchSize: 1000 };
    for await (const page of streamPartnersToAssess(store.db, everybody)) log.push(...page);
    const sources = await readSourceStates(store.db);
    const now = endOfDay(asOf, 'UTC');
    const judging = {
      settings,
      sources,
      timeZone: portal.timeZone,
      now,
      facts: null,
    };
    return { log, name: "The portal's own history", judging, judgedAs: null };
  });
}

function predictionsCsv(predictions: readonly Prediction[]): string {
  const lines = predictions.map(({ partnerId, status, alive, active, surprise }) =>
    [quoted(partnerId), status, ...[alive, active, surprise].map(decimal)].join(','),
  );
  return `${['partner_id,status,p_alive,p_active,surprise', ...lines].join('\n')}\n`;
}

/** Never with an exponent, which not every reader takes, and with as many digits as tell two partners apart. */
function decimal(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  return value.toFixed(Math.min(mostDigits, digitsTold - Math.floor(Math.log10(value))));
}

const digitsTold = 16;
/** As many as `toFixed` can write. */
const mostDigits = 100;

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
