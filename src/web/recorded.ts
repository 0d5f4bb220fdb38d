/** What people have recorded about a partner, as HubSpot shows it. Pure. */
import { propertyName, type PropertyKey } from '../hubspot/properties.ts';
import { decisionNames, planStageNames, rootCauseNames } from '../model/plan.ts';
import type { SyncedPartner } from '../store/partners.ts';
import type { Recorded } from './action-contract.ts';

/** Null where nobody has recorded anything. */
export function recordedOf({ published, snoozedUntil, excludedBecause }: SyncedPartner): Recorded | null {
  const shown = (key: PropertyKey): string | null => published[propertyName(key)] || null;
  const recorded: Recorded = {
    snoozedUntil,
    excludedBecause: excludedBecause ?? null,
    rootCause: named(shown('root_cause'), rootCauseNames),
    planStage: named(shown('plan_stage'), planStageNames),
    decision: named(shown('decision'), decisionNames),
    decisionDueOn: dayOf(shown('decision_due_date')),
    nextReviewOn: dayOf(shown('next_review_date')),
  };
  return Object.values(recorded).some((value) => value !== null) ? recorded : null;
}

/** A choice that an administrator added in HubSpot has its value for a name. */
function named(value: string | null, names: Readonly<Record<string, string>>): Recorded['rootCause'] {
  return value === null ? null : { value, label: names[value] ?? value };
}

/** HubSpot answers a day as such or as midnight UTC in milliseconds (hubspot-api.md section 6); other text is no day. */
function dayOf(value: string | null): string | null {
  if (value === null) return null;
  const instant = /^\d{10,14}$/.test(value) ? Number(value) : Date.parse(value);
  return Number.isNaN(instant) ? null : new Date(instant).toISOString().slice(0, 10);
}
