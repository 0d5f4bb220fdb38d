/** The page of companies: one search, and what its columns need. */
import type { Account } from './account.ts';
import { display, nameOf } from './display.ts';
import type { CompanyList, CompanyRow } from './views.ts';

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

export async function listCompanies(
  account: Account,
  query: ListQuery,
  timeZone: string,
): Promise<CompanyList> {
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
    const shown = (name: string): string | null =>
      display(byName.get(name), properties[name] ?? null, timeZone);
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
