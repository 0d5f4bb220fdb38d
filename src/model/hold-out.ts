/**
 * Hold-outs: a share of the spells of inactivity in which nobody tries to win the partner back, so that what trying brings
 * can be told from what would have come anyway.
 */
import type { Day } from './instant.ts';

/** Values are stored: never rename one. `exempt`: never held out, and so no part of the comparison either. */
export type Lot = 'held_out' | 'compared' | 'exempt';

/** For so long a partner is left alone at most, from the day its spell opened. */
export const holdOutDays = 90;

/** What was drawn for one spell when it opened; it stands, whatever the settings say later. */
export type DrawnSpell = {
  readonly episode: number;
  readonly lot: Lot;
  /** Of whom so many were to be held out then. */
  readonly share: number;
  /** Left alone until this day (exclusive); null for the others. */
  readonly heldUntil: Day | null;
  /** A person acted on it all the same. */
  readonly released: boolean;
};
