/** Which sample account a demo shows, and its clock. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
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
  /** Names the account's files and database. */
  readonly key: string;
};

/** @param anchor the instant at which the account was first made; a demo of the next day shows it a day older */
export function createDemoPortal(options: DemoPortalOptions, anchor: Instant | null = null): DemoPortal {
  const { programme, partners, seed: seedNumber } = options;
  const madeAt = anchor ?? (options.asOf === null ? options.now : endOfDay(options.asOf, 'UTC'));
  const seed = createProgramme({ programme, partners, seed: seedNumber, now: madeAt });
  return { seed, ...clockOf(options, seed.timeZone), key: demoKey(options) };
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
      `${name} has ${problems.length} rows that cannot be read; nothing was loaded.\n${problems.slice(0, 3).join('\n')}`,
    );
  }
  const clock = clockOf(options, 'UTC');
  const seed = await createEventsPortal({
    activities,
    now: clock.asOf ?? options.now,
    settings: eventSettings,
    name,
  });
  const hash = createHash('sha256')
    .update(activities.map(({ partnerId }) => partnerId).join(' '))
    .digest('hex');
  return { seed, ...clock, key: `events_${hash.slice(0, 12)}` };
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

/**
 * When an account was first made. Kept beside its state, so that the demo of another day shows the same account, aged.
 * An --as-of is its own anchor and needs none.
 */
export async function rememberAnchor(folder: string, key: string, now: Instant): Promise<Instant> {
  const file = join(folder, `${key}.anchor`);
  await mkdir(folder, { recursive: true });
  const known = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (known !== null && /^\d+$/.test(known)) return Number(known);
  const anchor = Math.floor(now / millisecondsPerDay) * millisecondsPerDay;
  await writeFile(file, String(anchor));
  return anchor;
}
