/** What the card reads of the server's answers (src/web/contract.ts); everything else it does not depend on. */
import type { Status } from '../../src/model/verdict.ts';
import {
  byState,
  count,
  day,
  instant,
  list,
  nullable,
  oneOf,
  shape,
  text,
  truth,
  type Decoded,
} from '../shared/decode.ts';

/** Every status, so that a new one cannot be forgotten here: the compiler compares the keys. */
const statusKeys: Readonly<Record<Status, true>> = {
  active: true,
  cooling: true,
  at_risk: true,
  inactive: true,
  never_activated: true,
  reactivated: true,
  excluded: true,
  unknown: true,
};
// Object.keys says string; the record above says which.
const statuses = Object.keys(statusKeys) as Status[];

const reason = shape({
  code: text,
  severity: oneOf(['cooling', 'at_risk', 'inactive']),
  sentence: text,
  counterfactual: text,
  since: nullable(day),
  asOf: instant,
});

const adviceFields = {
  play: text,
  title: text,
  because: list(text),
  steps: list(shape({ text, owner: nullable(text), due: day })),
  taskSubject: text,
  taskBody: text,
  dueInDays: count,
};
const advice = shape(adviceFields);

const recommendation = shape({
  ...adviceFields,
  others: list(advice),
  draft: shape({
    subject: text,
    opening: text,
    blocks: list(shape({ title: text, needed: truth, text: nullable(text), missing: nullable(text) })),
    closing: text,
    ready: truth,
    missing: list(text),
    body: nullable(text),
  }),
  questions: list(text),
  incentive: nullable(
    shape({
      title: text,
      offer: text,
      because: text,
      from: day,
      until: day,
      code: nullable(text),
      conditions: list(text),
    }),
  ),
});

const knownRhythm = nullable(shape({ evidence: text, outlook: text }));
/** A server from before there were rhythms says nothing of them. */
const rhythm: typeof knownRhythm = (value, at) => (value === undefined ? null : knownRhythm(value, at));

const label = nullable(shape({ label: text }));
const knownRecorded = nullable(
  shape({
    snoozedUntil: nullable(day),
    excludedBecause: nullable(text),
    rootCause: label,
    planStage: label,
    decision: label,
    decisionDueOn: nullable(day),
    nextReviewOn: nullable(day),
  }),
);
/** An older server says nothing of it. */
const recorded: typeof knownRecorded = (value, at) => (value === undefined ? null : knownRecorded(value, at));

const knownHoldOut = nullable(shape({ until: day, sentence: text, consequences: text }));
/** A server that says nothing of it leaves nobody alone. */
const holdOut: typeof knownHoldOut = (value, at) => (value === undefined ? null : knownHoldOut(value, at));

const knownAccess = shape({ mayAct: truth, sentence: text });
/** A server that says nothing of it lets everybody act. */
const access: typeof knownAccess = (value, at) =>
  value === undefined ? { mayAct: true, sentence: '' } : knownAccess(value, at);

const judged = shape({
  access,
  partner: shape({ id: text, name: text, owner: nullable(text) }),
  status: shape({
    value: oneOf(statuses),
    label: text,
    since: day,
    previous: nullable(text),
    sentence: text,
  }),
  health: nullable(shape({ score: count, contributions: list(shape({ label: text, points: count })) })),
  reasons: list(reason),
  unknowns: list(text),
  lastActivity: nullable(shape({ day, label: text })),
  expectedInactiveDay: nullable(day),
  rhythm,
  recommendation: nullable(recommendation),
  holdOut,
  recorded,
  freshness: shape({ syncedAt: nullable(instant), stale: truth, sentence: text }),
  settings: shape({ version: count, sentence: text }),
});

const notAPartner = shape({ definition: text });
const notJudgedYet = shape({ sentence: text });

export type Reason = Decoded<typeof reason>;
export type Advice = Decoded<typeof advice>;
export type Recommendation = Decoded<typeof recommendation>;

export const cardAnswer = byState({ judged, not_a_partner: notAPartner, not_judged_yet: notJudgedYet });
export type CardAnswer = Decoded<typeof cardAnswer>;
export type Judged = Extract<CardAnswer, { state: 'judged' }>;

export const taskAnswer = shape({
  state: oneOf(['created', 'already_created', 'unclear', 'refused']),
  sentence: text,
});
export type TaskAnswer = Decoded<typeof taskAnswer>;

export const actionAnswer = shape({
  state: oneOf(['done', 'unchanged', 'unclear', 'refused']),
  sentence: text,
});
export type ActionAnswer = Decoded<typeof actionAnswer>;
