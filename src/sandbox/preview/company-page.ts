/** One company's record: its properties by group, and its deals. */
import type { Account, CrmRecord, Properties, PropertyInfo } from './account.ts';
import { dayOf, display, moment, nameOf } from './display.ts';
import type { CompanyPage, PropertyGroup, ShownProperty } from './views.ts';

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
  timeZone: string,
): PropertyGroup[] {
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));
  const show = (definition: PropertyInfo): ShownProperty => ({
    name: definition.name,
    label: definition.label,
    value:
      definition.name === 'hubspot_owner_id'
        ? owner
        : display(definition, stored[definition.name] ?? null, timeZone),
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

export async function companyPage(
  account: Account,
  id: string,
  timeZone: string,
): Promise<CompanyPage | null> {
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
    groups: groupsOf(definitions, labels, company.properties, owner, timeZone),
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

function amountOf(properties: Properties): string | null {
  const amount = properties['amount'];
  if (amount === null || amount === undefined || amount === '') return null;
  const shown = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 0 }).format(Number(amount));
  return [properties['deal_currency_code'], shown].filter(Boolean).join(' ');
}
