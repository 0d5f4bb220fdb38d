/** What each action on a partner asks of a person. The server says in a sentence what is missing or wrong. */
import type { ActionName, OutreachWay } from '../../src/model/partner-action.ts';
import type { Decision, RootCause } from '../../src/model/plan.ts';
import type { ActionFields } from '../../src/web/action-contract.ts';

export type FieldName = keyof ActionFields;
export type FieldForm = {
  readonly name: FieldName;
  readonly label: string;
  readonly required: boolean;
  readonly description?: string;
} & (
  | { readonly kind: 'day' | 'text' }
  | { readonly kind: 'choice'; readonly options: Readonly<Record<string, string>> }
);

export type ActionForm = {
  /** In the list of actions. */
  readonly name: string;
  /** On the button that does it. */
  readonly submit: string;
  /** What follows. */
  readonly intro: string;
  readonly fields: readonly FieldForm[];
};

const ways: Readonly<Record<OutreachWay, string>> = {
  call: 'Call',
  email: 'Email',
  meeting: 'Meeting',
  message: 'Message',
  other: 'Other contact',
};
const causes: Readonly<Record<RootCause, string>> = {
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
const decisions: Readonly<Record<Decision, string>> = {
  continue: 'Continue',
  change_tier: 'Change tier',
  offboard: 'Offboard',
};

const note: FieldForm = { kind: 'text', name: 'note', label: 'Note', required: false };

export const actionForms: Readonly<Record<ActionName, ActionForm>> = {
  log_outreach: {
    name: 'Log outreach',
    submit: 'Log it',
    intro: 'Adds a note to the company’s timeline.',
    fields: [
      { kind: 'choice', name: 'way', label: 'How', required: true, options: ways },
      {
        kind: 'day',
        name: 'on',
        label: 'On',
        required: false,
        description: 'Today, if you leave it empty.',
      },
      { kind: 'text', name: 'note', label: 'What was said or sent', required: false },
      { kind: 'day', name: 'followUpOn', label: 'Follow up on', required: false },
    ],
  },
  record_root_cause: {
    name: 'Record root cause',
    submit: 'Record it',
    intro: 'What the partner says is never overwritten by what you think; both are kept.',
    fields: [
      { kind: 'choice', name: 'cause', label: 'Why it went quiet', required: true, options: causes },
      {
        kind: 'choice',
        name: 'saidBy',
        label: 'Who says so',
        required: true,
        options: { partner: 'The partner says so', us: 'We think so' },
      },
      note,
    ],
  },
  snooze_until: {
    name: 'Snooze',
    submit: 'Snooze',
    intro: 'Until that day the partner’s status does not get worse.',
    fields: [
      { kind: 'day', name: 'until', label: 'Until', required: true },
      { kind: 'text', name: 'reason', label: 'Why', required: false },
    ],
  },
  end_snooze: {
    name: 'End snooze',
    submit: 'End the snooze',
    intro: 'The partner is judged as usual from now on.',
    fields: [],
  },
  correct: {
    name: 'This verdict is wrong',
    submit: 'Send',
    intro: 'The verdict stands until its cause is mended. Administrators read what you write.',
    fields: [{ kind: 'text', name: 'because', label: 'What is wrong, and how you know', required: true }],
  },
  open_decision: {
    name: 'Open a decision',
    submit: 'Open the decision',
    intro:
      'By that day a person decides whether to continue, change the tier or offboard. Nothing happens by itself.',
    fields: [{ kind: 'day', name: 'dueOn', label: 'Due on', required: true }, note],
  },
  decide: {
    name: 'Decide',
    submit: 'Decide',
    intro: 'Kept together with the verdict as it stands today.',
    fields: [
      { kind: 'choice', name: 'decision', label: 'Decision', required: true, options: decisions },
      { kind: 'text', name: 'reason', label: 'On what it rests', required: true },
    ],
  },
  exclude: {
    name: 'Exclude from judgement',
    submit: 'Exclude',
    intro: 'Rekindle judges this partner no more until somebody includes it again.',
    fields: [
      { kind: 'text', name: 'reason', label: 'Why', required: true },
      {
        kind: 'day',
        name: 'reviewOn',
        label: 'Look at it again on',
        required: false,
        description: 'In 180 days, if you leave it empty.',
      },
    ],
  },
  include: {
    name: 'Include again',
    submit: 'Include',
    intro: 'Rekindle judges this partner as usual again.',
    fields: [],
  },
  act_anyway: {
    name: 'Act anyway',
    submit: 'Act anyway',
    intro: 'It is held out no more. Who said so, and why, is kept.',
    fields: [{ kind: 'text', name: 'reason', label: 'Why', required: false }],
  },
  recalculate: {
    name: 'Judge again now',
    submit: 'Judge again',
    intro: 'Reads the company, its deals and engagements from HubSpot and judges it anew.',
    fields: [],
  },
};
