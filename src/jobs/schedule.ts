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

/** The same slot of the same job has the same id in every process, so that the queue takes it only once. */
export function slotId(job: string, slot: Slot): string {
  const hex = createHash('sha256')
    .update(`${job} ${toIso(slot)}`)
    .digest('hex');
  // A UUID of version 8: "custom", made of a hash (RFC 9562 section 5.8).
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
