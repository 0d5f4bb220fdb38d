/**
 * The programme's median of clicks, which the conversion rule compares a partner's with. It moves a little with
 * everybody's clicks every day, so it is measured once a week and kept until it has moved by a tenth: otherwise everyone
 * would have to be judged every night.
 */
import { millisecondsPerDay, type Instant } from '../model/instant.ts';
import type { Settings, SettingsVersion } from '../model/settings.ts';
import {
  programmeMedianClicks,
  readClickMedian,
  saveClickMedian,
  touchClicking,
  type ClickMedian,
} from '../store/click-median.ts';
import type { Store } from '../store/connect.ts';
import { fenced, type Lease } from '../store/lease.ts';
import type { Db } from '../store/tables.ts';

const keptMs = 7 * millisecondsPerDay;
const smallestMove = 0.1;

/** The longest window of the conversion rules; null where there are none, and nobody asks for the median. */
function windowOf({ rules }: Settings): number | null {
  const windows = rules.filter(({ test }) => test === 'conversion').map(({ windowDays }) => windowDays);
  return windows.length === 0 ? null : Math.max(...windows);
}

function isRecent(kept: ClickMedian, now: Instant): boolean {
  return Math.abs(now - kept.measuredAt) < keptMs;
}

async function measure(db: Db, windowDays: number, now: Instant): Promise<number | null> {
  return await programmeMedianClicks(db, { from: now - windowDays * millisecondsPerDay, to: now });
}

function hasMoved(kept: number | null, measured: number | null): boolean {
  if (kept === null || measured === null) return kept !== measured;
  return Math.abs(measured - kept) > smallestMove * kept;
}

/** The median to judge by; null where no rule asks for it or nobody has clicked. Keeps nothing. */
export async function clickMedianFor(db: Db, settings: Settings, now: Instant): Promise<number | null> {
  const windowDays = windowOf(settings);
  if (windowDays === null) return null;
  const kept = await readClickMedian(db, windowDays);
  if (kept !== null && isRecent(kept, now)) return kept.median;
  const measured = await measure(db, windowDays, now);
  return kept === null || hasMoved(kept.median, measured) ? measured : kept.median;
}

/** Measures it again when that is due. Where it has moved, whoever clicks is judged anew. */
export async function renewClickMedian(context: {
  readonly store: Store;
  readonly lease: Lease;
  readonly settings: SettingsVersion;
  readonly now: Instant;
}): Promise<void> {
  const { store, lease, settings, now } = context;
  const windowDays = windowOf(settings.settings);
  if (windowDays === null) return;
  const kept = await readClickMedian(store.db, windowDays);
  if (kept !== null && isRecent(kept, now)) return;
  const measured = await measure(store.db, windowDays, now);
  const moved = kept === null || hasMoved(kept.median, measured);
  await fenced(store.db, lease, async (transaction) => {
    await saveClickMedian(transaction, windowDays, {
      median: moved ? measured : kept.median,
      measuredAt: now,
    });
    if (moved) await touchClicking(transaction);
  });
}
