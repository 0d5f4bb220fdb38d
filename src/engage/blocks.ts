/**
 * The six parts of a message (A10-A15) from what the settings and the partner's record say. What is not known stays out
 * and says where it can be filled in; what has ended is never offered.
 */
import type { Day } from '../model/instant.ts';
import type { Voice } from '../model/voice.ts';
import { known } from './fill.ts';
import type { BlockKey } from './plays.ts';
import { dayText } from './words.ts';

/** What a part says, or what keeps it from saying anything; one of both is null. */
export type Said =
  | { readonly text: string; readonly missing: null }
  | { readonly text: null; readonly missing: string };

export type Material = {
  readonly voice: Voice;
  /** From the partner's record. */
  readonly individualRate: string | null;
  /** The company property that says it; null where the settings name none. */
  readonly individualRateProperty: string | null;
  /** The question that the feedback part asks. */
  readonly ask: string;
  readonly today: Day;
};

const says = (text: string): Said => ({ text, missing: null });
const lacks = (what: string, field: string): Said => ({
  text: null,
  missing: `${what} Fill it in on Rekindle’s settings page under “What partners are told” (programme.${field}).`,
});

export const blockTitles: Readonly<Record<BlockKey, string>> = {
  introduction: 'Who we are and what makes us worth it',
  commission_rates: 'Commission rates',
  individual_rate: 'Individual rate',
  current_offers: 'Current offers',
  upcoming_offers: 'Upcoming offers',
  feedback: 'Request for feedback',
};

export const blocks: Readonly<Record<BlockKey, (material: Material) => Said>> = {
  introduction: ({ voice: { name, sellingPoint } }) => {
    if (name === '') return lacks('The programme’s name is missing.', 'name');
    if (sellingPoint === '') return lacks('The programme’s selling point is missing.', 'sellingPoint');
    return says(`${name}: ${sellingPoint}`);
  },
  commission_rates: ({ voice: { commissionRates } }) =>
    commissionRates === ''
      ? lacks('The commission rates are missing.', 'commissionRates')
      : says(`What you earn: ${commissionRates}`),
  individual_rate: individualRate,
  current_offers: currentOffers,
  upcoming_offers: upcomingOffers,
  feedback: ({ voice: { feedback }, ask }) => {
    if (feedback === '') return lacks('The address for feedback is missing.', 'feedback');
    const where = feedback.startsWith('https://') ? `tell us at ${feedback}` : `write to ${feedback}`;
    return says(`${ask} Answer this message, or ${where}.`);
  },
};

function individualRate({ individualRate: rate, individualRateProperty: property }: Material): Said {
  const text = known(rate);
  if (text !== null) return says(`Your own rate: ${text}`);
  return {
    text: null,
    missing:
      property === null
        ? 'No company property tells individual rates. Name one on Rekindle’s settings page under “What is read” (mapping.individualRateProperty).'
        : `This partner has no individual rate. Fill in the company property “${property}” on its record; the next run reads it.`,
  };
}

type Dated = { readonly title: string; readonly until: Day | null };

/** What was announced is an offer from its first day on. */
function currentOffers({ voice, today }: Material): Said {
  const all = [...voice.currentOffers, ...voice.upcomingOffers.filter(({ from }) => from <= today)];
  const valid = all.filter(({ until }) => until === null || until >= today);
  if (valid.length > 0) return says(`On offer now:\n${valid.map(offerLine).join('\n')}`);
  const ended = all.map(({ until }) => until ?? '').toSorted();
  const last = ended.at(-1);
  return lacks(
    last === undefined ? 'There is no current offer.' : `The last offer ended on ${last}.`,
    'currentOffers',
  );
}

function upcomingOffers({ voice, today }: Material): Said {
  const coming = voice.upcomingOffers.filter(({ from }) => from > today);
  if (coming.length === 0) return lacks('There is no upcoming offer.', 'upcomingOffers');
  return says(
    `Coming up:\n${coming.map(({ title, from, until }) => `- ${title} (from ${dayText(from)}${until === null ? '' : ` to ${dayText(until)}`})`).join('\n')}`,
  );
}

function offerLine({ title, until }: Dated): string {
  return until === null ? `- ${title}` : `- ${title} (until ${dayText(until)})`;
}
