/** Reading associations: batch read, those of one record, and the types a pair can have (hubspot-api.md 5). */
import { z } from 'zod';
import type { SeedType } from '../seed.ts';
import { invalid, notFound } from '../portal/api-error.ts';
import { defaultType } from '../portal/association-types.ts';
import type { Portal } from '../portal/portal.ts';
import { positionAfter } from '../portal/sorted-ids.ts';
import { bodyOf, cursorIn, idSchema, limitIn, parameter, recordCursor, recordIdIn, typeIn } from './call.ts';
import type { Answer, Call } from './call.ts';
import { batchAnswer, batchError, pagingTo } from './shapes.ts';
import type { BatchError } from './shapes.ts';

const readLimit = 1000;

const readSchema = z.object({ inputs: z.array(z.object({ id: idSchema, after: idSchema.optional() })) });

export function batchReadAssociations(call: Call): Answer {
  const { portal, associationPageSize } = call.account;
  const [from, to] = pairIn(call);
  const { inputs } = bodyOf(call, readSchema);
  refuseSize(inputs.length, readLimit);
  const results: unknown[] = [];
  const errors: BatchError[] = [];
  for (const { id, after } of inputs) {
    const cursor = after === undefined ? null : recordCursor(after);
    const page = linkedPage(portal, { from, id, to }, cursor, associationPageSize);
    // A page past the end of a record that has associations is an empty page, not an error.
    if (page.ids.length === 0 && cursor === null) errors.push(noAssociations(from, id, to));
    else
      results.push({ from: { id }, to: page.ids.map(toShape(portal, from, id, to)), ...pagingTo(page.next) });
  }
  return batchAnswer(portal.now(), results, errors);
}

export function listAssociations(call: Call): Answer {
  const { portal } = call.account;
  const from = typeIn(call);
  const to = typeIn(call, 'toObjectType');
  const id = recordIdIn(call, 'objectId');
  if (portal.living(from, id) === undefined) throw notFound();
  const limit = limitIn(call, { byDefault: 500, maximum: 500 });
  const page = linkedPage(portal, { from, id, to }, cursorIn(call), limit);
  const results = page.ids.map(toShape(portal, from, id, to));
  return { status: 200, body: { results, ...pagingTo(page.next) } };
}

export function listLabels(call: Call): Answer {
  const [from, to] = pairIn(call);
  return { status: 200, body: { results: call.account.portal.associations.typesOfPair(from, to) } };
}

const labelSchema = z.object({
  label: z.string().min(1),
  name: z.string().min(1),
  inverseLabel: z.string().optional(),
});

export function createLabel(call: Call): Answer {
  const [from, to] = pairIn(call);
  const { label, inverseLabel } = bodyOf(call, labelSchema);
  const results = call.account.portal.associations.createLabel(from, to, label, inverseLabel ?? label);
  return { status: 200, body: { results } };
}

/** The pair of object types a path names. */
export function pairIn(call: Call): [SeedType, SeedType] {
  const pair: [SeedType, SeedType] = [typeIn(call, 'fromObjectType'), typeIn(call, 'toObjectType')];
  if (defaultType(...pair) === undefined) {
    throw invalid(
      `There are no associations from ${parameter(call, 'fromObjectType')} to ${parameter(call, 'toObjectType')}.`,
    );
  }
  return pair;
}

/** Association batches have their own limits (hubspot-api.md 2.2). */
export function refuseSize(size: number, limit: number): void {
  if (size === 0) throw invalid('The batch has no inputs.');
  if (size > limit) {
    throw invalid(`The maximum number of inputs supported in a batch request is ${limit}. Received ${size}.`);
  }
}

/** Living targets of one record after a cursor. Associations of an old (merged) id are empty (hubspot-api.md 7.2). */
function linkedPage(
  portal: Portal,
  { from, id, to }: { from: SeedType; id: string; to: SeedType },
  after: string | null,
  limit: number,
): { ids: string[]; next: string | null } {
  const ids: string[] = [];
  if (!portal.table(from).isLiving(id)) return { ids, next: null };
  const table = portal.table(to);
  const linked = portal.associations.linked(from, id, to);
  for (let index = after === null ? 0 : positionAfter(linked, after); index < linked.length; index += 1) {
    const target = linked[index];
    if (target === undefined || !table.isLiving(target)) continue;
    if (ids.length === limit) return { ids, next: ids.at(-1) ?? null };
    ids.push(target);
  }
  return { ids, next: null };
}

function toShape(portal: Portal, from: SeedType, fromId: string, to: SeedType): (toId: string) => unknown {
  return (toId) => ({
    toObjectId: toId,
    associationTypes: portal.associations.typesOf({ fromType: from, fromId, toType: to, toId }),
  });
}

function noAssociations(from: SeedType, id: string, to: SeedType): BatchError {
  return batchError(
    'OBJECT_NOT_FOUND',
    `No ${to} is associated with ${from} ${id}.`,
    { fromObjectId: [id], fromObjectType: [from], toObjectType: [to] },
    { subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND' },
  );
}
