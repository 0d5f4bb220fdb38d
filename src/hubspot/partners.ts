/** Finds the companies that meet the partner definition, a page at a time. */
import {
  FilterOperatorEnum,
  type Filter,
} from '@hubspot/api-client/lib/codegen/crm/objects/models/Filter.js';
import type { Company } from '../model/record.ts';
import type { PartnerDefinition } from '../model/settings.ts';
import type { Instant } from '../model/instant.ts';
import type { Api } from './api.ts';
import { HubSpotError } from './errors.ts';
import type { PartnerPage } from './hubspot.ts';
import { pageSizes } from './limits.ts';
import { nextCursor } from './paging.ts';
import { propertyName } from './properties.ts';
import { readCompanies } from './records.ts';
import { firstRows } from './search.ts';
import { parseAnswer } from './shapes/common.ts';
import { companyProperties, companySearch } from './shapes/company.ts';
import { list, membershipCount, membershipPage } from './shapes/list.ts';

type ByProperty = Extract<PartnerDefinition, { by: 'property' }>;

const companyTypeId = '0-2';

/** Which of the partners are wanted: those that carry no status of ours, or those modified since an instant. */
export type Newer = 'unpublished' | { readonly since: Instant };

/**
 * By search, in the order of record ids and from the last id on. Offsets would end at 10,000 rows, and every record that
 * changes meanwhile would move the rows behind it over a page boundary (hubspot-api.md section 11).
 * @param after the last id of the page before
 */
export async function findPartnersByProperty(
  api: Api,
  definition: ByProperty,
  properties: readonly string[],
  after: string | null,
  newer: Newer | null,
): Promise<PartnerPage> {
  const page = await firstRows(api, 'companies', companySearch(properties), {
    filters: [
      filterOf(definition),
      ...(after === null
        ? []
        : [{ propertyName: 'hs_object_id', operator: FilterOperatorEnum.Gt, value: after }]),
      ...(newer === null ? [] : [filterOfNewer(newer)]),
    ],
    sort: 'hs_object_id',
    properties: [...new Set([...companyProperties, ...properties])],
  });
  const { results } = page;
  assertAscending(results, after);
  const last = results.at(-1);
  const more = page.after !== null || page.total > results.length;
  const next = more && last !== undefined ? last.id : null;
  return { items: results.filter(isLiving), next, total: page.total };
}

export function filterOf({ property, values }: ByProperty): Filter {
  const [first = ''] = values;
  return values.length === 1
    ? { propertyName: property, operator: FilterOperatorEnum.Eq, value: first }
    : {
        propertyName: property,
        operator: FilterOperatorEnum.In,
        // IN wants lower case for text properties and the exact value for choices (hubspot-api.md section 4).
        values: [...new Set(values.flatMap((value) => [value, value.toLowerCase()]))],
      };
}

function filterOfNewer(newer: Newer): Filter {
  return newer === 'unpublished'
    ? { propertyName: propertyName('status'), operator: FilterOperatorEnum.NotHasProperty }
    : { propertyName: 'hs_lastmodifieddate', operator: FilterOperatorEnum.Gte, value: String(newer.since) };
}

/**
 * Whether a company that was read by its id is a partner, as a search would find it: texts without regard to case, of
 * several checked boxes one suffices (hubspot-api.md section 4).
 */
export function meetsDefinition(company: Company, { property, values }: ByProperty): boolean {
  const wanted = new Set(values.map((value) => value.toLowerCase()));
  return (company.properties[property] ?? '')
    .toLowerCase()
    .split(';')
    .some((value) => wanted.has(value));
}

/**
 * Whether HubSpot compares record ids as numbers or as text is not documented (hubspot-api.md 12.16). As text, pages
 * would skip or repeat companies without any error, so their order is checked.
 */
function assertAscending(companies: readonly Company[], after: string | null): void {
  let previous = after === null ? -1n : BigInt(after);
  for (const { id } of companies) {
    if (BigInt(id) <= previous) {
      throw new HubSpotError(
        `HubSpot does not return companies in the order of their ids (${id} after ${previous}), so partners could be ` +
          'missed. Nothing of it was used. Define partners by a list in the settings, and report this.',
      );
    }
    previous = BigInt(id);
  }
}

function isLiving({ archived }: Company): boolean {
  return !archived;
}

/** By list membership, which HubSpot pages in the order of record ids. @param after HubSpot's cursor */
export async function findPartnersByList(
  api: Api,
  listId: string,
  properties: readonly string[],
  after: string | null,
): Promise<PartnerPage> {
  if (after === null) await assertCompanyList(api, listId);
  const request = await api.requests.memberships.getPage(
    listId,
    after ?? undefined,
    undefined,
    pageSizes.listMemberships,
  );
  const page = parseAnswer(membershipPage, await api.send('burst', 'read', request));
  const { found } = await readCompanies(api, page.ids, properties);
  return {
    items: found.filter(isLiving),
    next: nextCursor(after, page.after, `members of list ${listId}`),
    total: null,
  };
}

/** HubSpot counts the members of a list beside each page of them. */
export async function countListMembers(api: Api, listId: string): Promise<number | null> {
  await assertCompanyList(api, listId);
  const request = await api.requests.memberships.getPage(listId, undefined, undefined, 1);
  return parseAnswer(membershipCount, await api.send('burst', 'read', request));
}

async function assertCompanyList(api: Api, listId: string): Promise<void> {
  const request = await api.requests.lists.getById(listId);
  const { objectTypeId, name } = parseAnswer(list, await api.send('burst', 'read', request));
  if (objectTypeId === companyTypeId) return;
  throw new HubSpotError(
    `List ${listId} ("${name}") does not hold companies, so it cannot define partners. Name a company list in the settings.`,
  );
}
