/** `GET /card/history`: how a partner has stood and what it has done, for the card's charts. */
import { z } from 'zod';
import { statuses } from '../model/verdict.ts';

/** A month of the portal's calendar, `YYYY-MM`. */
const month = z.string().regex(/^\d{4}-\d{2}$/);

export const historyResponseSchema = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('known'),
    /** Oldest first; the last is the present one, up to today. Activities that were known when the partner was last read. */
    months: z.array(
      z.strictObject({
        month,
        /** Deals, orders, clicks and the like. */
        business: z.int(),
        /** Logins, replies, meetings, trainings. */
        engagement: z.int(),
        /** How many of its days the partner stood in each status; days before the first verdict are absent. */
        days: z.partialRecord(z.enum(statuses), z.int()),
      }),
    ),
    /** Changes of status, newest first. */
    changes: z.array(
      z.strictObject({
        day: z.iso.date(),
        from: z.string().nullable(),
        to: z.string(),
        status: z.enum(statuses),
        /** The first reason of then, in a sentence; null where there was none or it was not kept. */
        because: z.string().nullable(),
      }),
    ),
    /** More changes are on record than are shown. */
    more: z.boolean(),
  }),
  z.strictObject({ state: z.literal('nothing_known'), sentence: z.string() }),
]);
export type HistoryResponse = z.infer<typeof historyResponseSchema>;
