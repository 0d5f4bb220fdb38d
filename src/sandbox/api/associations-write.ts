/** Changing associations: create, mark, archive; one by one and in batches (hubspot-api.md 5). */
import { z } from 'zod';
import type { SeedType } from '../seed.ts';
import { invalid, notFound } from '../portal/api-error.ts';
import { defaultType } from '../portal/association-types.ts';
import { objectTypeOf } from '../portal/object-types.ts';
import type { Portal } from '../portal/portal.ts';
import { pairIn, refuseSize } from './associations-read.ts';
import { bodyOf, idSchema, recordIdIn, typeIn } from './call.ts';
import type { Answer, Call } from './call.ts';
import { batchAnswer, batchError } from './shapes.ts';
import type { BatchError } from './shapes.ts';

const writeLimit = 2000;

const typesSchema = z.array(
  z.object({ associationCategory: z.string(), associationTypeId: z.number().int() }),
);
const endsSchema = { from: z.object({ id: idSchema }), to: z.object({ id: idSchema }) };
const createSchema = z.object({ inputs: z.array(z.object({ ...endsSchema, types: typesSchema })) });
const defaultSchema = z.object({ inputs: z.array(z.object(endsSchema)) });

export function batchCreateAssociations(call: Call): Answer {
  const { portal } = call.account;
  const [from, to] = pairIn(call);
  const { inputs } = bodyOf(call, createSchema);
  refuseSize(inputs.length, writeLimit);
  const results: unknown[] = [];
  const errors: BatchError[] = [];
  for (const input of inputs) {
    const typeIds = input.types.map((type) => type.associationTypeId);
    const error = associate(portal, { from, fromId: input.from.id, to, toId: input.to.id }, typeIds);
    if (error === null) {
      results.push({
        fromObjectTypeId: objectTypeOf(from).typeId,
        fromObjectId: input.from.id,
        toObjectTypeId: objectTypeOf(to).typeId,
        toObjectId: input.to.id,
        labels: labelsOf(portal, from, to, typeIds),
      });
    } else errors.push(error);
  }
  return batchAnswer(portal.now(), results, errors, 201);
}

export function batchAssociateDefault(call: Call): Answer {
  const [from, to] = pairIn(call);
  const { inputs } = bodyOf(call, defaultSchema);
  refuseSize(inputs.length, writeLimit);
  return defaultAnswer(call, from, to, inputs);
}

export function associateDefault(call: Call): Answer {
  const ends = { from: { id: recordIdIn(call, 'objectId') }, to: { id: recordIdIn(call, 'toObjectId') } };
  return defaultAnswer(call, typeIn(call), typeIn(call, 'toObjectType'), [ends]);
}

export function associateLabelled(call: Call): Answer {
  const { portal } = call.account;
  const [from, to] = [typeIn(call), typeIn(call, 'toObjectType')];
  const ends = { from, fromId: recordIdIn(call, 'objectId'), to, toId: recordIdIn(call, 'toObjectId') };
  const typeIds = bodyOf(call, typesSchema).map((type) => type.associationTypeId);
  const error = associate(portal, ends, typeIds);
  if (error !== null)
    throw error.category === 'OBJECT_NOT_FOUND' ? notFound(error.message) : invalid(error.message);
  return {
    status: 201,
    body: {
      fromObjectTypeId: objectTypeOf(from).typeId,
      fromObjectId: ends.fromId,
      toObjectTypeId: objectTypeOf(to).typeId,
      toObjectId: ends.toId,
      labels: labelsOf(portal, from, to, typeIds),
    },
  };
}

export function removeAssociation(call: Call): Answer {
  const fromId = recordIdIn(call, 'objectId');
  dissociate(
    call.account.portal,
    typeIn(call),
    fromId,
    typeIn(call, 'toObjectType'),
    recordIdIn(call, 'toObjectId'),
  );
  return { status: 204 };
}

const archiveSchema = z.object({
  inputs: z.array(z.object({ from: z.object({ id: idSchema }), to: z.array(z.object({ id: idSchema })) })),
});

export function batchArchiveAssociations(call: Call): Answer {
  const [from, to] = pairIn(call);
  const { inputs } = bodyOf(call, archiveSchema);
  refuseSize(inputs.length, writeLimit);
  for (const input of inputs) {
    for (const target of input.to) dissociate(call.account.portal, from, input.from.id, to, target.id);
  }
  return { status: 204 };
}

type Ends = {
  readonly from: SeedType;
  readonly fromId: string;
  readonly to: SeedType;
  readonly toId: string;
};

/** Null when done; old ids of merged records are not accepted, as in every batch write. */
function associate(
  portal: Portal,
  { from, fromId, to, toId }: Ends,
  typeIds: readonly number[],
): BatchError | null {
  for (const [type, id] of [
    [from, fromId],
    [to, toId],
  ] as const) {
    if (!portal.table(type).isLiving(id)) {
      return batchError('OBJECT_NOT_FOUND', `${type} ${id} does not exist.`, { ids: [id] });
    }
  }
  const known = new Set(portal.associations.typesOfPair(from, to).map((type) => type.typeId));
  const unknown = typeIds.find((typeId) => !known.has(typeId));
  if (unknown !== undefined) {
    return batchError(
      'VALIDATION_ERROR',
      `Association type ${unknown} does not exist from ${from} to ${to}.`,
      {
        ids: [fromId],
      },
    );
  }
  portal.associate({ fromType: from, fromId, toType: to, toId }, typeIds, 'INTEGRATION');
  return null;
}

function defaultAnswer(
  call: Call,
  from: SeedType,
  to: SeedType,
  inputs: readonly { readonly from: { readonly id: string }; readonly to: { readonly id: string } }[],
): Answer {
  const { portal } = call.account;
  const type = defaultType(from, to);
  if (type === undefined) throw invalid(`There are no associations from ${from} to ${to}.`);
  const back = defaultType(to, from) ?? type;
  const results: unknown[] = [];
  const errors: BatchError[] = [];
  for (const input of inputs) {
    const error = associate(portal, { from, fromId: input.from.id, to, toId: input.to.id }, []);
    if (error !== null) {
      errors.push(error);
      continue;
    }
    const spec = ({ category, typeId }: typeof type) => ({
      associationCategory: category,
      associationTypeId: typeId,
    });
    results.push({ from: { id: input.from.id }, to: { id: input.to.id }, associationSpec: spec(type) });
    results.push({ from: { id: input.to.id }, to: { id: input.from.id }, associationSpec: spec(back) });
  }
  // This one endpoint reports its errors in a 200: its contract declares no 207.
  const answer = batchAnswer(portal.now(), results, errors);
  return { ...answer, status: 200 };
}

function dissociate(portal: Portal, from: SeedType, fromId: string, to: SeedType, toId: string): void {
  portal.dissociate({ fromType: from, fromId, toType: to, toId }, 'INTEGRATION');
}

function labelsOf(portal: Portal, from: SeedType, to: SeedType, typeIds: readonly number[]): string[] {
  return portal.associations
    .typesOfPair(from, to)
    .filter((type) => type.label !== null && typeIds.includes(type.typeId))
    .map((type) => type.label ?? '');
}
