/** Whom to leave alone, so that the others can be compared with them (B33). Pure: everybody who asks draws the same. */
import { addDays, dayOf, type Day } from '../model/instant.ts';
import { holdOutDays, type DrawnSpell } from '../model/hold-out.ts';
import type { JudgedPartner } from '../model/partner.ts';
import type { Settings } from '../model/settings.ts';
import type { Status, Verdict } from '../model/verdict.ts';

export type Drawing = {
  readonly rules: Settings['holdOut'];
  /** Of the portal: a partner of two portals is drawn in each by itself. */
  readonly salt: string;
  readonly timeZone: string;
};

/** @returns what is drawn for the spell that opens with this verdict; null where none does, or nothing is measured */
export function drawSpell(
  partner: JudgedPartner,
  previous: Pick<Verdict, 'episode'> | null,
  verdict: Verdict,
  { rules, salt, timeZone }: Drawing,
): DrawnSpell | null {
  const { share } = rules;
  const { episode } = verdict;
  if (share === 0 || episode <= (previous?.episode ?? 0)) return null;
  const spell = { episode, share, heldUntil: null, released: false };
  if (isExempt(partner, verdict, rules)) return { ...spell, lot: 'exempt' };
  if (lotOf(`${salt}/${partner.id}/${episode}`) >= share) return { ...spell, lot: 'compared' };
  const heldUntil = addDays(dayOf(verdict.statusChangedAt, timeZone), holdOutDays);
  return { ...spell, lot: 'held_out', heldUntil };
}

function isExempt(
  { id, mergedIds, tier }: JudgedPartner,
  { segment }: Verdict,
  { exemptHighPotential, exemptTiers, exemptPartnerIds }: Settings['holdOut'],
): boolean {
  return (
    (exemptHighPotential && segment?.potential === 'high') ||
    (tier !== null && exemptTiers.some((one) => normal(one) === normal(tier))) ||
    [id, ...mergedIds].some((one) => exemptPartnerIds.includes(one))
  );
}

function normal(tier: string): string {
  return tier.trim().toLowerCase();
}

/**
 * A number from 0 to below 1 that follows from the text and looks like chance: FNV-1a, whose low bits follow the last
 * character too closely, with the finalizer of MurmurHash3 (both in the public domain).
 */
function lotOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** With these a spell is over. A partner that is excluded or unknown for a while is still in it. */
const back: ReadonlySet<Status> = new Set(['active', 'reactivated']);

/** Whether the partner's present spell is one of those that are compared, on either side. */
export function isMeasured(
  spell: DrawnSpell | null,
  { status, episode }: Pick<Verdict, 'status' | 'episode'>,
): boolean {
  return spell !== null && spell.lot !== 'exempt' && spell.episode === episode && !back.has(status);
}

/**
 * Until when (exclusive) the partner is to be left alone; null where it is not. Ends with the spell, with the window, and
 * when a person acts anyway.
 */
export function heldOutUntil(
  spell: DrawnSpell | null,
  verdict: Pick<Verdict, 'status' | 'episode'>,
  today: Day,
): Day | null {
  if (spell === null || spell.heldUntil === null || spell.released) return null;
  return isMeasured(spell, verdict) && today < spell.heldUntil ? spell.heldUntil : null;
}
