/** Reads records by their ids, and what hangs on a company. Batch reads are fresh where search lags (reliability.md 1.3). */
import type { z } from 'zod';
import type { Company, LinkedRecord, LinkedType } from '../model/record.ts';
import { ResponseTooLargeError } from './errors.ts';
import type { AssociationInput, AssociationRead, BatchRead, ListedRecord, Page } from './hubspot.ts';
import { pageSizes } from './limits.ts';
import { nextCursor } from './paging.ts';
import { readWhole } from './partial.ts';
import type { Api } from './api.ts';
import { associationBatch } from './shapes/association.ts';
import { batchOf, parseAnswer, type BatchError } from './shapes/common.ts';
import { companyBatch, companyProperties } from './shapes/company.ts';
import { linkedShape, listOf, objectTypeOf, propertiesOf } from './shapes/linked.ts';

export async function readCompanies(
  api: Api,
  ids: readonly string[],
  properties: readonly string[],
): Promise<BatchRead<Company>> {
  const asked = distinct(ids, pageSizes.batch);
  if (asked.length === 0) return { found: [], missing: [] };
  const wanted = [...new Set([...companyProperties, ...properties])];
  const shape = companyBatch(properties);
  const found = distinctById(
    await readWhole(asked, isNotFound, (ids) => readBatch(api, 'companies', ids, wanted, shape)),
  );
  // A merged id answers with its survivor, which names it: the company is not missing, it has another id now.
  const known = new Set(found.flatMap(({ id, mergedIds }) => [id, ...mergedIds]));
  return { found, missing: asked.filter((id) => !known.has(id)) };
}

/** @param currency the portal's, for deals without a currency of their own */
export async function readRecords(
  api: Api,
  type: LinkedType,
  ids: readonly string[],
  currency: string,
): Promise<BatchRead<LinkedRecord>> {
  const asked = distinct(ids, pageSizes.batch);
  if (asked.length === 0) return { found: [], missing: [] };
  const shape = batchOf(linkedShape(type, currency));
  const results = await readWhole(asked, isNotFound, (some) =>
    readBatch(api, objectTypeOf(type), some, propertiesOf(type), shape),
  );
  return foundAndMissing(asked, results);
}

/**
 * A page of all living records of a type, in HubSpot's own order, with the companies that each hangs on. Where a record
 * hangs on more companies than a list shows, readLinkedCompanies tells all of them.
 */
export async function listRecords(
  api: Api,
  type: LinkedType,
  after: string | null,
  currency: string,
): Promise<Page<ListedRecord>> {
  const request = await api.requests.objects.getPage(
    objectTypeOf(type),
    pageSizes.list,
    after ?? undefined,
    propertiesOf(type),
    undefined,
    ['companies'],
  );
  const page = parseAnswer(listOf(linkedShape(type, currency)), await api.send('burst', 'read', request));
  return { items: page.results, next: nextCursor(after, page.after, `all ${objectTypeOf(type)}`) };
}

/** The companies that records hang on; at most 1,000 records. */
export async function readLinkedCompanies(
  api: Api,
  from: LinkedType,
  inputs: readonly AssociationInput[],
): Promise<AssociationRead> {
  return readAssociationBatch(api, objectTypeOf(from), 'companies', inputs);
}

/** The records that companies carry; at most 1,000 companies. */
export async function readAssociations(
  api: Api,
  to: LinkedType,
  inputs: readonly AssociationInput[],
): Promise<AssociationRead> {
  return readAssociationBatch(api, 'companies', objectTypeOf(to), inputs);
}

/** An answer that is too large is asked for in halves: the second half comes back as `next`. */
async function readAssociationBatch(
  api: Api,
  fromType: string,
  toType: string,
  inputs: readonly AssociationInput[],
): Promise<AssociationRead> {
  assertAtMost(inputs.length, pageSizes.associationInputs);
  if (inputs.length === 0) return { links: [], next: [] };
  let results: readonly LinkRow[];
  try {
    results = await readWhole(
      inputs.map(({ id }) => id),
      hasNoLinks,
      (ids) => askForLinks(api, fromType, toType, withIds(inputs, ids)),
    );
  } catch (error) {
    if (!(error instanceof ResponseTooLargeError) || inputs.length === 1) throw error;
    const middle = Math.ceil(inputs.length / 2);
    const first = await readAssociationBatch(api, fromType, toType, inputs.slice(0, middle));
    return { links: first.links, next: [...first.next, ...inputs.slice(middle)] };
  }
  const asked = new Map(inputs.map(({ id, after }) => [id, after]));
  return {
    links: results.map(({ from, to }) => ({ from, to })),
    next: results.flatMap(({ from, after }) => {
      const next = nextCursor(asked.get(from) ?? null, after, `links from ${fromType} ${from} to ${toType}`);
      return next === null ? [] : [{ id: from, after: next }];
    }),
  };
}

type LinkRow = z.output<typeof associationBatch>['results'][number];

async function askForLinks(api: Api, fromType: string, toType: string, inputs: readonly AssociationInput[]) {
  const request = await api.requests.associationBatch.getPage(fromType, toType, {
    inputs: inputs.map(({ id, after }) => (after === null ? { id } : { id, after })),
  });
  const answer = await api.send('associations', 'read', request);
  return { route: answer.route, ...parseAnswer(associationBatch, answer) };
}

function withIds(inputs: readonly AssociationInput[], ids: readonly string[]): readonly AssociationInput[] {
  const wanted = new Set(ids);
  return inputs.filter(({ id }) => wanted.has(id));
}

async function readBatch<T>(
  api: Api,
  objectType: string,
  ids: readonly string[],
  properties: readonly string[],
  shape: z.ZodType<T>,
): Promise<T & { readonly route: string }> {
  const request = await api.requests.objectBatch.read(objectType, {
    inputs: ids.map((id) => ({ id })),
    properties: [...properties],
    propertiesWithHistory: [],
  });
  const answer = await api.send('burst', 'read', request);
  return { route: answer.route, ...parseAnswer(shape, answer) };
}

function foundAndMissing<T extends { readonly id: string }>(
  asked: readonly string[],
  results: readonly T[],
): BatchRead<T> {
  const found = distinctById(results);
  const known = new Set(found.map(({ id }) => id));
  return { found, missing: asked.filter((id) => !known.has(id)) };
}

/** Two merged ids in one batch answer with the same survivor twice. */
function distinctById<T extends { readonly id: string }>(records: readonly T[]): T[] {
  return [...new Map(records.map((record) => [record.id, record])).values()];
}

/** HubSpot refuses a batch that names an id twice (hubspot-api.md 2.2). */
function distinct(ids: readonly string[], maximum: number): string[] {
  const asked = [...new Set(ids)];
  assertAtMost(asked.length, maximum);
  return asked;
}

export function assertAtMost(count: number, maximum: number): void {
  if (count > maximum) throw new RangeError(`At most ${maximum} records go into one request, not ${count}.`);
}

function isNotFound(error: BatchError): boolean {
  return error.category === 'OBJECT_NOT_FOUND';
}

/** A company without links of this type, or one that has just been deleted. */
function hasNoLinks(error: BatchError): boolean {
  return error.subCategory === 'crm.associations.NO_ASSOCIATIONS_FOUND' || isNotFound(error);
}
