/** What `POST /v1/activities` answers, in the words of the rows. Refusals have the shape of all refusals (contract.ts). */
import { z } from 'zod';

const count = z.int().min(0);

/** received = accepted + duplicates + rejected. */
export const batchAnswerSchema = z.strictObject({
  received: count,
  accepted: count,
  duplicates: count,
  rejected: count,
  /** One for each rejected row; `index` counts the rows of the batch from 0. */
  problems: z.array(z.strictObject({ index: count, field: z.string().nullable(), problem: z.string() })),
  source: z.strictObject({
    name: z.string(),
    complete: z.boolean(),
    complete_up_to: z.iso.datetime().nullable(),
    sentence: z.string(),
  }),
});
export type BatchAnswer = z.infer<typeof batchAnswerSchema>;
