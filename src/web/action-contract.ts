/** What the card and the server say to each other about actions on a partner. The extensions import the types only. */
import { z } from 'zod';
import { actionNames } from '../model/partner-action.ts';

const text = z.string().max(8000);

/** What a person fills in; what an action does not ask for is ignored, what it needs and lacks is told in a sentence. */
export const actionFieldsSchema = z.object({
  way: text.optional(),
  on: text.optional(),
  note: text.optional(),
  followUpOn: text.optional(),
  cause: text.optional(),
  saidBy: text.optional(),
  until: text.optional(),
  days: text.optional(),
  reason: text.optional(),
  reviewOn: text.optional(),
  because: text.optional(),
  dueOn: text.optional(),
  decision: text.optional(),
});
export type ActionFields = z.infer<typeof actionFieldsSchema>;

/** `requestKey` is made once per press: pressed again, or sent again by HubSpot, it is answered as the first time. */
export const actionRequestSchema = z.strictObject({
  companyId: z.string().regex(/^\d{1,20}$/),
  requestKey: z.string().regex(/^[\w-]{8,64}$/),
  action: z.enum(actionNames),
  ...actionFieldsSchema.shape,
});

/** `unchanged`: it was so already. `unclear`: done but for a note of which nobody knows. */
export const actionResponseSchema = z.strictObject({
  state: z.enum(['done', 'unchanged', 'unclear', 'refused']),
  sentence: z.string(),
});
export type ActionResponse = z.infer<typeof actionResponseSchema>;

const day = z.iso.date();
const named = z.strictObject({ value: z.string(), label: z.string() });

/** What people have recorded about the partner, as HubSpot shows it; null where nobody has. */
export const recordedSchema = z.strictObject({
  snoozedUntil: day.nullable(),
  excludedBecause: z.string().nullable(),
  rootCause: named.nullable(),
  planStage: named.nullable(),
  decision: named.nullable(),
  decisionDueOn: day.nullable(),
  nextReviewOn: day.nullable(),
});
export type Recorded = z.infer<typeof recordedSchema>;
