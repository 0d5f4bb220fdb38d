/**
 * The company properties that Rekindle writes (DESIGN.md section 7). Internal values are never renamed: workflows,
 * lists and reports of the customer hang on them. Descriptions are read by whoever builds those.
 */
import { streamNames, type ChanceBand, type Stream } from '../model/cadence.ts';
import { kindNames, kinds } from '../model/kind.ts';
import { decisionNames, planStageNames, rootCauseNames } from '../model/plan.ts';
import { playNames, plays } from '../model/play.ts';
import { behaviours, type Behaviour } from '../model/settings.ts';
import {
  statuses,
  statusNames,
  type Degree,
  type Path,
  type Potential,
  type ReasonCode,
} from '../model/verdict.ts';
import type { PropertyDefinition } from './hubspot.ts';

export const propertyGroup = { name: 'rekindle', label: 'Rekindle' } as const;
export const propertyNamePrefix = 'rekindle_';

export const propertyKeys = [
  'status',
  'previous_status',
  'status_changed_at',
  'inactive_since',
  'primary_reason',
  'reasons',
  'reason_detail',
  'health',
  'last_activity_date',
  'last_activity_kind',
  'expected_inactive_date',
  'active_chance_band',
  'potential',
  'path',
  'recommended_action',
  'plan_stage',
  'root_cause',
  'next_review_date',
  'decision',
  'decision_due_date',
  'episode',
  'holdout',
  'snoozed_until',
  'assessed_at',
  'settings_version',
] as const;
export type PropertyKey = (typeof propertyKeys)[number];

/** HubSpot's internal name of a property of ours. */
export function propertyName(key: PropertyKey): `rekindle_${PropertyKey}` {
  return `${propertyNamePrefix}${key}`;
}

type Option = { readonly value: string; readonly label: string };
type Form = Pick<PropertyDefinition, 'type' | 'fieldType'> & { readonly options?: readonly Option[] };
type Line = readonly [label: string, form: Form, description: string];

const date: Form = { type: 'date', fieldType: 'date' };
const datetime: Form = { type: 'datetime', fieldType: 'date' };
const number: Form = { type: 'number', fieldType: 'number' };
const select = (options: readonly Option[]): Form => ({ type: 'enumeration', fieldType: 'select', options });
const checkboxes = (options: readonly Option[]): Form => ({
  type: 'enumeration',
  fieldType: 'checkbox',
  options,
});
/** HubSpot wants exactly these two options on a yes/no property (hubspot-api.md section 6). */
const yesNo: Form = {
  type: 'bool',
  fieldType: 'booleancheckbox',
  options: [
    { value: 'true', label: 'Yes' },
    { value: 'false', label: 'No' },
  ],
};

function named<Value extends string>(
  values: readonly Value[],
  names: Readonly<Record<Value, string>>,
): Option[] {
  return values.map((value) => ({ value, label: capitalised(names[value]) }));
}

