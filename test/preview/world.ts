/** A sandbox account that Rekindle has judged, the card's server, and the preview over both. */
import { startPreview, type PreviewUser } from '../../src/sandbox/preview/server.ts';
import type { SeedProperty } from '../../src/sandbox/seed.ts';
import { startSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import { statusNames, type Status } from '../../src/model/verdict.ts';
import { createTinyPortal, tinyCompanies, tinyNow } from '../world/tiny-portal.ts';
import { startCardServer, type CardServer, type CardServerOptions } from './card-server.ts';

export const previewUsers: readonly PreviewUser[] = [
  { id: '9501', email: 'ada@example.com', firstName: 'Ada', lastName: 'Okafor', role: 'manager' },
  { id: '9502', email: 'ben@example.com', firstName: 'Ben', lastName: 'Ruiz', role: 'admin' },
  { id: '9504', email: 'eve+reader@example.com', firstName: 'Eve', lastName: 'Moss', role: 'reader' },
];

const field = (
  name: string,
  label: string,
  type: SeedProperty['type'],
  fieldType: SeedProperty['fieldType'],
) => ({
  name,
  label,
  type,
  fieldType,
  groupName: 'rekindle',
  options: [],
});

const rekindleProperties: readonly SeedProperty[] = [
  {
    ...field('rekindle_status', 'Rekindle status', 'enumeration', 'select'),
    options: Object.entries(statusNames).map(([value, label]) => ({ value, label })),
  },
  field('rekindle_status_changed_at', 'Status changed at', 'datetime', 'date'),
  field('rekindle_inactive_since', 'Inactive since', 'date', 'date'),
  {
    ...field('rekindle_primary_reason', 'Primary reason', 'enumeration', 'select'),
    options: [
      { value: 'sales_stopped', label: 'Sales stopped' },
      { value: 'sales_never', label: 'Never sold' },
    ],
  },
  field('rekindle_health', 'Health (100 is thriving)', 'number', 'number'),
  field('rekindle_last_activity_date', 'Last activity', 'date', 'date'),
  field('rekindle_recommended_action', 'Recommended action', 'string', 'text'),
  field('rekindle_plan_stage', 'Plan stage', 'string', 'text'),
];

const written: Readonly<Record<string, Readonly<Record<string, string>> & { rekindle_status: Status }>> = {
  [tinyCompanies.active]: {
    rekindle_status: 'active',
    rekindle_health: '92',
    rekindle_last_activity_date: '2026-06-13',
  },
  [tinyCompanies.silent]: {
    rekindle_status: 'inactive',
    rekindle_status_changed_at: '2026-02-15T02:10:00Z',
    rekindle_inactive_since: '2026-02-15',
    rekindle_primary_reason: 'sales_stopped',
    rekindle_health: '24',
    rekindle_last_activity_date: '2026-03-02',
    rekindle_recommended_action: 'Call the owner',
  },
  [tinyCompanies.neverActivated]: {
    rekindle_status: 'never_activated',
    rekindle_primary_reason: 'sales_never',
    rekindle_health: '8',
  },
  [tinyCompanies.sharing]: { rekindle_status: 'cooling', rekindle_health: '58' },
  [tinyCompanies.merged]: { rekindle_status: 'at_risk', rekindle_health: '41' },
  [tinyCompanies.dormant]: { rekindle_status: 'unknown' },
};

/** Does over the account's API what `provision` and a run do: group, properties, values. */
async function writeVerdicts(sandbox: Sandbox): Promise<void> {
  const post = async (path: string, body: object): Promise<void> => {
    const response = await fetch(sandbox.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.seed.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  };
  const ordered = rekindleProperties.map((property) => ({
    ...property,
    options: property.options.map((option, displayOrder) => ({ ...option, displayOrder, hidden: false })),
  }));
  await post('/crm/properties/2026-09/companies/groups', { name: 'rekindle', label: 'Rekindle' });
  await post('/crm/properties/2026-09/companies/batch/create', { inputs: ordered });
  const inputs = Object.entries(written).map(([id, properties]) => ({ id, properties }));
  await post('/crm/objects/2026-09/companies/batch/update', { inputs });
}

export type PreviewWorld = {
  readonly url: string;
  readonly portalId: string;
  readonly sandbox: Sandbox;
  readonly cardServer: CardServer;
  recordUrl(companyId: string): string;
  close(): Promise<void>;
};

export async function startPreviewWorld(
  options: Pick<CardServerOptions, 'card' | 'createTask'> & {
    /** False for an account before `provision`. */
    judged?: boolean;
  },
): Promise<PreviewWorld> {
  const seed = createTinyPortal();
  const sandbox = await startSandbox({ seed, clock: () => tinyNow, limits: 'off', indexLagMs: 0 });
  if (options.judged ?? true) await writeVerdicts(sandbox);
  const { portalId, appId, clientSecret, timeZone } = seed;
  // A path in the public address, as behind a reverse proxy that strips it.
  const publicUrl = 'https://rekindle.example/partners';
  const cardServer = await startCardServer({ ...options, portalId, appId, clientSecret, publicUrl });
  const preview = await startPreview({
    port: 0,
    sandboxUrl: sandbox.url,
    clientSecret,
    portalId,
    appId,
    timeZone,
    apiBaseUrl: publicUrl,
    serverUrl: cardServer.url,
    users: previewUsers,
  });
  return {
    url: preview.url,
    portalId,
    sandbox,
    cardServer,
    recordUrl: (companyId) => `${preview.url}/contacts/${portalId}/record/0-2/${companyId}`,
    async close() {
      await preview.close();
      await cardServer.close();
      await sandbox.close();
    },
  };
}
