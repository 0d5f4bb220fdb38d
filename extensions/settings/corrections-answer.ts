/** What the settings page reads of the verdicts that people call wrong (src/web/corrections-contract.ts). */
import {
  byState,
  count,
  instant,
  list,
  nullable,
  shape,
  text,
  truth,
  type Decoded,
} from '../shared/decode.ts';

const correction = shape({
  partner: shape({ id: text, name: text }),
  at: instant,
  author: text,
  said: text,
  verdict: nullable(shape({ status: text, health: nullable(count), reasons: list(text) })),
  rulesChanged: truth,
  since: text,
});
export type Correction = Decoded<typeof correction>;

export const correctionsAnswer = byState({
  listed: shape({ total: count, corrections: list(correction) }),
  forbidden: shape({ sentence: text }),
});
