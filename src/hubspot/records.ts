/** Reads records by their ids, and what hangs on a company. Batch reads are fresh where search lags (reliability.md 1.3). */
import type { Company, Deal, Engagement, EngagementType, LinkedType } from '../model/record.ts';
import { ResponseTooLargeError } from './errors.ts';
import type { AssociationInput, AssociationRead, BatchRead } from './hubspot.ts';
import { pageSizes } from './limits.ts';
import { nextCursor } from './paging.ts';
import type { Api } from './api.ts';
import { associationBatch } from './shapes/association.ts';
import { assertReadWhole, parseAnswer, type BatchError } from './shapes/common.ts';
import { companyBatch, companyProperties } from './shapes/company.ts';
import { dealBatch, dealProperties } from './shapes/deal.ts';
import { engagementBatch, engagementTypes } from './shapes/engagement.ts';
import type { Answer } from './transport.ts';

export async function readCompanies(
  api: Api,
  ids: readonly string[],
  properties: readonly string[],
): Promise<BatchRead<Company>> {
  const asked = distinct(ids, pageSizes.batch);
  if (asked.length === 0) return { found: [], missing: [] };
  const wanted = [...new Set([...companyProperties, ...properties])];
  const answer = await readBatch(api, 'companies', asked, wanted);
  const { results, errors } = parseAnswer(companyBatch(properties), answer);
  assertReadWhole(answer.route, errors, isNotFound);
  const found = distinctById(results);
  // A merged id answers with its survivor, which names it: the company is not missing, it has another id now.
  const known = new Set(found.flatMap(({ id, mergedIds }) => [id, ...mergedIds]));
  return { found, missing: asked.filter((id) => !known.has(id)) };
}

/** @param currency the portal's, for deals without a currency of their own */
export async function readDeals(
  api: Api,
  ids: readonly string[],
  currency: () => Promise<string>,
): Promise<BatchRead<Deal>> {
  const asked = distinct(ids, pageSizes.batch);
  if (asked.length === 0) return { found: [], missing: [] };
  const shape = dealBatch(await currency());
  const answer = await readBatch(api, 'deals', asked, dealProperties);
  const { results, errors } = parseAnswer(shape, answer);
  assertReadWhole(answer.route, errors, isNotFound);
  return foundAndMissing(asked, results);
}

export async function readEngagements(
  api: Api,
  type: EngagementType,
  ids: readonly string[],
): Promise<BatchRead<Engagement>> {
  const asked = distinct(ids, pageSizes.batch);
  if (asked.length === 0) return { found: [], missing: [] };
  const { objectType, properties } = engagementTypes[type];
  const answer = await readBatch(api, objectType, asked, properties);
  const { results, errors } = parseAnswer(engagementBatch(type), answer);
  assertReadWhole(answer.route, errors, isNotFound);
  return foundAndMissing(asked, results);
}

/** An answer that is too large is asked for in halves: the second half comes back as `next`. */
export async function readAssociations(
  api: Api,
  to: LinkedType,
  inputs: readonly AssociationInput[],
): Promise<AssociationRead> {
  assertAtMost(inputs.length, pageSizes.associationInputs);
  if (inputs.length === 0) return { links: [], next: [] };
  const objectType = to === 'deal' ? 'deals' : engagementTypes[to].objectType;
  const request = await api.requests.associationBatch.getPage('companies', objectType, {
    inputs: inputs.map(({ id, after }) => (after === null ? { id } : { id, after })),
  });
  let answer: Answer;
  try {
    answer = await api.transport.send('associations', 'read', request);
  } catch (error) {
    if (!(error instanceof ResponseTooLargeError) || inputs.length === 1) throw error;
    const middle = Math.ceil(inputs.length / 2);
    const first = await readAssociations(api, to, inputs.slice(0, middle));
    return { links: first.links, next: [...first.next, ...inputs.slice(middle)] };
  }
  const { results, errors } = parseAnswer(associationBatch, answer);
  assertReadWhole(answer.route, errors, hasNoLinks);
  const asked = new Map(inputs.map(({ id, after }) => [id, after]));
  return {
    links: results.map(({ from, to }) => ({ from, to })),
    next: results.flatMap(({ from, after }) => {
      const next = nextCursor(asked.get(from) ?? null, after, `links of company ${from}`);
      return next === null ? [] : [{ id: from, after: next }];
    }),
  };
}

async function readBatch(
  api: Api,
  objectType: string,
  ids: readonly string[],
  properties: readonly string[],
): Promise<Answer> {
  const request = await api.requests.objectBatch.read(objectType, {
    inputs: ids.map((id) => ({ id })),
    properties: [...properties],
    propertiesWithHistory: [],
  });
  return api.transport.send('burst', 'read', request);
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
