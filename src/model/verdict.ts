import type { Source } from './activity.ts';
import type { Day, Instant } from './instant.ts';
import type { Kind } from './kind.ts';
import type { Behaviour } from './settings.ts';

/** Values are written to HubSpot: never rename one. */
export const statuses = [
  'active',
  'cooling',
  'at_risk',
  'inactive',
  'never_activated',
  'reactivated',
  'excluded',
  'unknown',
] as const;
export type Status = (typeof statuses)[number];

export const statusNames: Readonly<Record<Status, string>> = {
  active: 'Active',
  cooling: 'Cooling',
  at_risk: 'At risk',
  inactive: 'Inactive',
  never_activated: 'Never activated',
  reactivated: 'Reactivated',
  excluded: 'Excluded',
  unknown: 'Unknown',
};

export type Degree = 'declining' | 'stopped' | 'never' | 'no_sales';
/** `<behaviour>_<degree>`, e.g. `sales_stopped`; `clicks_no_sales` for clicks that bring no sale. */
export type ReasonCode = `${Behaviour}_${Degree}`;

/** Why a rule fired for one partner, complete enough to explain itself years later. */
export type Reason = {
  readonly code: ReasonCode;
  readonly ruleId: string;
  readonly behaviour: Behaviour;
  readonly degree: Degree;
  readonly severity: 'cooling' | 'at_risk' | 'inactive';
  /** What was seen in the window, and what the rule expected, in units of the behaviour. */
  readonly observed: number;
  readonly expected: number;
  readonly windowDays: number;
  /** The day on which the rule began to hold; null when it never stopped holding since joining. */
  readonly since: Day | null;
  readonly lastActivityDay: Day | null;
  /** Sources that were searched, with the instant up to which the least recent of them is known. */
  readonly sources: readonly Source[];
  readonly asOf: Instant;
  /** A plain sentence: what was seen, what was expected, since when. */
  readonly sentence: string;
  /** What would clear it: "One deal registered or won clears this." */
  readonly counterfactual: string;
};

/** One line of the health calculation. Contributions add up to the health exactly. */
export type Contribution = { readonly label: string; readonly points: number };

/** A behaviour that a rule asks about and that no complete source can answer. */
export type UnknownBehaviour = { readonly behaviour: Behaviour; readonly sentence: string };

/** The judgement of one partner at one instant under one settings version. */
export type Verdict = {
  readonly partnerId: string;
  readonly status: Status;
  readonly previousStatus: Status | null;
  /** When the status last changed. */
  readonly statusChangedAt: Instant;
  /** 0-100, 100 is thriving; null when nothing can be said (unknown, excluded). */
  readonly health: number | null;
  readonly contributions: readonly Contribution[];
  /** Worst first; the first one is the primary reason. */
  readonly reasons: readonly Reason[];
  readonly unknowns: readonly UnknownBehaviour[];
  /** What a person should know beyond the reasons: new and in grace, paused by a person, no rule applies. */
  readonly remark?: string;
  readonly lastActivityAt: Instant | null;
  readonly lastActivityKind: Kind | null;
  /** The day on which the partner became inactive; null while it is not. */
  readonly inactiveSince: Day | null;
  /** The day on which silence alone would make it inactive; null when it already is or cannot become so. */
  readonly expectedInactiveDay: Day | null;
  /** The number of the current or latest spell out of `active`; 0 before the first. */
  readonly episode: number;
  /** True when a source that the verdict depends on did not complete: the status was kept from before. */
  readonly stale: boolean;
  /** The earliest instant at which the verdict can change without new activity; null when it never can. */
  readonly nextChangeAt: Instant | null;
  readonly settingsVersion: number;
  readonly assessedAt: Instant;
};

/** What the status machine remembers of a partner between verdicts. */
export type Standing = Pick<
  Verdict,
  'status' | 'previousStatus' | 'statusChangedAt' | 'inactiveSince' | 'episode'
>;
