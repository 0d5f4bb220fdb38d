/** What the settings page and the server say to each other about verdicts that people call wrong. */
import { z } from 'zod';

const correction = z.strictObject({
  partner: z.strictObject({ id: z.string(), name: z.string() }),
  at: z.iso.datetime(),
  author: z.string(),
  /** In the person's own words. */
  said: z.string(),
  /** As the verdict stood when the person said so; null where there was none. */
  verdict: z
    .strictObject({ status: z.string(), health: z.int().nullable(), reasons: z.array(z.string()) })
    .nullable(),
  /** Whether another definition is in force than the one that the verdict followed. */
  rulesChanged: z.boolean(),
  /** What has become of definition and partner since. */
  since: z.string(),
});

/** `GET /settings/corrections`: the latest first, as many as a page shows, and how many there are. */
export const correctionsResponseSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('listed'), total: z.int(), corrections: z.array(correction) }),
  z.strictObject({ state: z.literal('forbidden'), sentence: z.string() }),
]);
export type CorrectionsResponse = z.infer<typeof correctionsResponseSchema>;