function labelled(names: Readonly<Record<string, string>>): Option[] {
  return Object.entries(names).map(([value, label]) => ({ value, label }));
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const behaviourNames: Readonly<Record<Behaviour, string>> = {
  leads: 'Leads',
  sales: 'Sales',
  orders: 'Orders',
  co_selling: 'Co-selling',
  clicks: 'Clicks',
  promotion_sales: 'Promotion sales',
  promotion: 'Promotion (clicks and sales)',
  portal: 'Portal logins',
  training: 'Training',
  content: 'Content use',
  marketing: 'Through-channel marketing',
  conversation: 'Conversation',
};

const degreeNames: Readonly<Record<Exclude<Degree, 'no_sales'>, string>> = {
  declining: 'declining',
  stopped: 'stopped',
  never: 'never started',
};

function reasonOption(behaviour: Behaviour, degree: Exclude<Degree, 'no_sales'>): Option {
  const value: ReasonCode = `${behaviour}_${degree}`;
  return { value, label: `${behaviourNames[behaviour]}: ${degreeNames[degree]}` };
}

/** Every reason code a verdict can carry. Only clicks can be without a sale. */
const reasonOptions: readonly Option[] = [
  ...(Object.keys(behaviours) as Behaviour[]).flatMap((behaviour) =>
    (Object.keys(degreeNames) as (keyof typeof degreeNames)[]).map((degree) =>
      reasonOption(behaviour, degree),
    ),
  ),
  { value: 'clicks_no_sales' satisfies ReasonCode, label: 'Clicks: without a sale' },
  ...(Object.keys(streamNames) as Stream[]).map((stream) => ({
    value: `${stream}_drifting` satisfies ReasonCode,
    label: `${streamNames[stream]}: quiet for its own rhythm`,
  })),
];

/** How HubSpot's lists and reports call a reason. */
export function reasonLabel(code: ReasonCode): string {
  return reasonOptions.find(({ value }) => value === code)?.label ?? code;
}

const statusOptions = named(statuses, statusNames);

const lines: Readonly<Record<PropertyKey, Line>> = {
  status: [
    'Partner status',
    select(statusOptions),
    'Where the partner stands now, judged every night. Use it to enrol partners in workflows; empty for companies that are no partners.',
  ],
  previous_status: [
    'Previous partner status',
    select(statusOptions),
    'The status before the present one. Together with the status it tells, for example, "inactive after at risk".',
  ],
  status_changed_at: [
    'Partner status changed at',
    datetime,
    'When the status last changed. Changes exactly once per change: a clean trigger for re-enrolment.',
  ],
  inactive_since: [
    'Partner inactive since',
    date,
    'The day on which the partner became inactive; empty while it is not. Use "more than 60 days ago" for how long.',
  ],
  primary_reason: [
    'Primary reason',
    select(reasonOptions),
    'The reason that weighs most in the present status; empty without a reason.',
  ],
  reasons: [
    'Reasons',
    checkboxes(reasonOptions),
    'Every reason that holds at present. Use "contains any of" in workflows and lists.',
  ],
  reason_detail: [
    'Reasons in words',
    { type: 'string', fieldType: 'textarea' },
    'What was seen, what was expected and since when, in plain sentences with ISO dates. Made for emails and tasks.',
  ],
  health: [
    'Partner health (0-100, 100 is thriving)',
    number,
    'From 0 (gone) to 100 (thriving). Rewritten when it moved by 5 or more, or with another change; empty when nothing can be said.',
  ],
  last_activity_date: [
    'Last partner activity',
    date,
    'The day of the last thing the partner did. What we send or log does not count; a booked future meeting does not either.',
  ],
  last_activity_kind: [
    'Last partner activity: kind',
    select(named(kinds, kindNames)),
    'What the partner did last, for example a deal registered or an inbound call. What we did never counts.',
  ],
  expected_inactive_date: [
    'Inactive on, if silence goes on',
    date,
    'The day on which the partner becomes inactive if nothing happens until then. Use "is less than 30 days from now" for early check-ins.',
  ],
  active_chance_band: [
    'Chance of activity in 90 days',
    select(
      labelled({
        likely: 'Likely',
        uncertain: 'Uncertain',
        unlikely: 'Unlikely',
        not_enough_history: 'Not enough history',
      } satisfies Record<ChanceBand, string>),
    ),
    "How likely the partner's own rhythm makes activity within 90 days.",
  ],
  potential: [
    'Partner potential',
    select(labelled({ high: 'High', medium: 'Medium', low: 'Low' } satisfies Record<Potential, string>)),
    'How much the partner is worth winning back, by history, size and tier.',
  ],
  path: [
    'Re-engagement path',
    select(
      labelled({
        high_touch: 'High touch',
        assisted: 'Assisted',
        automated: 'Automated',
      } satisfies Record<Path, string>),
    ),
    'How much personal effort the partner gets: a person, a person with templates, or workflows alone. Empty while it is held out.',
  ],
  recommended_action: [
    'Recommended action',
    select(named(plays, playNames)),
    'The play that fits the reasons best; empty when nothing needs doing, and while the partner is held out.',
  ],
  plan_stage: [
    'Re-engagement stage',
    select(labelled(planStageNames)),
    'How far the plan for the present spell of inactivity has come: flagged when the spell opens, contacted by the first logged outreach, momentum after a comeback, closed when the partner is active again.',
  ],
  root_cause: [
    'Root cause',
    select(labelled(rootCauseNames)),
    'Why the partner went quiet: what it said, or what you think where it said nothing. Emptied when a new spell begins, so that a workflow can enrol by it again.',
  ],
  next_review_date: [
    'Next review',
    date,
    'When a person should look at this partner again. People and workflows set it; no nightly run moves it.',
  ],
  decision: [
    'Decision',
    select(labelled(decisionNames)),
    'What was decided about the partnership after a documented attempt. Never set without a person; emptied when a new spell begins.',
  ],
  decision_due_date: [
    'Decision due',
    date,
    'By when the decision about the partnership is due. Nothing happens by itself on that day.',
  ],
  episode: [
    'Inactivity episode',
    number,
    'The number of the present or latest spell out of "active": 0 before the first. Changes once per spell.',
  ],
  holdout: [
    'Hold-out group',
    yesNo,
    'Yes: the partner is deliberately left alone so that the effect of plays can be measured. Exclude it from workflows. No: it is compared with those. Empty: nothing is measured for it.',
  ],
  snoozed_until: [
    'Snoozed until',
    date,
    'Set by a person or a workflow: until this day (exclusive) the status does not get worse. Clear it to resume.',
  ],
  assessed_at: [
    'Assessed at',
    datetime,
    'When the written status was assessed. Written only together with another change.',
  ],
  settings_version: [
    'Settings version',
    number,
    'The version of the Rekindle settings under which the written status was assessed.',
  ],
};

export const propertyDefinitions: readonly PropertyDefinition[] = propertyKeys.map((key) => {
  const [label, form, description] = lines[key];
  return {
    name: propertyName(key),
    label,
    description,
    groupName: propertyGroup.name,
    type: form.type,
    fieldType: form.fieldType,
    options: (form.options ?? []).map((option, displayOrder) => ({ ...option, displayOrder })),
  };
});

/**
 * Whether HubSpot already shows `desired`. HubSpot answers in forms of its own (a moment as ISO text or milliseconds, a
 * day as midnight, several choices in any order), and a value that only looks different must not be written again (I7).
 * @param published what HubSpot answers; null and '' both mean empty
 * @param desired what we would write; '' clears
 */
export function samePropertyValue(key: PropertyKey, published: string | null, desired: string): boolean {
  const before = published ?? '';
  if (before === desired) return true;
  if (before === '' || desired === '') return false;
  const { type, fieldType } = lines[key][1];
  if (type === 'number') return Number(before) === Number(desired);
  if (type === 'datetime') return milliseconds(before) === milliseconds(desired);
  if (type === 'date') return day(before) === day(desired);
  if (fieldType === 'checkbox') return choices(before) === choices(desired);
  return false;
}

function milliseconds(value: string): number {
  return /^-?\d+$/.test(value) ? Number(value) : Date.parse(value);
}

/** A `date` is midnight UTC in HubSpot, whatever the portal's time zone (hubspot-api.md section 6). */
function day(value: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
  const instant = milliseconds(value);
  return Number.isNaN(instant) ? value : new Date(instant).toISOString().slice(0, 10);
}

function choices(value: string): string {
  return [...new Set(value.split(';').filter((choice) => choice !== ''))].sort().join(';');
}
