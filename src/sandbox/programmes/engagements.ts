/**
 * Calls, mails, meetings, notes and tasks, with HubSpot's property names and values (hubspot-api.md 6.1). What the
 * partner did counts: inbound mail and calls, and meetings that nobody says fell through. What we did never does.
 */
import { millisecondsPerDay, toIso, type Instant } from '../../model/instant.ts';
import type { Kind } from '../../model/kind.ts';
import type { SeedType } from '../seed.ts';
import type { PortalBuilder } from './portal-builder.ts';
import type { Random } from './random.ts';

/** Whom an engagement hangs on: always the company, and the person where one is known. */
export type Counterpart = {
  readonly companyId: string;
  readonly contactId: string | null;
  readonly ownerId: string | null;
};

type Properties = Readonly<Record<string, string>>;
type EngagementType = Extract<SeedType, 'call' | 'email' | 'meeting' | 'note' | 'task' | 'communication'>;
type NewEngagement = {
  readonly type: EngagementType;
  readonly at: Instant;
  readonly kind: Kind | null;
  readonly properties: Properties;
  readonly createdAt?: Instant;
};

const hourMs = 3_600_000;
const connectedCall = 'f240bbac-87c9-4f6e-bf70-924b57d47db7';

/** What the partner did at `at`. */
export function addPartnerEngagement(
  builder: PortalBuilder,
  random: Random,
  who: Counterpart,
  at: Instant,
): void {
  const roll = random.next();
  if (roll < 0.5) return add(builder, who, inboundEmail(random, at));
  if (roll < 0.7) return add(builder, who, inboundCall(random, at));
  add(
    builder,
    who,
    meeting(builder, random, at, random.pick(['COMPLETED', 'COMPLETED', 'COMPLETED', 'SCHEDULED', ''])),
  );
}

/** What we did, or what came to nothing, at `at`: none of it is the partner's activity. */
export function addOutreach(builder: PortalBuilder, random: Random, who: Counterpart, at: Instant): void {
  const roll = random.next();
  if (roll < 0.45) return add(builder, who, outboundEmail(random, at));
  if (roll < 0.62) return add(builder, who, outboundCall(random, at));
  if (roll < 0.76) return add(builder, who, note(random, at));
  if (roll < 0.88) return add(builder, who, doneTask(random, at));
  if (roll < 0.92) return add(builder, who, communication(random, at));
  add(builder, who, meeting(builder, random, at, random.pick(['CANCELED', 'NO_SHOW', 'RESCHEDULED'])));
}

/** A meeting that is still to come. */
export function addFutureMeeting(builder: PortalBuilder, random: Random, who: Counterpart): void {
  const at = Math.ceil((builder.now + random.between(1, 28) * millisecondsPerDay) / hourMs) * hourMs;
  add(builder, who, meeting(builder, random, at, 'SCHEDULED'));
}

/** A task of ours whose due date is still to come. */
export function addOpenTask(builder: PortalBuilder, random: Random, who: Counterpart): void {
  const at = Math.ceil((builder.now + random.between(1, 21) * millisecondsPerDay) / hourMs) * hourMs;
  const createdAt = builder.now - Math.floor(random.between(0.1, 10) * millisecondsPerDay);
  const properties = {
    hs_task_subject: random.pick(taskSubjects),
    hs_task_status: 'NOT_STARTED',
    hs_task_type: 'TODO',
    hs_task_priority: 'MEDIUM',
  };
  add(builder, who, { type: 'task', at, kind: null, properties, createdAt });
}

function add(builder: PortalBuilder, who: Counterpart, engagement: NewEngagement): void {
  const { type, at, kind, properties } = engagement;
  const createdAt = Math.min(engagement.createdAt ?? at, builder.now);
  const id = builder.add(type, {
    properties: {
      hs_timestamp: toIso(at),
      ...(who.ownerId === null ? {} : { hubspot_owner_id: who.ownerId }),
      ...properties,
    },
    createdAt,
    updatedAt: Math.min(Math.max(at, createdAt), builder.now),
  });
  builder.link(type, id, 'company', who.companyId);
  if (who.contactId !== null) builder.link(type, id, 'contact', who.contactId);
  builder.witness(who.companyId, kind, at);
}

