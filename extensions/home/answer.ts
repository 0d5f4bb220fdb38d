/** What the home page reads of the server's answer (src/web/home-contract.ts); on nothing else it depends. */
import {
  byState,
  count,
  day,
  instant,
  list,
  nullable,
  shape,
  text,
  truth,
  type Decoded,
} from '../shared/decode.ts';

/** A status of a newer server is shown by its label, in the usual colour. */
const status = shape({ value: text, label: text });
const partner = shape({ id: text, name: text, owner: nullable(text) });

const movements = shape({
  total: count,
  shown: list(shape({ partner, from: status, to: status, since: day, because: nullable(text) })),
});

const week = shape({
  owner: text,
  yours: truth,
  thisWeek: list(
    shape({
      partner,
      status,
      because: nullable(text),
      action: nullable(text),
      potential: nullable(text),
      bestYear: nullable(text),
    }),
  ),
  waiting: count,
});

const run = shape({ startedAt: instant, outcome: text, sentence: text });

const knownCorrections = nullable(text);
/** An older server does not count them. */
const corrections: typeof knownCorrections = (value, at) =>
  value === undefined ? null : knownCorrections(value, at);

const knownLift = list(text);
/** An older server says nothing of it. */
const lift: typeof knownLift = (value, at) => (value === undefined ? [] : knownLift(value, at));

const overview = shape({
  partners: count,
  statuses: list(shape({ value: text, label: text, partners: count, weekAgo: nullable(count) })),
  trend: list(shape({ day, counts: list(shape({ value: text, label: text, partners: count })) })),
  definitionChanges: list(text),
  fell: movements,
  cameBack: movements,
  queue: shape({ sentence: text, weeks: list(week), others: count }),
  reasons: list(shape({ code: text, label: text, partners: count })),
  corrections,
  issues: list(shape({ id: count, sentence: text, advice: text })),
  lift,
  freshness: shape({ stale: truth, sentence: text }),
  runs: list(run),
  rhythms: text,
  definition: text,
});

const beforeFirstRun = shape({ sentence: text, runs: list(run) });

export type Status = Decoded<typeof status>;
export type Movements = Decoded<typeof movements>;
export type OwnersWeek = Decoded<typeof week>;
export type Run = Decoded<typeof run>;

export const homeAnswer = byState({ ready: overview, before_first_run: beforeFirstRun });
export type HomeAnswer = Decoded<typeof homeAnswer>;
export type Overview = Extract<HomeAnswer, { state: 'ready' }>;
