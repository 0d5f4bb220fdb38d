/**
 * Calls, emails, meetings, notes, tasks and communications. Subjects, bodies and recipients are never asked for: they
 * are other people's words, and nothing of ours needs them (I12). Values: hubspot-api.md 6.1.
 */
import { z } from 'zod';
import type { Engagement, EngagementType } from '../../model/record.ts';
import { instantProperty, property, recordOf } from './common.ts';

/** HubSpot's name of a type, and what we ask of its records. */
export const engagementTypes: Readonly<
  Record<EngagementType, { readonly objectType: string; readonly properties: readonly string[] }>
> = {
  call: { objectType: 'calls', properties: ask('hs_call_direction', 'hs_call_status') },
  email: { objectType: 'emails', properties: ask('hs_email_direction', 'hs_email_status') },
  meeting: { objectType: 'meetings', properties: ask('hs_meeting_outcome', 'hs_meeting_start_time') },
  note: { objectType: 'notes', properties: ask() },
  task: { objectType: 'tasks', properties: ask('hs_task_status', 'hs_task_completion_date') },
  communication: { objectType: 'communications', properties: ask() },
};

function ask(...own: readonly string[]): readonly string[] {
  return ['hs_timestamp', 'hubspot_owner_id', ...own];
}

type Direction = Engagement['direction'];
type EngagementOutcome = Engagement['outcome'];
type Words<Word> = Readonly<Record<string, Word>>;

const callDirections: Words<Direction> = { INBOUND: 'inbound', OUTBOUND: 'outbound' };
const callOutcomes: Words<EngagementOutcome> = {
  COMPLETED: 'done',
  MISSED: 'failed',
  NO_ANSWER: 'failed',
  BUSY: 'failed',
  FAILED: 'failed',
  CANCELED: 'failed',
  QUEUED: 'scheduled',
};

/** A forwarded email is one of ours about somebody, not the partner's. */
const emailDirections: Words<Direction> = {
  EMAIL: 'outbound',
  INCOMING_EMAIL: 'inbound',
  FORWARDED_EMAIL: 'outbound',
};
const emailOutcomes: Words<EngagementOutcome> = {
  SENT: 'done',
  BOUNCED: 'failed',
  FAILED: 'failed',
  SCHEDULED: 'scheduled',
  SENDING: 'scheduled',
};

/** Portals can add outcomes of their own: those say nothing to us. */
const meetingOutcomes: Words<EngagementOutcome> = {
  SCHEDULED: 'scheduled',
  COMPLETED: 'done',
  RESCHEDULED: 'rescheduled',
  NO_SHOW: 'no_show',
  CANCELED: 'cancelled',
};

function word<Word>(words: Words<Word>, value: string | null): Word | null {
  return value === null ? null : (words[value] ?? null);
}

const properties = z.object({
  hs_timestamp: instantProperty,
  hubspot_owner_id: property,
  hs_call_direction: property,
  hs_call_status: property,
  hs_email_direction: property,
  hs_email_status: property,
  hs_meeting_outcome: property,
  hs_meeting_start_time: instantProperty,
  hs_task_status: property,
  hs_task_completion_date: instantProperty,
});
type Properties = z.infer<typeof properties>;

type Told = Pick<Engagement, 'occurredAt' | 'direction' | 'outcome'>;

const tell: Readonly<Record<EngagementType, (read: Properties) => Told>> = {
  call: (read) => ({
    occurredAt: read.hs_timestamp,
    direction: word(callDirections, read.hs_call_direction),
    outcome: word(callOutcomes, read.hs_call_status),
  }),
  email: (read) => ({
    occurredAt: read.hs_timestamp,
    direction: word(emailDirections, read.hs_email_direction),
    outcome: word(emailOutcomes, read.hs_email_status),
  }),
  meeting: (read) => ({
    occurredAt: read.hs_meeting_start_time ?? read.hs_timestamp,
    direction: null,
    outcome: word(meetingOutcomes, read.hs_meeting_outcome),
  }),
  note: (read) => ({ occurredAt: read.hs_timestamp, direction: 'outbound', outcome: 'done' }),
  task: (read) => {
    const done = read.hs_task_status === 'COMPLETED';
    // Its timestamp is when it was due.
    const occurredAt = done ? (read.hs_task_completion_date ?? read.hs_timestamp) : read.hs_timestamp;
    return { occurredAt, direction: 'outbound', outcome: done ? 'done' : 'scheduled' };
  },
  communication: (read) => ({ occurredAt: read.hs_timestamp, direction: null, outcome: 'done' }),
};

const record = recordOf(properties);

export function engagementShape(type: EngagementType) {
  return record.transform(({ id, properties, updatedAt }): Engagement => ({
    type,
    id,
    ...tell[type](properties),
    ownerId: properties.hubspot_owner_id,
    updatedAt,
  }));
}
