/** Which sample account a demo shows, and its clock. */
import { createHash, randomBytes } from 'node:crypto';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { presets } from '../assess/presets.ts';
import { parseActivityCsv } from '../intake/csv.ts';
import { readCsvMap } from '../intake/map.ts';
import { UsageError } from '../model/errors.ts';
import type { Activity } from '../model/activity.ts';
import { millisecondsPerDay, type Day, type Instant } from '../model/instant.ts';
import { createEventsPortal } from '../sandbox/programmes/events.ts';
import { createProgramme, type ProgrammeName } from '../sandbox/programmes/programmes.ts';
import type { PortalSeed } from '../sandbox/seed.ts';
import { endOfDay } from './options.ts';
import { counted } from './output.ts';

export type DemoPortalOptions = {
  readonly programme: ProgrammeName;
  readonly partners: number;
  readonly seed: number;
  readonly asOf: Day | null;
  readonly now: Instant;
};

/** A sample account and what time it is there. */
export type DemoPortal = {
  readonly seed: PortalSeed;
  readonly clock: () => Instant;
  /** The instant to judge at; null for now. */
  readonly asOf: Instant | null;
  /** Up to when the account's other systems know; nothing happens in them after the account was made. */
  readonly madeAt: Instant;
  /** Names the account's files and database. */
  readonly key: string;
};

/** @param madeAt the instant at which the account was first made; a demo of the next day shows it a day older */
export function createDemoPortal(options: DemoPortalOptions, madeAt: Instant): DemoPortal {
  const { programme, partners, seed: seedNumber } = options;
  const seed = createProgramme({ programme, partners, seed: seedNumber, now: madeAt });
  return { seed, ...clockOf(options, seed.timeZone), madeAt, key: demoKey(options) };
}

/** The instant at which an account that is made now is made: a whole day, so that a day has one account. */
export function makingInstant({ asOf, now }: Pick<DemoPortalOptions, 'asOf' | 'now'>): Instant {
  return asOf === null ? Math.floor(now / millisecondsPerDay) * millisecondsPerDay : endOfDay(asOf, 'UTC');
}

export function demoKey({
  programme,
  partners,
  seed,
}: Pick<DemoPortalOptions, 'programme' | 'partners' | 'seed'>): string {
  return `${programme}_${partners}_${seed}`;
}

/** An account made of a log of real events. @throws UsageError when the log has rows that cannot be read */
export async function createDemoPortalFromEvents(
  file: string,
  options: { map: string | null; asOf: Day | null; now: Instant },
): Promise<DemoPortal> {
  const name = basename(file);
  const map = options.map === null ? null : await readCsvMap(options.map);
  const rows = parseActivityCsv(file, {
    source: 'csv:events',
    now: options.now,
    ...(map === null ? {} : { map }),
  });
  const activities: Activity[] = [];
  const problems: string[] = [];
  for await (const row of rows) {
    if ('problem' in row) problems.push(row.problem);
    else activities.push(row.activity);
  }
  if (problems.length > 0) {
    throw new UsageError(
      `${name} has ${counted(problems.length, 'row')} that cannot be read; nothing was loaded.\n${problems.slice(0, 3).join('\n')}`,
    );
  }
  const clock = clockOf(options, 'UTC');
  const seed = await createEventsPortal({
    activities,
    now: clock.asOf ?? options.now,
    settings: eventSettings,
    name,
  });
  const hash = createHash('sha256').update(JSON.stringify(activities)).digest('hex');
  return { seed, ...clock, madeAt: clock.asOf ?? options.now, key: `events_${hash.slice(0, 12)}` };
}

/** Invoices are wins; that somebody opened a deal first is not in the log. */
const eventSettings = {
  ...presets.reseller,
  mapping: {
    ...presets.reseller.mapping,
    deals: [{ pipelines: null, created: null, won: 'deal_won' as const }],
  },
};

function clockOf(options: { asOf: Day | null }, timeZone: string): Pick<DemoPortal, 'clock' | 'asOf'> {
  if (options.asOf === null) return { clock: Date.now, asOf: null };
  const asOf = endOfDay(options.asOf, timeZone);
  return { clock: () => asOf, asOf };
}

export type DemoAccount = {
  /** When the account was first made: the demo of another day shows the same account, aged. */
  readonly anchor: Instant;
  /** Where the sandbox keeps what was changed. */
  readonly stateFile: string;
  readonly database: string;
};

const accountSchema = z.strictObject({ anchor: z.number(), id: z.string().regex(/^[0-9a-f]{8}$/) });

/**
 * The account that earlier demos under this key have left, or a new one. Account and database belong together: where
 * the account's state is gone, a database that believes to have written it would never write again.
 */
export async function openDemoAccount(folder: string, key: string, now: Instant): Promise<DemoAccount> {
  const file = join(folder, `${key}.account.json`);
  const stateFile = join(folder, `${key}.json`);
  await mkdir(folder, { recursive: true });
  const known = (await exists(stateFile)) ? await readAccount(file) : null;
  const account = known ?? { anchor: now, id: randomBytes(4).toString('hex') };
  if (known === null) await writeFile(file, JSON.stringify(account));
  return { anchor: account.anchor, stateFile, database: `demo_${key}_${account.id}` };
}

async function readAccount(file: string): Promise<z.infer<typeof accountSchema> | null> {
  if (!(await exists(file))) return null;
  const parsed = accountSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  return parsed.success ? parsed.data : null;
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
