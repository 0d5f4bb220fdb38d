/** What the charts read of the server's answer (src/web/history-contract.ts). */
import type { Status } from '../../src/model/verdict.ts';
import {
  count,
  day,
  list,
  nullable,
  shape,
  text,
  truth,
  type Decoded,
  type Decoder,
} from '../shared/decode.ts';

/** Days by status; of a status that this card does not know yet, too. */
const daysByStatus: Decoder<ReadonlyMap<string, number>> = (value, at) => {
  if (typeof value !== 'object' || value === null) return new Map();
  return new Map(Object.entries(value).map(([status, days]) => [status, count(days, `${at}.${status}`)]));
};

const known = shape({
  months: list(shape({ month: text, business: count, engagement: count, days: daysByStatus })),
  changes: list(shape({ day, from: nullable(text), to: text, because: nullable(text) })),
  more: truth,
});
const nothingKnown = shape({ sentence: text });
const anyState = shape({ state: text });

export type History = Decoded<typeof known>;
export type HistoryAnswer = History | Decoded<typeof nothingKnown>;

export const historyAnswer: Decoder<HistoryAnswer> = (value, at) =>
  anyState(value, at).state === 'known' ? known(value, at) : nothingKnown(value, at);

/** In the order in which bars are stacked, best first; in the nearest of HubSpot's chart colours, which has no red. */
export const statusBars: Readonly<Record<Status, { readonly label: string; readonly colour: ChartColour }>> =
  {
    active: { label: 'Active', colour: 'green' },
    reactivated: { label: 'Reactivated', colour: 'aqua' },
    cooling: { label: 'Cooling', colour: 'yellow' },
    at_risk: { label: 'At risk', colour: 'orange' },
    inactive: { label: 'Inactive', colour: 'darkOrange' },
    never_activated: { label: 'Never activated', colour: 'purple' },
    excluded: { label: 'Excluded', colour: 'blue' },
    unknown: { label: 'Unknown', colour: 'darkBlue' },
  };
type ChartColour = 'green' | 'aqua' | 'yellow' | 'orange' | 'darkOrange' | 'purple' | 'blue' | 'darkBlue';
