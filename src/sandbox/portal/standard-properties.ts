/** The properties every HubSpot account has, as far as Rekindle can meet them (hubspot-api.md 6.1). */
import type { SeedPipeline, SeedType } from '../seed.ts';
import type {
  PropertyDefinition,
  PropertyFieldType,
  PropertyGroup,
  PropertyOption,
  PropertyType,
} from './property-definition.ts';

type Column = readonly [name: string, label: string, access?: 'read-only'];

/** HubSpot's own definitions are older than any account we play. */
const definedAt = Date.UTC(2019, 0, 1);

/** Of the values that are several words in one. */
const spoken: ReadonlyMap<string, string> = new Map([
  ['marketingqualifiedlead', 'Marketing qualified lead'],
  ['salesqualifiedlead', 'Sales qualified lead'],
]);

const groups: Readonly<Record<SeedType, string>> = {
  company: 'companyinformation',
  deal: 'dealinformation',
  contact: 'contactinformation',
  call: 'call',
  email: 'email',
  meeting: 'meeting',
  note: 'note',
  task: 'task',
  communication: 'communication',
};

export function standardGroup(type: SeedType): PropertyGroup {
  const name = groups[type];
  return {
    name,
    label: `${type.charAt(0).toUpperCase()}${type.slice(1)} information`,
    displayOrder: 0,
    archived: false,
  };
}

const everyRecord: readonly PropertyDefinition[] = [
  ...define('number', 'number', [['hs_object_id', 'Record ID', 'read-only']]),
  ...define('string', 'text', [
    ['hs_merged_object_ids', 'Merged record IDs', 'read-only'],
    ['hs_object_source', 'Record source', 'read-only'],
    ['hs_object_source_label', 'Record source label', 'read-only'],
    ['hs_object_source_id', 'Record source ID', 'read-only'],
    ['hs_object_source_user_id', 'Record source user ID', 'read-only'],
  ]),
  ...define('datetime', 'date', [['hubspot_owner_assigneddate', 'Owner assigned date', 'read-only']]),
  { ...definition('enumeration', 'select', ['hubspot_owner_id', 'Owner']), ownerOptions: true },
];

const company: readonly PropertyDefinition[] = [
  ...define('string', 'text', [
    ['name', 'Company name'],
    ['domain', 'Company domain name'],
    ['phone', 'Phone number'],
    ['city', 'City'],
    ['state', 'State/Region'],
    ['country', 'Country/Region'],
    ['zip', 'Postal code'],
    ['address', 'Street address'],
    ['website', 'Website URL'],
    ['hs_last_sales_activity_type', 'Last engagement type', 'read-only'],
    ['hs_parent_company_id', 'Parent company', 'read-only'],
  ]),
  ...define('string', 'textarea', [['description', 'Description']]),
  ...define('number', 'number', [
    ['annualrevenue', 'Annual revenue'],
    ['numberofemployees', 'Number of employees'],
    ['num_associated_deals', 'Number of associated deals', 'read-only'],
    ['num_associated_contacts', 'Number of associated contacts', 'read-only'],
    ['num_contacted_notes', 'Number of times contacted', 'read-only'],
    ['num_notes', 'Number of sales activities', 'read-only'],
    ['hs_num_open_deals', 'Number of open deals', 'read-only'],
    ['hs_num_child_companies', 'Number of child companies', 'read-only'],
    ['hs_total_deal_value', 'Total open deal value', 'read-only'],
    ['recent_deal_amount', 'Recent deal amount', 'read-only'],
    ['total_revenue', 'Total revenue', 'read-only'],
  ]),
  ...define('datetime', 'date', [
    ['createdate', 'Create date', 'read-only'],
    ['hs_lastmodifieddate', 'Last modified date', 'read-only'],
    ['notes_last_contacted', 'Last contacted', 'read-only'],
    ['notes_last_updated', 'Last activity date', 'read-only'],
    ['notes_next_activity_date', 'Next activity date', 'read-only'],
    ['hs_last_sales_activity_timestamp', 'Last engagement date', 'read-only'],
    ['hs_last_logged_call_date', 'Last logged call date', 'read-only'],
    ['hs_last_booked_meeting_date', 'Last booked meeting date', 'read-only'],
    ['hs_last_logged_outgoing_email_date', 'Last logged outgoing email date', 'read-only'],
    ['hs_sales_email_last_replied', 'Recent sales email replied date', 'read-only'],
    ['hs_last_open_task_date', 'Last open task date', 'read-only'],
    ['hs_latest_meeting_activity', 'Latest meeting activity', 'read-only'],
    ['recent_deal_close_date', 'Recent deal close date', 'read-only'],
    ['first_deal_created_date', 'First deal created date', 'read-only'],
  ]),
  choice('type', 'Type', ['PROSPECT', 'PARTNER', 'RESELLER', 'VENDOR', 'OTHER']),
  choice('lifecyclestage', 'Lifecycle stage', [
    'subscriber',
    'lead',
    'marketingqualifiedlead',
    'salesqualifiedlead',
    'opportunity',
    'customer',
    'evangelist',
    'other',
  ]),
  choice('hs_lead_status', 'Lead status', [
    'NEW',
    'OPEN',
    'IN_PROGRESS',
    'OPEN_DEAL',
    'UNQUALIFIED',
    'ATTEMPTED_TO_CONTACT',
    'CONNECTED',
    'BAD_TIMING',
  ]),
];

