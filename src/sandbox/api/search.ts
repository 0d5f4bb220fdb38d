/** CRM search (hubspot-api.md 2.2, 4). */
import { z } from 'zod';
import type { SeedRecord, SeedType } from '../seed.ts';
import { invalid } from '../portal/api-error.ts';
import type { Portal } from '../portal/portal.ts';
import { compareIds } from '../portal/sorted-ids.ts';
import { bodyOf, objectTypeIn } from './call.ts';
import type { Answer, Call } from './call.ts';
import { compareNumbers, compileFilters, filterSchema, tokensOf } from './search-filters.ts';
import type { RecordTest } from './search-filters.ts';
import { narrowingOf } from './search-narrowing.ts';
import { pagingTo, recordShaper } from './shapes.ts';

const limits = { body: 3000, page: 200, results: 10_000, groups: 5, filtersPerGroup: 6, filters: 18 };

const sortSchema = z.union([
  z.string().min(1),
  z.object({
    propertyName: z.string().min(1),
    direction: z.enum(['ASCENDING', 'DESCENDING']).default('ASCENDING'),
  }),
]);
const searchSchema = z.object({
  filterGroups: z.array(z.object({ filters: z.array(filterSchema) })).default([]),
  sorts: z.array(sortSchema).default([]),
  properties: z.array(z.string()).default([]),
  limit: z.number().int().min(1).max(limits.page, `limit must be at most ${limits.page}`).default(10),
  after: z.union([z.string(), z.number().int()]).transform(String).optional(),
  query: z.string().max(limits.body).optional(),
});
type Search = z.infer<typeof searchSchema>;
type Sort = { readonly propertyName: string; readonly descending: boolean };

export function searchRecords(call: Call): Answer {
  const { portal, index, faults } = call.account;
  const { type } = objectTypeIn(call);
  if (call.text.length > limits.body) {
    throw invalid(
      `The search request has ${call.text.length} characters; at most ${limits.body} are allowed.`,
    );
  }
  const search = bodyOf(call, searchSchema);
  refuseSize(search);
  const offset = offsetOf(search);
  const matches = index.matches(
    type,
    JSON.stringify([search.filterGroups, search.sorts, search.query, faults.textIds]),
    // Ids that are ordered as texts lie elsewhere.
    faults.textIds ? null : narrowingOf(type, search.filterGroups),
    (records) => select(portal, type, search, records, faults.textIds),
  );
  const page = matches.slice(offset, offset + search.limit);
  const shape = recordShaper(portal, type, search.properties);
  const strays = faults.strayRows ? index.strays(type, new Set(page.map((record) => record.id))) : [];
  const end = offset + search.limit;
  return {
    status: 200,
    body: {
      total: matches.length,
      results: [...page, ...strays].map(shape),
      ...pagingTo(matches.length > end ? String(end) : null),
    },
  };
}

function refuseSize({ filterGroups }: Search): void {
  const total = filterGroups.reduce((sum, group) => sum + group.filters.length, 0);
  const largest = Math.max(0, ...filterGroups.map((group) => group.filters.length));
  if (filterGroups.length > limits.groups)
    throw invalid(`At most ${limits.groups} filterGroups are allowed.`);
  if (largest > limits.filtersPerGroup)
    throw invalid(`At most ${limits.filtersPerGroup} filters per group are allowed.`);
  if (total > limits.filters) throw invalid(`At most ${limits.filters} filters are allowed in total.`);
  if (filterGroups.some((group) => group.filters.length === 0))
    throw invalid('A filterGroup has no filters.');
}

/** `after` is a whole number of rows; what lies beyond the first 10,000 cannot be reached. */
function offsetOf({ after, limit }: Search): number {
  if (after === undefined || after === '') return 0;
  if (!/^\d+$/.test(after)) throw invalid(`The paging cursor "${after}" is not valid.`);
  const offset = Number(after);
  if (offset + limit > limits.results) {
    throw invalid(`A search can reach its first ${limits.results} results only; after is ${after}.`);
  }
  return offset;
}

/** @param textIds whether record ids are compared as texts, which HubSpot does not rule out (hubspot-api.md 12.16) */
function select(
  portal: Portal,
  type: SeedType,
  search: Search,
  records: Iterable<SeedRecord>,
  textIds: boolean,
): SeedRecord[] {
  const matches = compileFilters(portal, type, search.filterGroups, textIds);
  const answersQuery = compileQuery(type, search.query ?? '');
  const found: SeedRecord[] = [];
  for (const record of records) if (matches(record) && answersQuery(record)) found.push(record);
  const sorted = sortRecords(portal, type, found, sortOf(search));
  return textIds && sortOf(search)?.propertyName === 'hs_object_id'
    ? sorted.sort((a, b) => compareTexts(a.id, b.id))
    : sorted;
}

function sortOf({ sorts }: Search): Sort | null {
  const [first, second] = sorts;
  if (second !== undefined) throw invalid('Only one sort is allowed.');
  if (first === undefined) return null;
  if (typeof first === 'object') {
    return { propertyName: first.propertyName, descending: first.direction === 'DESCENDING' };
  }
  return { propertyName: first.replace(/^-/, ''), descending: first.startsWith('-') };
}

/** Records come in the order of their ids, which is that of creation: HubSpot's order when none is asked for. */
function sortRecords(portal: Portal, type: SeedType, records: SeedRecord[], sort: Sort | null): SeedRecord[] {
  if (sort === null) return records;
  const read = portal.reader.reader(type, sort.propertyName);
  // Sorting by an unknown property finds nothing, as filtering by one does (hubspot-api.md 4, contacts).
  if (read === undefined) return [];
  const direction = sort.descending ? -1 : 1;
  if (sort.propertyName === 'hs_object_id') return sort.descending ? records.reverse() : records;
  const isNumber = portal.properties.find(type, sort.propertyName)?.type === 'number';
  const keyed = records.map((record) => ({ record, key: read(record) }));
  keyed.sort((a, b) => {
    // Records without a value come last in either direction; equal ones in the order of their ids.
    if (a.key === null || b.key === null) {
      return Number(a.key === null) - Number(b.key === null) || compareIds(a.record.id, b.record.id);
    }
    const order = isNumber ? compareNumbers(a.key, b.key) : compareTexts(a.key, b.key);
    return order * direction || compareIds(a.record.id, b.record.id);
  });
  return keyed.map(({ record }) => record);
}

function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

const searchable: Readonly<Partial<Record<SeedType, readonly string[]>>> = {
  company: ['name', 'domain', 'phone', 'website'],
  contact: ['firstname', 'lastname', 'email', 'phone'],
  deal: ['dealname', 'pipeline', 'dealstage', 'description'],
  call: ['hs_call_title', 'hs_call_body'],
  email: ['hs_email_subject'],
  meeting: ['hs_meeting_title'],
  note: ['hs_note_body'],
  task: ['hs_task_subject', 'hs_task_body'],
  communication: ['hs_communication_body'],
};

/** Every word of the query must begin a word of the record's searchable properties. */
function compileQuery(type: SeedType, query: string): RecordTest {
  const words = tokensOf(query);
  if (words.length === 0) return () => true;
  return (record) => {
    const own = (searchable[type] ?? []).flatMap((name) => tokensOf(record.properties[name] ?? ''));
    return words.every((word) => own.some((token) => token.startsWith(word)));
  };
}
