/**
 * What the extensions and the server say to each other. The server validates its own answers against these schemas in
 * tests; the extensions import the types only.
 */
import { z } from 'zod';
import { kinds } from '../model/kind.ts';
import { statuses } from '../model/verdict.ts';
import { recordedSchema } from './action-contract.ts';

const day = z.iso.date();
const instant = z.iso.datetime();

const reason = z.strictObject({
  code: z.string(),
  severity: z.enum(['cooling', 'at_risk', 'inactive']),
  sentence: z.string(),
  counterfactual: z.string(),
  since: day.nullable(),
  asOf: instant,
});

/** One play for one partner. */
const advice = z.strictObject({
  /** The play's id. */
  play: z.string(),
  title: z.string(),
  /** Why this, for this partner, in its own evidence. */
  because: z.array(z.string()).min(1),
  /** `owner`: who does it; null where the partner has no owner. */
  steps: z.array(z.strictObject({ text: z.string(), owner: z.string().nullable(), due: day })).min(1),
  /** Text for the task that its button creates. */
  taskSubject: z.string(),
  taskBody: z.string(),
  dueInDays: z.int().min(0),
});

/** The message to the partner. Where it is not ready, `body` is null and `missing` says what to fill in and where. */
const draft = z.strictObject({
  subject: z.string(),
  opening: z.string(),
  blocks: z.array(
    z.strictObject({
      title: z.string(),
      /** Whether the message may not go out without it. */
      needed: z.boolean(),
      text: z.string().nullable(),
      missing: z.string().nullable(),
    }),
  ),
  closing: z.string(),
  ready: z.boolean(),
  missing: z.array(z.string()),
  /** The whole message as plain text. */
  body: z.string().nullable(),
});

/** What may be offered to the partner if it is offered today. */
const incentive = z.strictObject({
  kind: z.enum(['temporary_commission', 'exclusive_voucher', 'first_sale_bonus']),
  title: z.string(),
  /** The most that the settings allow. */
  offer: z.string(),
  because: z.string(),
  from: day,
  until: day,
  /** Of a voucher alone. */
  code: z.string().nullable(),
  conditions: z.array(z.string()),
});

/** The play to do next, what else could be done, and what either of them needs. */
const recommendation = advice.extend({
  path: z.enum(['high_touch', 'assisted', 'automated']),
  others: z.array(advice),
  draft,
  questions: z.array(z.string()),
  incentive: incentive.nullable(),
});

const dataFreshness = z.strictObject({
  /** As of when HubSpot is known; null before the first sync. */
  syncedAt: instant.nullable(),
  /** True when the latest run failed or is more than a day old, or when a source did not complete. */
  stale: z.boolean(),
  sentence: z.string(),
});

export const cardPartnerSchema = z.strictObject({
  state: z.literal('judged'),
  /** Whether whoever looks may act on the partner, and why, or who can allow it. The server asks again with every press. */
  access: z.strictObject({ mayAct: z.boolean(), sentence: z.string() }),
  partner: z.strictObject({ id: z.string(), name: z.string(), owner: z.string().nullable() }),
  status: z.strictObject({
    value: z.enum(statuses),
    label: z.string(),
    since: day,
    previous: z.string().nullable(),
    /** One line: the verdict in words. */
    sentence: z.string(),
  }),
  health: z
    .strictObject({
      score: z.int().min(0).max(100),
      contributions: z.array(z.strictObject({ label: z.string(), points: z.int() })),
    })
    .nullable(),
  reasons: z.array(reason),
  unknowns: z.array(z.string()),
  lastActivity: z.strictObject({ day, kind: z.enum(kinds), label: z.string() }).nullable(),
  expectedInactiveDay: day.nullable(),
  /** What is usual for this partner, and what follows for the next 90 days; null where nothing was learned yet. */
  rhythm: z.strictObject({ evidence: z.string(), outlook: z.string() }).nullable(),
  recommendation: recommendation.nullable(),
  /** Why nothing is recommended although the partner is quiet: it is left alone; null for everybody else. */
  holdOut: z.strictObject({ until: day, sentence: z.string(), consequences: z.string() }).nullable(),
  /** Null where nobody has recorded anything about the partner. */
  recorded: recordedSchema.nullable(),
  freshness: dataFreshness,
  settings: z.strictObject({ version: z.int(), sentence: z.string() }),
});

/** Business answers travel in a 200: HubSpot's proxy wraps every other status (hubspot-platform.md 6.6). */
export const cardResponseSchema = z.discriminatedUnion('state', [
  cardPartnerSchema,
  /** The company is not a partner under the present definition. */
  z.strictObject({ state: z.literal('not_a_partner'), definition: z.string() }),
  /** A partner, or perhaps one, that no run has judged yet. */
  z.strictObject({ state: z.literal('not_judged_yet'), sentence: z.string() }),
]);
export type CardResponse = z.infer<typeof cardResponseSchema>;
export type CardPartner = z.infer<typeof cardPartnerSchema>;

/**
 * A play's button: creates the task of the recommended play, or of one of the others, once per episode and play, however
 * often it is pressed. `unclear`: HubSpot's answer was lost, and a person has to look whether the task is there.
 */
export const createTaskRequestSchema = z.strictObject({
  companyId: z.string().regex(/^\d{1,20}$/),
  play: z.string().min(1).max(64),
});
export const createTaskResponseSchema = z.strictObject({
  state: z.enum(['created', 'already_created', 'refused', 'unclear']),
  taskId: z.string().nullable(),
  sentence: z.string(),
});
export type CreateTaskResponse = z.infer<typeof createTaskResponseSchema>;

/**
 * The settings page asks what a draft would change, and asks again until the answer is ready: a large programme takes
 * longer than HubSpot waits. `busy`: somebody else's draft is being previewed.
 */
export const previewRequestSchema = z.strictObject({ settings: z.unknown() });
const previewedPartner = z.strictObject({
  id: z.string(),
  name: z.string().nullable(),
  from: z.enum(statuses),
  to: z.enum(statuses),
  fromReason: z.string().nullable(),
  toReason: z.string().nullable(),
  sentence: z.string().nullable(),
});
const statusCounts = z.partialRecord(z.enum(statuses), z.int());
export const previewResponseSchema = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('done'),
    partners: z.int(),
    before: statusCounts,
    after: statusCounts,
    changing: z.int(),
    changes: z.array(previewedPartner),
    moves: z.int(),
    brake: z.strictObject({ moves: z.int(), stops: z.boolean(), allowed: z.int() }),
    /** By HubSpot's property name: how many partners' values would change. */
    properties: z.record(z.string(), z.int()),
    limits: z.array(z.string()),
  }),
  z.strictObject({ state: z.literal('running'), judged: z.int(), retryAfterSeconds: z.int() }),
  z.strictObject({ state: z.literal('busy'), retryAfterSeconds: z.int() }),
  z.strictObject({ state: z.literal('invalid'), problems: z.array(z.string()).min(1) }),
  z.strictObject({ state: z.literal('refused'), sentence: z.string() }),
]);
export type PreviewResponse = z.infer<typeof previewResponseSchema>;

/** Every refusal, with the status code HubSpot's proxy reports. */
export const errorResponseSchema = z.strictObject({ error: z.string(), correlationId: z.string() });
