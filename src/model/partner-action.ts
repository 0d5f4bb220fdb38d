/** What a person, or a workflow for a person, does to one partner. The names are stored and part of addresses: never rename one. */
import type { Day } from './instant.ts';
import type { Decision, RootCause } from './plan.ts';

export const outreachWays = ['call', 'email', 'meeting', 'message', 'other'] as const;
export type OutreachWay = (typeof outreachWays)[number];

export const outreachNames: Readonly<Record<OutreachWay, string>> = {
  call: 'Call',
  email: 'Email',
  meeting: 'Meeting',
  message: 'Message',
  other: 'Other contact',
};

export type PartnerAction =
  | {
      readonly do: 'log_outreach';
      readonly way: OutreachWay;
      /** The day of the contact; today where nobody says. */
      readonly on: Day | null;
      readonly note: string;
      readonly followUpOn: Day | null;
    }
  | {
      readonly do: 'record_root_cause';
      readonly cause: RootCause;
      /** What the partner says beats what we think. */
      readonly saidBy: 'partner' | 'us';
      readonly note: string;
    }
  | { readonly do: 'snooze_until'; readonly until: Day; readonly reason: string }
  | { readonly do: 'end_snooze' }
  | { readonly do: 'exclude'; readonly reason: string; readonly reviewOn: Day | null }
  | { readonly do: 'include'; readonly reason: string }
  /** The verdict is wrong, somebody says. It stands; an administrator reads why. */
  | { readonly do: 'correct'; readonly because: string }
  /** Somebody has to decide about the partnership by a day; nothing follows by itself. */
  | { readonly do: 'open_decision'; readonly dueOn: Day; readonly note: string }
  | { readonly do: 'decide'; readonly decision: Decision; readonly reason: string }
  /** It is held out, and is to be won back all the same. */
  | { readonly do: 'act_anyway'; readonly reason: string }
  | { readonly do: 'recalculate' };
export type ActionName = PartnerAction['do'];

export const actionNames = [
  'log_outreach',
  'record_root_cause',
  'snooze_until',
  'end_snooze',
  'exclude',
  'include',
  'correct',
  'open_decision',
  'decide',
  'act_anyway',
  'recalculate',
] as const satisfies readonly ActionName[];

/** Who does it: somebody at the card, or a workflow. */
export type Actor =
  | { readonly from: 'card'; readonly userId: string; readonly email: string | null }
  | { readonly from: 'workflow'; readonly workflowId: string | null };

/** The verdict on which somebody acted, as it stood. */
export type Evidence = {
  readonly status: string;
  readonly health: number | null;
  readonly reasons: readonly string[];
  readonly episode: number;
  readonly settingsVersion: number;
  readonly assessedAt: string;
};
