/** Every signed address of the server: what HubSpot would send to it, from whom, and what that leaves behind. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { presets } from '../../src/assess/presets.ts';
import { keyIdFor } from '../../src/intake/rest-key.ts';
import { issueKey } from '../../src/jobs/issue-key.ts';
import { settingsSchema } from '../../src/model/settings.ts';
import type { Store } from '../../src/store/connect.ts';
import { saveSettings } from '../../src/store/settings.ts';
import type { ServerOptions } from '../../src/web/server.ts';
import {
  appId,
  clientSecret,
  fillStore,
  fromHubSpot,
  now,
  portalId,
  publicUrl,
  queryOf,
  silent,
  silentPlay,
  startWorld,
  userEmail,
  type Call,
  type Header,
  type World,
} from './world.ts';

/** Whose words it carries: of a user by hubspot.fetch, or HubSpot's own. */
type Sender = 'user' | 'workflow' | 'webhooks';

export type Route = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly from: Sender;
  /** What the query says besides who asks. */
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** What a request leaves behind, however often it comes; nothing where it only reads. */
  readonly leaves: Partial<Record<Trace, number>>;
  /** What it leaves each time it comes: that somebody asked is worth an entry though there is nothing left to do. */
  readonly leavesEachTime?: Trace;
};

/** Rows, and requests to HubSpot that make something. */
const tables = [
  'action',
  'action_audit',
  'action_request',
  'api_key',
  'approved_preview',
  'hint',
  'settings_audit',
  'settings_version',
] as const;
const makers = ['createTask', 'createNote', 'archiveCompanyProperties'] as const;
export type Trace = (typeof tables)[number] | (typeof makers)[number];

/** In force is version 2. */
const draft = settingsSchema.parse({ ...presets.reseller, graceDays: 91 });
const company = { companyId: silent.id };

export const execution = {
  callbackId: 'ap-7654321-1-1-0',
  origin: { portalId: Number(portalId), actionDefinitionId: 1, actionDefinitionVersion: 1 },
  context: { source: 'WORKFLOWS', workflowId: 77 },
  object: { objectId: Number(silent.id), objectType: 'COMPANY' },
};
export const event = {
  portalId: Number(portalId),
  appId: Number(appId),
  subscriptionType: 'object.creation',
  objectId: 201,
  objectTypeId: '0-3',
};

const acted = { action_request: 1, action_audit: 1 };
/** Until somebody has followed the hint, which nobody does here. */
const judgedLater = { ...acted, hint: 1 };

function read(path: string, query: Record<string, string> = {}): Route {
  return { method: 'GET', path, from: 'user', query, leaves: {} };
}
function asked(path: string, body: unknown, leaves: Route['leaves'] = {}): Route {
  return { method: 'POST', path, from: 'user', body, leaves };
}
function executed(name: string, inputFields: Record<string, unknown>, leaves: Route['leaves']): Route {
  const path = `/workflow-actions/${name}`;
  return { method: 'POST', path, from: 'workflow', body: { ...execution, inputFields }, leaves };
}

export const routes: readonly Route[] = [
  read('/card', company),
  read('/card/history', company),
  read('/home'),
  read('/settings'),
  read('/settings/versions'),
  read('/settings/compare', { a: '1', b: '2' }),
  read('/settings/portal'),
  read('/settings/corrections'),
  asked('/settings/describe', { settings: draft }),
  asked('/settings/preview', { settings: draft }),
  asked('/settings/count', { definition: draft.partnerDefinition }),
  asked('/card/task', { ...company, play: silentPlay }, { action: 1, createTask: 1 }),
  asked(
    '/card/action',
    { ...company, requestKey: 'one-press', action: 'log_outreach', way: 'call', note: 'Left a message.' },
    { ...acted, createNote: 1 },
  ),
  asked(
    '/settings',
    { baseVersion: 2, settings: draft, note: 'Patience', approvedMoves: 3 },
    { settings_version: 1, settings_audit: 2, approved_preview: 1 },
  ),
  asked(
    '/settings/restore',
    { baseVersion: 2, version: 1, note: '' },
    { settings_version: 1, settings_audit: 1 },
  ),
  read('/settings/keys'),
  asked(
    '/settings/keys/create',
    { requestKey: 'one-press', source: 'partner-portal', name: 'Portal sync' },
    { api_key: 1, settings_audit: 1 },
  ),
  asked('/settings/keys/revoke', { id: keyIdFor('an earlier press') }, { settings_audit: 1 }),
  {
    ...asked('/settings/remove-properties', { confirmation: portalId }, { archiveCompanyProperties: 1 }),
    leavesEachTime: 'settings_audit',
  },
  executed('recalculate', {}, judgedLater),
  executed('log-outreach', { way: 'email' }, { ...acted, createNote: 1 }),
  executed('record-root-cause', { cause: 'incentive' }, acted),
  executed('snooze-until', { days: 14 }, judgedLater),
  executed('start-offboarding-notice', { days: 30 }, acted),
  { method: 'POST', path: '/webhooks/hubspot', from: 'webhooks', body: [event], leaves: { hint: 1 } },
];

