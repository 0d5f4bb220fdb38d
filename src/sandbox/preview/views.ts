/** What the preview's pages show, put together from the account's records. Shapes shared with the browser code. */
import type { Account, CrmRecord, PropertyInfo, Properties } from './account.ts';

export type Choice = { readonly value: string; readonly label: string };
type ShownProperty = { readonly name: string; readonly label: string; readonly value: string | null };
export type PropertyGroup = {
  readonly name: string;
  readonly label: string;
  readonly properties: readonly ShownProperty[];
};

export type CompanyRow = {
  readonly id: string;
  readonly name: string | null;
  readonly domain: string | null;
  readonly owner: string | null;
  readonly status: Choice | null;
  readonly health: string | null;
  readonly primaryReason: string | null;
  readonly lastActivity: string | null;
  readonly recommendedAction: string | null;
};

export type CompanyList = {
  readonly total: number;
  readonly next: string | null;
  readonly rows: readonly CompanyRow[];
  /** Whether Rekindle's properties exist in the account; without them there is nothing to filter or sort by. */
  readonly provisioned: boolean;
  readonly statuses: readonly Choice[];
  readonly owners: readonly Choice[];
};

export type DealTile = {
  readonly id: string;
  readonly name: string;
  readonly amount: string | null;
  readonly closeDate: string | null;
  readonly stage: string | null;
};

export type CompanyPage = {
  readonly id: string;
  readonly name: string | null;
  readonly domain: string | null;
  readonly owner: string | null;
  /** Every property as stored, for extensions that ask for them. */
  readonly stored: Properties;
  readonly groups: readonly PropertyGroup[];
  readonly deals: readonly DealTile[];
};

export type ActivityItem = {
  readonly id: string;
  readonly type: 'call' | 'email' | 'meeting' | 'note' | 'task';
  readonly title: string;
  readonly detail: string | null;
  /** ISO instant; null when the record has none. */
  readonly at: string | null;
};

const listProperties = [
  'name',
  'domain',
  'hubspot_owner_id',
  'rekindle_status',
  'rekindle_health',
  'rekindle_primary_reason',
  'rekindle_last_activity_date',
  'rekindle_recommended_action',
];

const sortable: ReadonlySet<string> = new Set([
  'name',
  'hubspot_owner_id',
  'rekindle_status',
  'rekindle_health',
  'rekindle_last_activity_date',
]);

export type ListQuery = {
  readonly view: 'partners' | 'all';
  readonly search: string;
  readonly status: string;
  readonly owner: string;
  /** A property name, with a leading minus for descending. */
  readonly sort: string;
  readonly after: string;
};

function filtersOf(query: ListQuery, provisioned: boolean): object[] {
  return [
    ...(query.view === 'partners' && provisioned
      ? [{ propertyName: 'rekindle_status', operator: 'HAS_PROPERTY' }]
      : []),
    ...(query.status !== '' && provisioned
      ? [{ propertyName: 'rekindle_status', operator: 'EQ', value: query.status }]
      : []),
    ...(query.owner === '' ? [] : [{ propertyName: 'hubspot_owner_id', operator: 'EQ', value: query.owner }]),
  ];
}

function sortsOf(sort: string, provisioned: boolean): object[] {
  const propertyName = sort.replace(/^-/, '');
  const usable = sortable.has(propertyName) && (provisioned || !propertyName.startsWith('rekindle_'));
  return usable ? [{ propertyName, direction: sort.startsWith('-') ? 'DESCENDING' : 'ASCENDING' }] : [];
}

export async function listCompanies(account: Account, query: ListQuery): Promise<CompanyList> {
  const [definitions, owners] = await Promise.all([account.readCompanyProperties(), account.readOwners()]);
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));
  const provisioned = byName.has('rekindle_status');
  const filters = filtersOf(query, provisioned);
  const found = await account.searchCompanies({
    ...(filters.length === 0 ? {} : { filterGroups: [{ filters }] }),
    ...(query.search === '' ? {} : { query: query.search }),
    ...(query.after === '' ? {} : { after: query.after }),
    sorts: sortsOf(query.sort, provisioned),
    properties: listProperties.filter((name) => byName.has(name)),
    limit: 25,
  });
  const ownerNames = new Map(owners.map((owner) => [owner.id, nameOf(owner)]));
  const rows = found.results.map(({ id, properties }): CompanyRow => {
    const shown = (name: string): string | null => display(byName.get(name), properties[name] ?? null);
    const status = properties['rekindle_status'];
    return {
      id,
      name: properties['name'] ?? null,
      domain: properties['domain'] ?? null,
      owner: ownerNames.get(properties['hubspot_owner_id'] ?? '') ?? null,
      status: status ? { value: status, label: shown('rekindle_status') ?? status } : null,
      health: properties['rekindle_health'] ?? null,
      primaryReason: shown('rekindle_primary_reason'),
      lastActivity: shown('rekindle_last_activity_date'),
      recommendedAction: shown('rekindle_recommended_action'),
    };
  });
  return {
    total: found.total,
    next: found.after,
    rows,
    provisioned,
    statuses: byName.get('rekindle_status')?.options ?? [],
    owners: owners.filter(({ archived }) => !archived).map(({ id, name }) => ({ value: id, label: name })),
  };
}

function nameOf({ name, archived }: { name: string; archived: boolean }): string {
  return archived ? `${name} (deactivated)` : name;
}

const dayFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });
const timeFormat = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
});

/** Stored dates are ISO text or epoch milliseconds; what is neither is shown as it is. */
function moment(value: string): Date | null {
  const date = new Date(/^\d+$/.test(value) ? Number(value) : value);
  return Number.isNaN(date.getTime()) ? null : date;
}

