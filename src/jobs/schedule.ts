/** When the nightly run is due. Pure: the clock asks, the database makes sure that a slot runs only once. */
import { createHash } from 'node:crypto';
import { millisecondsPerDay, toIso, type Instant } from '../model/instant.ts';

/** A due time of a job. */
export type Slot = Instant;

/**
 * The latest slot that has come, of a daily job at `timeUtc` (`HH:MM`). UTC, because a local time may not exist on the
 * day a clock changes, and node-cron then leaves the run out (reliability.md, fact 8).
 */
export function latestSlot(now: Instant, timeUtc: string): Slot {
  const [hours = 0, minutes = 0] = timeUtc.split(':').map(Number);
  const startOfUtcDay = Math.floor(now / millisecondsPerDay) * millisecondsPerDay;
  const today = startOfUtcDay + (hours * 60 + minutes) * 60_000;
  return today <= now ? today : today - millisecondsPerDay;
}

/**
 * The slot to run now, or null. A slot that passed while nobody was there is caught up, but never one from before the
 * installation's first finished run: the first run is a person's decision.
 */
export function dueSlot(now: Instant, timeUtc: string, latestFinishedRunAt: Instant | null): Slot | null {
  if (latestFinishedRunAt === null) return null;
  const slot = latestSlot(now, timeUtc);
  return slot > latestFinishedRunAt ? slot : null;
}

/** What the schedule needs to know of the latest run of the nightly kind that has ended. */
export type EndedRun = {
  readonly startedAt: Instant;
  readonly asOf: Instant;
  /** When it goes on, if it ran out of the day's requests. */
  readonly resumeAt: Instant | null;
};

export type Due = { readonly what: 'nightly run' | 'resumed run'; readonly slot: Slot };

/**
 * The run to enqueue now, or null. A run that waits for requests goes on when there are some; the nightly slots that
 * pass while it waits are its own, and a slot that came after it could go on covers it. One that judged another day
 * than its own is not gone on with: the nightly run is another one.
 */
export function dueRun(now: Instant, timeUtc: string, ended: EndedRun | null): Due | null {
  const slot = dueSlot(now, timeUtc, ended?.startedAt ?? null);
  const resumeAt = ended?.asOf === ended?.startedAt ? (ended?.resumeAt ?? null) : null;
  if (resumeAt !== null && resumeAt > now) return null;
  if (resumeAt !== null && (slot === null || slot <= resumeAt))
    return { what: 'resumed run', slot: resumeAt };
  return slot === null ? null : { what: 'nightly run', slot };
}

/** HubSpot's search index is behind by minutes at most; an hour is what others wait, too (reliability.md, fact 3). */
const secondPassAfterMs = 3_600_000;
/** Later than this, the next nightly run is near and looks at the same hours. */
const secondPassWithinMs = 12 * 3_600_000;

/**
 * When to look for what the search index showed late, or null: once, an hour after a run that ended well began.
 * @param ended the latest run of the nightly kind that has ended
 * @param latestSecondPassAt when the latest second pass began
 */
export function dueSecondPass(
  now: Instant,
  ended: { readonly startedAt: Instant; readonly endedWell: boolean } | null,
  latestSecondPassAt: Instant | null,
): Slot | null {
  if (ended === null || !ended.endedWell) return null;
  const slot = ended.startedAt + secondPassAfterMs;
  if (now < slot || now >= slot + secondPassWithinMs) return null;
  return latestSecondPassAt !== null && latestSecondPassAt >= slot ? null : slot;
}

/** The same slot of the same job has the same id in every process, so that the queue takes it only once. */
export function slotId(job: string, slot: Slot): string {
  const hex = createHash('sha256')
    .update(`${job} ${toIso(slot)}`)
    .digest('hex');
  // A UUID of version 8: "custom", made of a hash (RFC 9562 section 5.8).
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