const contact: readonly PropertyDefinition[] = [
  ...define('string', 'text', [
    ['email', 'Email'],
    ['firstname', 'First name'],
    ['lastname', 'Last name'],
    ['phone', 'Phone number'],
    ['jobtitle', 'Job title'],
    ['hs_calculated_merged_vids', 'Merged contact IDs', 'read-only'],
  ]),
  ...define('datetime', 'date', [
    ['createdate', 'Create date', 'read-only'],
    ['lastmodifieddate', 'Last modified date', 'read-only'],
    ['notes_last_contacted', 'Last contacted', 'read-only'],
    ['notes_last_updated', 'Last activity date', 'read-only'],
  ]),
];

const deal: readonly PropertyDefinition[] = [
  ...define('string', 'text', [
    ['dealname', 'Deal name'],
    ['deal_currency_code', 'Currency'],
  ]),
  ...define('string', 'textarea', [
    ['description', 'Deal description'],
    ['closed_lost_reason', 'Closed lost reason'],
  ]),
  ...define('number', 'number', [
    ['amount', 'Amount'],
    ['amount_in_home_currency', 'Amount in company currency', 'read-only'],
    ['hs_deal_stage_probability', 'Deal probability', 'read-only'],
  ]),
  ...define('datetime', 'date', [
    ['closedate', 'Close date'],
    // A person may set when a deal was created; HubSpot fills it otherwise.
    ['createdate', 'Create date'],
    ['hs_createdate', 'HubSpot create date', 'read-only'],
    ['hs_lastmodifieddate', 'Last modified date', 'read-only'],
    ['hs_closed_won_date', 'Closed won date', 'read-only'],
    ['hs_last_activity_date', 'Last activity date', 'read-only'],
    ['notes_last_updated', 'Last activity date (all)', 'read-only'],
  ]),
  ...['hs_is_closed', 'hs_is_closed_won', 'hs_is_closed_lost'].map((name) =>
    definition('bool', 'booleancheckbox', [name, name.replaceAll('_', ' '), 'read-only']),
  ),
];

const engagement: readonly PropertyDefinition[] = define('datetime', 'date', [
  ['hs_timestamp', 'Activity date'],
  ['hs_createdate', 'Create date', 'read-only'],
  ['hs_lastmodifieddate', 'Last modified date', 'read-only'],
]);

