/**
 * CRM search: what finds records that nobody named. Its index lags behind and shows changes out of order
 * (hubspot-api.md 4), so what it says is a version like any other: older never replaces newer.
 */
import {
  FilterOperatorEnum,
  type Filter,
} from '@hubspot/api-client/lib/codegen/crm/objects/models/Filter.js';
import type { z } from 'zod';
import type { Instant } from '../model/instant.ts';
import type { LinkedRecord, LinkedType, RecordType } from '../model/record.ts';
import type { Api } from './api.ts';
import { HubSpotError } from './errors.ts';
import type { ChangedPage, SearchRead, Window } from './hubspot.ts';
import { pageSizes } from './limits.ts';
import { nextCursor } from './paging.ts';
import { parseAnswer, searchOf } from './shapes/common.ts';
import { companySearch } from './shapes/company.ts';
import { linkedShape, objectTypeOf, propertiesOf } from './shapes/linked.ts';

export type Query = {
  readonly filters: readonly Filter[];
  readonly sort: string;
  readonly properties: readonly string[];
  readonly limit?: number;
};
type Found<T> = { readonly total: number; readonly results: readonly T[]; readonly after: string | null };

/** @param after an offset into the rows that match; none reaches beyond 10,000 */
async function searchOnce<T>(
  api: Api,
  objectType: string,
  shape: z.ZodType<Found<T>>,
  query: Query,
  after: string | null,
): Promise<Found<T>> {
  const request = await api.requests.objectSearch.doSearch(objectType, {
    filterGroups: query.filters.length === 0 ? [] : [{ filters: [...query.filters] }],
    sorts: [query.sort],
    properties: [...query.properties],
    limit: query.limit ?? pageSizes.search,
    ...(after === null ? {} : { after }),
  });
  const body = request.getBody();
  if (typeof body === 'string' && body.length > pageSizes.searchBodyCharacters) {
    throw new HubSpotError(
      `A question about ${objectType} is too long for a HubSpot search (${body.length} of ${pageSizes.searchBodyCharacters} ` +
        'characters). Where the partner definition names many values, name fewer or define partners by a list.',
    );
  }
  return parseAnswer(shape, await api.send('search', 'read', request));
}

/**
 * The first page of a query that shows any row. A page without rows that names a further one is not the end
 * (reliability.md section 3).
 */
export async function firstRows<T>(
  api: Api,
  objectType: string,
  shape: z.ZodType<Found<T>>,
  query: Query,
): Promise<Found<T>> {
  let after: string | null = null;
  for (;;) {
    const page: Found<T> = await searchOnce(api, objectType, shape, query, after);
    if (page.results.length > 0 || page.after === null) return page;
    after = nextCursor(after, page.after, objectType);
  }
}

/** How many living records of a type there are. */
export async function countRecords(
  api: Api,
  type: RecordType,
  filters: readonly Filter[] = [],
): Promise<number> {
  const objectType = type === 'company' ? 'companies' : objectTypeOf(type);
  const query = { filters, sort: 'hs_object_id', properties: [], limit: 1 };
  return (await searchOnce(api, objectType, companySearch([]), query, null)).total;
}

/** Where a reading of changes stands: everything before `ms` is read, and of `ms` itself the ids up to `id`. */
type Position = { readonly ms: Instant; readonly id: string | null };

/**
 * A page of the records that were modified within the window, both ends included.
 *
 * Pages go on from a time, never from an offset: a record that is modified meanwhile leaves the window, and every row
 * behind it would move over a page boundary (reliability.md section 3, Nango). That crosses the 10,000-row cap, too. The
 * last millisecond of a page may go on behind it, so it is read again from its beginning; a millisecond that fills whole
 * pages is read in the order of ids. Rows outside the window are handed on, but move nothing.
 * @param after the `next` of the page before: everything before it has been read
 */
export async function findChanged(
  api: Api,
  type: LinkedType,
  window: Window,
  after: string | null,
  currency: string,
): Promise<ChangedPage> {
  const position = after === null ? { ms: window.from, id: null } : positionOf(after);
  const page = await firstRows(api, objectTypeOf(type), searchOf(linkedShape(type, currency)), {
    ...queryFrom(position, window),
    properties: propertiesOf(type),
  });
  const more = page.after !== null || page.total > page.results.length;
  const { results: items, total } = page;
  if (position.id !== null) {
    const next = more ? { ...position, id: lastId(items, position) } : { ms: position.ms + 1, id: null };
    return { items, total, next: next.ms > window.to ? null : cursorOf(next) };
  }
  return { items, total, next: more ? cursorOf(nextPosition(items, position, window, type)) : null };
}