function display(definition: PropertyInfo | undefined, value: string | null): string | null {
  if (value === null || value === '') return null;
  const date = definition?.type === 'date' || definition?.type === 'datetime' ? moment(value) : null;
  if (date !== null)
    return definition?.type === 'date' ? dayFormat.format(date) : `${timeFormat.format(date)} UTC`;
  if (definition?.type === 'bool') return value === 'true' ? 'Yes' : 'No';
  const labels = new Map(definition?.options.map((option) => [option.value, option.label]));
  return value
    .split(definition?.fieldType === 'checkbox' ? ';' : '\0')
    .map((part) => labels.get(part) ?? part)
    .join(', ');
}

/** What HubSpot's left sidebar calls "About this company". */
const about = [
  'domain',
  'type',
  'phone',
  'city',
  'country',
  'lifecyclestage',
  'createdate',
  'hubspot_owner_id',
];

function groupsOf(
  definitions: readonly PropertyInfo[],
  groupLabels: ReadonlyMap<string, string>,
  stored: Properties,
  owner: string | null,
): PropertyGroup[] {
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));
  const show = (definition: PropertyInfo): ShownProperty => ({
    name: definition.name,
    label: definition.label,
    value:
      definition.name === 'hubspot_owner_id' ? owner : display(definition, stored[definition.name] ?? null),
  });
  const inGroup = (name: string): PropertyGroup => ({
    name,
    label: groupLabels.get(name) ?? name,
    properties: definitions.filter(({ groupName }) => groupName === name).map(show),
  });
  const own = [...groupLabels.keys()].filter((name) => name !== 'companyinformation' && name !== 'rekindle');
  const known = about.flatMap((name) => byName.get(name) ?? []);
  return [
    inGroup('rekindle'),
    { name: 'about', label: 'About this company', properties: known.map(show) },
    ...own.map(inGroup),
  ].filter(({ properties }) => properties.some(({ value }) => value !== null));
}

export async function companyPage(account: Account, id: string): Promise<CompanyPage | null> {
  const [definitions, groups, owners, stages] = await Promise.all([
    account.readCompanyProperties(),
    account.readPropertyGroups(),
    account.readOwners(),
    account.readStageLabels(),
  ]);
  const company = await account.readCompany(
    id,
    definitions.map(({ name }) => name),
  );
  if (company === null) return null;
  const dealProperties = ['dealname', 'amount', 'deal_currency_code', 'closedate', 'dealstage'];
  const deals = await account.readLinked(company.id, 'deals', dealProperties);
  const ownerId = company.properties['hubspot_owner_id'];
  const found = owners.find((candidate) => candidate.id === ownerId);
  const owner = found === undefined ? null : nameOf(found);
  const labels = new Map(groups.map(({ name, label }) => [name, label]));
  return {
    id: company.id,
    name: company.properties['name'] ?? null,
    domain: company.properties['domain'] ?? null,
    owner,
    stored: company.properties,
    groups: groupsOf(definitions, labels, company.properties, owner),
    deals: deals
      .sort((a, b) => closedAt(b) - closedAt(a))
      .map(({ id: dealId, properties }) => ({
        id: dealId,
        name: properties['dealname'] ?? `Deal ${dealId}`,
        amount: amountOf(properties),
        closeDate: dayOf(properties['closedate'] ?? null),
        stage: stages.get(properties['dealstage'] ?? '') ?? properties['dealstage'] ?? null,
      })),
  };
}

function closedAt({ properties }: CrmRecord): number {
  return moment(properties['closedate'] ?? '')?.getTime() ?? 0;
}

function dayOf(value: string | null): string | null {
  const date = value === null ? null : moment(value);
  return date === null ? null : dayFormat.format(date);
}

function amountOf(properties: Properties): string | null {
  const amount = properties['amount'];
  if (amount === null || amount === undefined || amount === '') return null;
  const shown = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 0 }).format(Number(amount));
  return [properties['deal_currency_code'], shown].filter(Boolean).join(' ');
}

const activityTypes = [
  { type: 'call', plural: 'calls', title: 'hs_call_title', detail: 'hs_call_direction' },
  { type: 'email', plural: 'emails', title: 'hs_email_subject', detail: 'hs_email_direction' },
  { type: 'meeting', plural: 'meetings', title: 'hs_meeting_title', detail: 'hs_meeting_outcome' },
  { type: 'note', plural: 'notes', title: 'hs_note_body', detail: null },
  { type: 'task', plural: 'tasks', title: 'hs_task_subject', detail: 'hs_task_body' },
] as const;

const untitled = { call: 'Call', email: 'Email', meeting: 'Meeting', note: 'Note', task: 'Task' } as const;

/** Bodies come as HTML; the timeline shows their text. */
function plain(text: string | null | undefined): string | null {
  const words = (text ?? '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return words === '' ? null : words;
}

/** Newest first. */
export async function companyActivities(account: Account, id: string): Promise<ActivityItem[]> {
  const byType = await Promise.all(
    activityTypes.map(async ({ type, plural, title, detail }) => {
      const wanted = ['hs_timestamp', title, ...(detail === null ? [] : [detail])];
      const records = await account.readLinked(id, plural, wanted);
      return records.map(({ id: recordId, properties }): ActivityItem => ({
        id: recordId,
        type,
        title: plain(properties[title]) ?? untitled[type],
        detail: detail === null ? null : plain(properties[detail]),
        at: moment(properties['hs_timestamp'] ?? '')?.toISOString() ?? null,
      }));
    }),
  );
  return byType.flat().sort((a, b) => (b.at ?? '').localeCompare(a.at ?? ''));
}
