import type { Source } from './activity.ts';
import type { CadenceReading, Stream } from './cadence.ts';
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
/**
 * `<behaviour>_<degree>`, e.g. `sales_stopped`; `clicks_no_sales` for clicks that bring no sale; `<stream>_drifting` for
 * a silence that breaks the partner's own rhythm.
 */
export type ReasonCode = `${Behaviour}_${Degree}` | `${Stream}_drifting`;

/** What falls short, and how. */
export type Shortfall =
  | { readonly behaviour: Behaviour; readonly degree: Degree }
  | { readonly behaviour: Stream; readonly degree: 'drifting' };

/** Why a rule or the partner's own rhythm speaks against it, complete enough to explain itself years later. */
export type Reason = Shortfall & {
  readonly code: ReasonCode;
  /** `own_rhythm` where no rule but the partner's rhythm says so. */
  readonly ruleId: string;
  readonly severity: 'cooling' | 'at_risk' | 'inactive';
  /** What was seen in the window (a warning's ends when the rule will hold), and what was expected, in units of the behaviour. */
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

export type Potential = 'high' | 'medium' | 'low';
export type Path = 'high_touch' | 'assisted' | 'automated';

/** Where a partner belongs in the work of winning back (B19); values are written to HubSpot. */
export type Segment = { readonly potential: Potential; readonly path: Path };

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
  /** The partner's own rhythm; null before the portal has a model, and for a partner without activity. */
  readonly cadence: CadenceReading | null;
  /** What the partner is worth and how to approach it; null where nothing can be said. */
  readonly segment: Segment | null;
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
