/**
 * What to ask before anything is offered (B23): first about what we saw, then for the causes that programmes can do
 * something about (B24): enablement, competition, resources, incentives, and what we ourselves did.
 *
 * Fields: `{since}`, `{rhythmUntil}` and `{gap}` may have no value, and then their question is left out.
 */
import type { Stream } from '../model/cadence.ts';
import type { Behaviour } from '../model/settings.ts';
import type { Verdict } from '../model/verdict.ts';
import { fillLines } from './fill.ts';
import { occasionOf, type Occasion } from './occasion.ts';

const aboutBehaviours: Readonly<Record<Behaviour | Stream, string>> = {
  leads: 'Which of your customers could need us, and who on your side talks to them?',
  sales: 'Which deals are open on your side, and where did we not make the list?',
  orders: 'What did your customers buy instead, or are the shelves still full?',
  co_selling: 'Which of your accounts could we look at together?',
  clicks: 'Which pages or channels sent us visitors before, and what stands there now?',
  promotion_sales: 'Which of our products fit your audience best today?',
  promotion: 'What do you promote in the place where you promoted us?',
  portal: 'What would you want to find in the portal that is not there, or hard to find?',
  training: 'Who sells or supports our products on your side today, and what would they want to learn?',
  content: 'Which material do you use with customers today, and what is missing in ours?',
  marketing: 'What are you planning for your own market in the next quarter?',
  conversation: 'Who is the right person for us to talk to today?',
  productive: 'What does the next quarter look like for business with us?',
  engagement: 'Who is the right person for us to talk to today?',
};

const silence: readonly string[] = [
  'What has changed on your side since {since}?',
  'Until {rhythmUntil} you were active about every {gap} days. What was different then?',
  'What stands in the way today: the product, the price, time and people, or a competitor?',
  'Did something on our side go wrong: a contact that left, a payment, a tool, an answer that never came?',
  'What would make the next step worth your while?',
];

const byOccasion: Readonly<Record<Occasion, readonly string[]>> = {
  welcome: [
    'What made you join, and what would be a success in the first three months?',
    'Who on your side takes care of it, and what do they need from us?',
    'Which first step is small enough to take this month?',
  ],
  not_yet: [
    'What stands in the way today: the product, the price, time and people, or a competitor?',
    'Did something on our side go wrong: a contact that left, a tool, an answer that never came?',
    'What would make the first step worth your while?',
  ],
  never_began: [
    'What made you join, and what has changed since?',
    'Did you get everything for the start: access, a contact, material, training?',
    'What stands in the way today: the product, the price, time and people, or a competitor?',
    'Which first step is small enough to take this month?',
  ],
  back: [
    'What made you come back?',
    'What went well this time, and what nearly stopped you?',
    'What is the next step, and by when?',
  ],
  stopped: silence,
  declining: silence,
  drifting: silence,
  no_sales: [
    'What do your visitors look for when they click, and what does your page promise them?',
    'Does our page keep that promise in their language, price and stock?',
    'Which offer or code would fit your audience better?',
    'Has anything changed on your side in how links are placed or tracked?',
  ],
};

/** Whoever is thanked or welcomed is not asked about a silence. */
const withoutReason: ReadonlySet<Occasion> = new Set(['welcome', 'back', 'no_sales']);

export function questionsFor(verdict: Verdict): string[] {
  const occasion = occasionOf(verdict);
  const reason = withoutReason.has(occasion) ? undefined : verdict.reasons[0];
  const about = reason === undefined ? [] : [aboutBehaviours[reason.behaviour]];
  const gaps = verdict.cadence?.gaps ?? null;
  return fillLines([...about, ...byOccasion[occasion]], {
    since: reason?.lastActivityDay ?? null,
    rhythmUntil: gaps === null ? null : (verdict.cadence?.lastDay ?? null),
    gap: gaps === null ? null : String(Math.round(gaps.typical)),
  });
}
