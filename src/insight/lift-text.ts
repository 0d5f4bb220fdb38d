/** What re-engaging brings, in words: for the home page and `report`. */
import { count, list } from '../assess/words.ts';
import { reasonLabel } from '../hubspot/properties.ts';
import { statusNames, type ReasonCode } from '../model/verdict.ts';
import { leastReturns, leastSpells, type Comparison, type Group, type Lift } from './lift.ts';

/** From this share of the draws on, those that people took out are no longer few. */
const manyReleased = 0.2;

/**
 * A sentence or two for each window. Empty where nothing is measured and never was.
 * @param share of the settings in force
 */
export function liftText(lifts: readonly Lift[], share: number): string[] {
  if (lifts.length === 0) return share === 0 ? [] : [waiting];
  const latest = lifts.at(-1);
  return [
    ...lifts.map((lift) => sentenceOf(lift)),
    ...(latest === undefined ? [] : [...kindsOf(latest), ...releasedOf(latest)]),
  ];
}

const waiting =
  'Some partners are left alone from the day their spell of inactivity opens. What re-engaging brings can be told from 30 days after the first of them on.';

function sentenceOf({ days, all }: Lift): string {
  const { heldOut, others, effect } = all;
  const seen = `Back within ${days} days: ${sideOf(others)} of the partners that could be approached, ${sideOf(heldOut)} of those that were left alone.`;
  return effect === null
    ? `${seen} Not enough data to tell what re-engaging brings: ${leastSpells} spells on either side and ${leastReturns} returns are needed.`
    : `${seen} ${effectText(effect)}`;
}

function sideOf({ spells, returned }: Group): string {
  return spells === 0 ? '0 of 0' : `${returned} of ${spells} (${points(returned / spells)} %)`;
}

function effectText({ difference, low, high }: NonNullable<Comparison['effect']>): string {
  const range = `between ${signed(low)} and ${signed(high)} in 100, at 95 % confidence`;
  if (low > 0) return `Re-engaging brings back ${signed(difference)} in 100 partners (${range}).`;
  if (high < 0) {
    return `Partners that were left alone came back more often: re-engaging makes ${signed(difference)} in 100 (${range}). Look at what is sent to them.`;
  }
  return `Whether re-engaging brings anything cannot be told yet: ${signed(difference)} in 100 partners (${range}).`;
}

function points(share: number): number {
  const value = Math.round(share * 1000) / 10;
  return value === 0 ? 0 : value;
}

function signed(share: number): string {
  const value = points(share);
  return value > 0 ? `+${value}` : String(value).replace('-', '−');
}

/** Where one kind of spell tells enough by itself. */
function kindsOf({ days, all, byStatus, byReason }: Lift): string[] {
  const isPart = ({ heldOut, others }: Comparison): boolean =>
    heldOut.spells < all.heldOut.spells || others.spells < all.others.spells;
  const kinds = [
    ...byStatus
      .filter(isPart)
      .map(({ status, effect }) => ({ name: `opened as ${statusNames[status]}`, effect })),
    ...byReason.filter(isPart).map(({ reason, effect }) => ({
      name: `opened by “${reasonLabel(reason as ReasonCode)}”`,
      effect,
    })),
  ];
  if (kinds.length === 0) return [];
  const told = kinds.flatMap(({ name, effect }) =>
    effect === null
      ? []
      : [`${name}: ${signed(effect.difference)} (${signed(effect.low)} to ${signed(effect.high)})`],
  );
  return [
    `Within ${days} days, by how spells ${list(told, 'and')}. Of so many ranges one or another is off by chance.`,
  ];
}

function releasedOf({ released, all }: Lift): string[] {
  if (released === 0) return [];
  const counted = `${count(released, 'spell')} of partners that people acted on anyway ${released === 1 ? 'is' : 'are'} left out.`;
  return released / (released + all.heldOut.spells) < manyReleased
    ? [counted]
    : [
        `${counted} That is many: if people take out those that would have come back, re-engaging looks better than it is.`,
      ];
}