const inboundSubjects = [
  'Question about pricing',
  'Re: Next steps',
  'Demo licence',
  'Customer asks for a quote',
  'Re: Your offer',
];
const outboundSubjects = [
  'What is new this quarter',
  'Checking in',
  'Your partner benefits',
  'Enablement session',
  'Re: Next steps',
];
const taskSubjects = [
  'Call about the pipeline',
  'Send the new price list',
  'Prepare the business review',
  'Ask for feedback',
];
const noteBodies = [
  'Left a message with reception.',
  'New contact takes over in spring.',
  'Waiting for their decision.',
];
const meetingTitles = ['Business review', 'Product briefing', 'Joint planning', 'Enablement session'];

function inboundEmail(random: Random, at: Instant): NewEngagement {
  const properties = {
    hs_email_direction: 'INCOMING_EMAIL',
    hs_email_status: 'SENT',
    hs_email_subject: random.pick(inboundSubjects),
  };
  return { type: 'email', at, kind: 'email_inbound', properties };
}

function outboundEmail(random: Random, at: Instant): NewEngagement {
  const properties = {
    hs_email_direction: 'EMAIL',
    hs_email_status: random.chance(0.95) ? 'SENT' : 'BOUNCED',
    hs_email_subject: random.pick(outboundSubjects),
  };
  return { type: 'email', at, kind: 'email_outbound', properties };
}

/** A call of theirs that we missed is still their call. */
function inboundCall(random: Random, at: Instant): NewEngagement {
  const answered = random.chance(0.85);
  const properties = {
    hs_call_direction: 'INBOUND',
    hs_call_status: answered ? 'COMPLETED' : 'MISSED',
    hs_call_duration: String(answered ? random.integer(60, 1800) * 1000 : 0),
    ...(answered ? { hs_call_disposition: connectedCall } : {}),
  };
  return { type: 'call', at, kind: 'call_inbound', properties };
}

function outboundCall(random: Random, at: Instant): NewEngagement {
  const status = random.pick(['COMPLETED', 'COMPLETED', 'NO_ANSWER', 'BUSY']);
  const connected = status === 'COMPLETED';
  const properties = {
    hs_call_direction: 'OUTBOUND',
    hs_call_status: status,
    hs_call_duration: String(connected ? random.integer(60, 1800) * 1000 : 0),
    ...(connected ? { hs_call_disposition: connectedCall } : {}),
  };
  return { type: 'call', at, kind: 'call_outbound', properties };
}

/** HubSpot never changes an outcome by itself, so a past meeting that still says SCHEDULED, or nothing, took place. */
function meeting(builder: PortalBuilder, random: Random, at: Instant, outcome: string): NewEngagement {
  const fellThrough = outcome === 'CANCELED' || outcome === 'NO_SHOW' || outcome === 'RESCHEDULED';
  return {
    type: 'meeting',
    at,
    kind: fellThrough ? null : 'meeting_held',
    properties: {
      hs_meeting_title: random.pick(meetingTitles),
      hs_meeting_start_time: toIso(at),
      hs_meeting_end_time: toIso(at + hourMs),
      ...(outcome === '' ? {} : { hs_meeting_outcome: outcome }),
    },
    createdAt: Math.min(at, builder.now) - random.integer(1, 12) * millisecondsPerDay,
  };
}

function note(random: Random, at: Instant): NewEngagement {
  return { type: 'note', at, kind: 'note_logged', properties: { hs_note_body: random.pick(noteBodies) } };
}

function doneTask(random: Random, at: Instant): NewEngagement {
  const properties = {
    hs_task_subject: random.pick(taskSubjects),
    hs_task_status: 'COMPLETED',
    hs_task_type: random.pick(['TODO', 'CALL', 'EMAIL']),
    hs_task_priority: 'MEDIUM',
    hs_task_completion_date: toIso(at),
  };
  return { type: 'task', at, kind: 'task_done', properties };
}

function communication(random: Random, at: Instant): NewEngagement {
  const properties = {
    hs_communication_channel_type: random.pick(['WHATS_APP', 'LINKEDIN_MESSAGE', 'SMS']),
    hs_communication_logged_from: 'CRM',
  };
  return { type: 'communication', at, kind: 'note_logged', properties };
}
