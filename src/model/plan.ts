/**
 * What people record of a partner that went quiet: why, how far the attempt to win it back has come, and what was decided.
 * Values are written to HubSpot: never rename one.
 */
export const rootCauses = [
  'enablement',
  'competition',
  'resources',
  'market',
  'incentive',
  'product_fit',
  'relationship',
  'tracking',
  'seasonal',
  'other',
] as const;
export type RootCause = (typeof rootCauses)[number];

export const rootCauseNames: Readonly<Record<RootCause, string>> = {
  enablement: 'Lack of enablement',
  competition: 'Competition',
  resources: 'Resource constraints',
  market: 'Market shift',
  incentive: 'Incentive too weak',
  product_fit: 'Product does not fit',
  relationship: 'Relationship',
  tracking: 'Tracking or data problem',
  seasonal: 'Seasonal',
  other: 'Other',
};

const planStages = [
  'flagged',
  'contacted',
  'replied',
  'in_progress',
  'momentum',
  'review_due',
  'closed',
] as const;
export type PlanStage = (typeof planStages)[number];

export const planStageNames: Readonly<Record<PlanStage, string>> = {
  flagged: 'Flagged',
  contacted: 'Contacted',
  replied: 'Replied',
  in_progress: 'In progress',
  momentum: 'Momentum',
  review_due: 'Review due',
  closed: 'Closed',
};

export const decisions = ['continue', 'change_tier', 'offboard'] as const;
export type Decision = (typeof decisions)[number];

export const decisionNames: Readonly<Record<Decision, string>> = {
  continue: 'Continue',
  change_tier: 'Change tier',
  offboard: 'Offboard',
};