const modified = 'hs_lastmodifieddate';

function queryFrom(position: Position, window: Window): Pick<Query, 'filters' | 'sort'> {
  const { ms, id } = position;
  return id === null
    ? { filters: [between(ms, window.to)], sort: modified }
    : {
        filters: [
          { propertyName: modified, operator: FilterOperatorEnum.Eq, value: String(ms) },
          { propertyName: 'hs_object_id', operator: FilterOperatorEnum.Gt, value: id },
        ],
        sort: 'hs_object_id',
      };
}

function between(from: Instant, to: Instant): Filter {
  return {
    propertyName: modified,
    operator: FilterOperatorEnum.Between,
    value: String(from),
    highValue: String(to),
  };
}

/** @throws HubSpotError where following the page would never end */
function nextPosition(
  items: readonly LinkedRecord[],
  { ms }: Position,
  window: Window,
  type: LinkedType,
): Position {
  // A stray row comes on top of a page (reliability.md section 3, Estuary): it must not carry the position with it.
  const rows = items
    .slice(0, pageSizes.search)
    .filter(({ updatedAt }) => updatedAt >= ms && updatedAt <= window.to);
  const last = rows.at(-1);
  if (last === undefined) {
    throw new HubSpotError(
      `HubSpot answers a search of changed ${objectTypeOf(type)} with rows of other times only. Nothing more was read; ` +
        'run again later.',
      { retryable: true },
    );
  }
  if (last.updatedAt > ms) return { ms: last.updatedAt, id: null };
  return { ms, id: '0' };
}

/** Ids are compared as numbers here; should HubSpot compare them as text, their order shows it (hubspot-api.md 12.16). */
function lastId(items: readonly LinkedRecord[], position: Position): string {
  let last = BigInt(position.id ?? '0');
  for (const { id, updatedAt } of items.slice(0, pageSizes.search)) {
    if (updatedAt !== position.ms) continue;
    if (BigInt(id) <= last) {
      throw new HubSpotError(
        `HubSpot does not return records in the order of their ids (${id} after ${last}), so changes could be missed. ` +
          'Nothing more was read. Run `rekindle sync --full`, which does not depend on it, and report this.',
      );
    }
    last = BigInt(id);
  }
  if (last === BigInt(position.id ?? '0')) {
    throw new HubSpotError(
      `HubSpot repeats a page of the records modified at ${new Date(position.ms).toISOString()} instead of going on. ` +
        'Nothing more was read; run again later.',
      { retryable: true },
    );
  }
  return String(last);
}

function cursorOf({ ms, id }: Position): string {
  return id === null ? String(ms) : `${ms}/${id}`;
}

function positionOf(cursor: string): Position {
  const [ms = '', id = null] = cursor.split('/');
  return { ms: Number(ms), id };
}

/**
 * As many of the records, from the first on, as one search can name: about 190 where a batch read takes 100. The index
 * may not know the newest yet: those are `missing` here, and for a batch read to say whether they exist.
 */
export async function readBySearch(
  api: Api,
  type: LinkedType,
  ids: readonly string[],
  currency: string,
): Promise<SearchRead<LinkedRecord>> {
  const asked = ids.slice(0, fittingIds(type, ids));
  if (asked.length === 0) return { asked, found: [], missing: [] };
  const { results } = await firstRows(api, objectTypeOf(type), searchOf(linkedShape(type, currency)), {
    filters: [{ propertyName: 'hs_object_id', operator: FilterOperatorEnum.In, values: [...asked] }],
    sort: 'hs_object_id',
    properties: propertiesOf(type),
  });
  const wanted = new Set(asked);
  const found = results.filter(({ id }) => wanted.has(id));
  const known = new Set(found.map(({ id }) => id));
  return { asked, found, missing: asked.filter((id) => !known.has(id)) };
}

/** What a search says besides the ids: some 150 characters and the names of the properties. */
const searchFrame = 200;

function fittingIds(type: LinkedType, ids: readonly string[]): number {
  const named = propertiesOf(type).reduce((sum, name) => sum + name.length + 3, 0);
  let room = pageSizes.searchBodyCharacters - searchFrame - named;
  let count = 0;
  for (const id of ids) {
    room -= id.length + 3;
    if (room < 0 || count === pageSizes.search) break;
    count += 1;
  }
  return count;
}
