/** What the home page and the server say to each other; see contract.ts for the rules of all such answers. */
import { z } from 'zod';
import { statuses } from '../model/verdict.ts';

const day = z.iso.date();
const instant = z.iso.datetime();
const status = z.strictObject({ value: z.enum(statuses), label: z.string() });

const person = z.strictObject({ id: z.string(), name: z.string(), owner: z.string().nullable() });

const movement = z.strictObject({
  partner: person,
  from: status,
  to: status,
  since: day,
  /** Why it fell, or what it did when it came back; null where nothing is known of that. */
  because: z.string().nullable(),
});
const movements = z.strictObject({ total: z.int(), shown: z.array(movement) });

const queued = z.strictObject({
  partner: person,
  status,
  because: z.string().nullable(),
  /** The play that fits; null where none does. */
  action: z.string().nullable(),
  potential: z.string().nullable(),
  /** In the portal's currency, as text for people; null where no amount is known. */
  bestYear: z.string().nullable(),
});

const ownersWeek = z.strictObject({
  owner: z.string(),
  /** Whether it is the person who looks. */
  yours: z.boolean(),
  thisWeek: z.array(queued),
  waiting: z.int(),
});

const run = z.strictObject({
  startedAt: instant,
  outcome: z.enum(['ok', 'partial', 'failed', 'aborted', 'running']),
  sentence: z.string(),
});

const overview = z.strictObject({
  state: z.literal('ready'),
  partners: z.int(),
  /** In the order of the model; those that nobody has are absent. `weekAgo` is null where nobody was judged then. */
  statuses: z.array(status.extend({ partners: z.int(), weekAgo: z.int().nullable() })),
  trend: z.array(z.strictObject({ day, counts: z.array(status.extend({ partners: z.int() })) })),
  /** What else may have moved the trend: definitions that came into force in its time. */
  definitionChanges: z.array(z.string()),
  fell: movements,
  cameBack: movements,
  queue: z.strictObject({
    sentence: z.string(),
    weeks: z.array(ownersWeek),
    /** Owners with work of whom nothing is shown. */
    others: z.int(),
  }),
  reasons: z.array(z.strictObject({ code: z.string(), label: z.string(), partners: z.int() })),
  /** How many verdicts people called wrong of late, in words; null where nobody did. */
  corrections: z.string().nullable(),
  issues: z.array(z.strictObject({ id: z.int(), sentence: z.string(), advice: z.string() })),
  /** What re-engaging brings, a sentence or two for each window; empty where nothing is measured. */
  lift: z.array(z.string()),
  freshness: z.strictObject({ syncedAt: instant.nullable(), stale: z.boolean(), sentence: z.string() }),
  runs: z.array(run),
  /** How well the portal's own past was foretold, in words. */
  rhythms: z.string(),
  definition: z.string(),
});

export const homeResponseSchema = z.discriminatedUnion('state', [
  overview,
  z.strictObject({ state: z.literal('before_first_run'), sentence: z.string(), runs: z.array(run) }),
]);
export type HomeResponse = z.infer<typeof homeResponseSchema>;
export type HomeOverview = z.infer<typeof overview>;