/** The request as HubSpot sends it. */
export function soundCall({ method, path, from, query, body }: Route): Partial<Call> {
  return {
    method,
    path,
    query: from === 'user' ? queryOf({ ...query, ...fromHubSpot }) : '',
    body: body === undefined ? '' : JSON.stringify(body),
  };
}

export function hexOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The same request by the older signature alone. */
export function olderCall(route: Route, secret: string = clientSecret): Partial<Call> {
  const call = soundCall(route);
  const { method = '', path = '', query = '', body = '' } = call;
  const headers = (signed: Header[]): Header[] => [
    ...signed.filter(([name]) => !name.startsWith('X-HubSpot')),
    ['X-HubSpot-Signature-Version', 'v2'],
    ['X-HubSpot-Signature', hexOf(secret + method + publicUrl + path + query + body)],
  ];
  return { ...call, headers };
}

export type GuardedWorld = World & {
  /** How much of everything there is. */
  traces(): Promise<Record<Trace, number>>;
  /** Every request to HubSpot, by name. */
  readonly asked: string[];
};

/** A server with all its addresses, in an account where user 77 may do everything. */
export async function startGuardedWorld(
  store: Store,
  changes: Partial<ServerOptions> = {},
): Promise<GuardedWorld> {
  await fillStore(store);
  const second = settingsSchema.parse({ ...presets.reseller, graceDays: 7 });
  await saveSettings(store.db, second, { note: '', author: 'test', now });
  const key = { requestKey: 'an earlier press', source: 'shop', name: 'Shop' };
  await issueKey(store, key, { author: 'test', userId: null, now });
  // Somebody has tried to reach the partner, without which no notice begins.
  await sql`insert into action_audit (partner_id, at, action, about, details, came_from, sentence)
            values (${silent.id}, ${new Date(now).toISOString()}::timestamptz, 'log_outreach', 'outreach', '{}', 'card', 'Called.')`.execute(
    store.db,
  );
  const asked: string[] = [];
  const archived: string[] = [];
  const answer = <A extends unknown[], T>(name: string, value: (...given: A) => T) => {
    return async (...given: A): Promise<T> => {
      if (name !== 'archiveCompanyProperties' || (given[0] as unknown[]).length > 0) asked.push(name);
      return value(...given);
    };
  };
  const hubspot: ServerOptions['hubspot'] & NonNullable<ServerOptions['acting']>['hubspot'] = {
    createTask: answer('createTask', () => ({ id: '9001' })),
    createNote: answer('createNote', () => ({ id: '9002' })),
    readUser: answer('readUser', () => ({ id: fromHubSpot.userId, email: userEmail, superAdmin: true })),
    countPartners: answer('countPartners', () => 2),
    countListMembers: answer('countListMembers', () => 2),
    readDealPipelines: answer('readDealPipelines', () => []),
    readCompanyProperties: answer('readCompanyProperties', () =>
      archived.length > 0 ? [] : [existing('rekindle_status')],
    ),
    archiveCompanyProperties: answer('archiveCompanyProperties', (names: readonly string[]) => {
      archived.push(...names);
    }),
    readCompanies: answer('readCompanies', (ids: readonly string[]) => ({
      found: ids.map((id) => ({ ...silent, id, archived: false, createdAt: now, properties: {} })),
      missing: [],
    })),
    updateCompanies: answer('updateCompanies', (updates: readonly { id: string }[]) => ({
      written: updates.map(({ id }) => ({ id, updatedAt: now })),
      failed: [],
    })),
  };
  const world = await startWorld(store, {
    hubspot,
    acting: { hubspot, refresh: async () => ({ state: 'too_early' }) },
    ...changes,
  });
  return {
    ...world,
    asked,
    traces: async () => {
      const made = makers.map((maker) => [maker, asked.filter((name) => name === maker).length] as const);
      return { ...(await countRows(store)), ...Object.fromEntries(made) } as Record<Trace, number>;
    },
  };
}

function existing(name: string) {
  return {
    name,
    label: name,
    description: '',
    groupName: 'rekindle',
    type: 'string',
    fieldType: 'text',
    options: [],
    hubspotDefined: false,
    readOnlyValue: false,
    archived: false,
  } as const;
}

async function countRows({ db }: Store): Promise<Record<string, number>> {
  const counts = tables.map(
    (table) => sql`(select count(*)::int from ${sql.table(table)}) as ${sql.ref(table)}`,
  );
  const { rows } = await sql<Record<string, number>>`select ${sql.join(counts)}`.execute(db);
  return rows[0] ?? {};
}