const perType: Readonly<Record<SeedType, readonly PropertyDefinition[]>> = {
  company,
  contact,
  deal,
  call: [
    ...engagement,
    choice('hs_call_direction', 'Call direction', ['INBOUND', 'OUTBOUND']),
    choice('hs_call_status', 'Call status', [
      'BUSY',
      'CALLING_CRM_USER',
      'CANCELED',
      'COMPLETED',
      'CONNECTING',
      'FAILED',
      'IN_PROGRESS',
      'MISSED',
      'NO_ANSWER',
      'QUEUED',
      'RINGING',
    ]),
    ...define('string', 'text', [
      ['hs_call_title', 'Call title'],
      ['hs_call_disposition', 'Call outcome'],
      ['hs_activity_type', 'Call and meeting type'],
    ]),
    ...define('string', 'textarea', [['hs_call_body', 'Call notes']]),
    ...define('number', 'number', [['hs_call_duration', 'Call duration']]),
  ],
  email: [
    ...engagement,
    choice('hs_email_direction', 'Email direction', [
      'EMAIL',
      'INCOMING_EMAIL',
      'FORWARDED_EMAIL',
      'DRAFT_EMAIL',
    ]),
    choice('hs_email_status', 'Email send status', ['SENT', 'BOUNCED', 'FAILED', 'SCHEDULED', 'SENDING']),
    ...define('string', 'text', [['hs_email_subject', 'Email subject']]),
    ...define('string', 'textarea', [['hs_email_text', 'Email body']]),
  ],
  meeting: [
    ...engagement,
    choice('hs_meeting_outcome', 'Meeting outcome', [
      'SCHEDULED',
      'COMPLETED',
      'RESCHEDULED',
      'NO_SHOW',
      'CANCELED',
    ]),
    ...define('datetime', 'date', [
      ['hs_meeting_start_time', 'Meeting start time'],
      ['hs_meeting_end_time', 'Meeting end time'],
    ]),
    ...define('string', 'text', [
      ['hs_meeting_title', 'Meeting name'],
      ['hs_activity_type', 'Call and meeting type'],
    ]),
    ...define('string', 'textarea', [['hs_meeting_body', 'Meeting description']]),
  ],
  note: [...engagement, ...define('string', 'textarea', [['hs_note_body', 'Note body']])],
  task: [
    ...engagement,
    choice('hs_task_status', 'Task status', [
      'NOT_STARTED',
      'IN_PROGRESS',
      'COMPLETED',
      'WAITING',
      'DEFERRED',
    ]),
    choice('hs_task_priority', 'Priority', ['NONE', 'LOW', 'MEDIUM', 'HIGH']),
    choice('hs_task_type', 'Task type', ['TODO', 'CALL', 'EMAIL']),
    ...define('string', 'text', [
      ['hs_task_subject', 'Task title'],
      ['hs_task_reminders', 'Reminders'],
    ]),
    ...define('string', 'textarea', [['hs_task_body', 'Task notes']]),
    ...define('datetime', 'date', [['hs_task_completion_date', 'Completed at', 'read-only']]),
  ],
  communication: [
    ...engagement,
    choice('hs_communication_channel_type', 'Channel type', ['WHATS_APP', 'LINKEDIN_MESSAGE', 'SMS']),
    choice('hs_communication_logged_from', 'Logged from', ['CRM']),
    ...define('string', 'textarea', [['hs_communication_body', 'Communication body']]),
  ],
};

/** All of one type; the deal's pipelines and stages are the account's own. */
export function standardProperties(
  type: SeedType,
  pipelines: readonly SeedPipeline[],
): readonly PropertyDefinition[] {
  const own = type === 'deal' ? [...perType.deal, ...pipelineProperties(pipelines)] : perType[type];
  return [...everyRecord, ...own].map((property) => ({ ...property, groupName: groups[type] }));
}

function pipelineProperties(pipelines: readonly SeedPipeline[]): readonly PropertyDefinition[] {
  const stages = pipelines.flatMap((pipeline) => pipeline.stages);
  return [
    { ...definition('enumeration', 'select', ['pipeline', 'Pipeline']), options: optionsOf(pipelines) },
    { ...definition('enumeration', 'radio', ['dealstage', 'Deal stage']), options: optionsOf(stages) },
  ];
}

function optionsOf(choices: readonly { readonly id: string; readonly label: string }[]): PropertyOption[] {
  return choices.map(({ id, label }, displayOrder) => ({ label, value: id, displayOrder, hidden: false }));
}

/** "In progress" for IN_PROGRESS: how HubSpot's pages call what has no label of its own. */
export function inWords(name: string): string {
  const words = name.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function choice(name: string, label: string, values: readonly string[]): PropertyDefinition {
  return {
    ...definition('enumeration', 'select', [name, label]),
    options: optionsOf(values.map((value) => ({ id: value, label: spoken.get(value) ?? inWords(value) }))),
  };
}

function define(
  type: PropertyType,
  fieldType: PropertyFieldType,
  columns: readonly Column[],
): readonly PropertyDefinition[] {
  return columns.map((column) => definition(type, fieldType, column));
}

function definition(
  type: PropertyType,
  fieldType: PropertyFieldType,
  [name, label, access]: Column,
): PropertyDefinition {
  return {
    name,
    label,
    description: '',
    groupName: '',
    type,
    fieldType,
    options: [],
    displayOrder: -1,
    hasUniqueValue: false,
    hidden: false,
    formField: false,
    hubspotDefined: true,
    readOnlyValue: access === 'read-only',
    ownerOptions: false,
    createdAt: definedAt,
    updatedAt: definedAt,
    archivedAt: null,
  };
}
