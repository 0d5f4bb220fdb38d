import { setTimeout as delay } from 'node:timers/promises';

/**
 * What `work` brings within `ms`, else `otherwise`; the work goes on, and whoever keeps it has it for the next question.
 * HubSpot's proxy gives up after 15 s (hubspot-platform.md 6.6), while our own repeats of a request may take minutes.
 */
export function inTime<T>(work: Promise<T>, ms: number, otherwise: T): Promise<T> {
  return Promise.race([work, delay(ms, otherwise, { ref: false })]);
}
