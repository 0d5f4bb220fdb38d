/** Changing records: create, update, archive, merge, erase; one by one and in batches (hubspot-api.md 3). */
import { z } from 'zod';
import type { SeedRecord, SeedType } from '../seed.ts';
import { ApiError, invalid, notFound } from '../portal/api-error.ts';
import { defaultType } from '../portal/association-types.ts';
import { objectTypes } from '../portal/object-types.ts';
import type { ObjectType } from '../portal/object-types.ts';
import type { Portal, Properties } from '../portal/portal.ts';
import { bodyOf, idSchema, objectTypeIn, propertiesSchema, recordIdIn } from './call.ts';
import type { Answer, Call } from './call.ts';
import { missingError, refuseBadBatch } from './objects-read.ts';
import { batchAnswer, batchError, recordShaper } from './shapes.ts';
import type { BatchError, RecordShape } from './shapes.ts';

const associationsSchema = z
  .array(
    z.object({
      to: z.object({ id: idSchema }),
      types: z
        .array(z.object({ associationCategory: z.string(), associationTypeId: z.number().int() }))
        .min(1),
    }),
  )
  .default([]);
const createSchema = z.object({
  properties: propertiesSchema,
  associations: associationsSchema,
  objectWriteTraceId: z.string().optional(),
});
type CreateInput = z.infer<typeof createSchema>;

export function createRecord(call: Call): Answer {
  const { type } = objectTypeIn(call);
  const { portal } = call.account;
  const record = create(portal, type, bodyOf(call, createSchema));
  return { status: 201, body: written(portal, record) };
}

const batchCreateSchema = z.object({ inputs: z.array(createSchema) });

export function batchCreate(call: Call): Answer {
  const { type } = objectTypeIn(call);
  const { portal } = call.account;
  const { inputs } = bodyOf(call, batchCreateSchema);
  refuseBadBatch(inputs.map((_, index) => String(index)));
  const perRecord = reportsPerRecord(call, inputs);
  if (!perRecord)
    refuseFirstInvalid(
      portal,
      type,
      inputs.map((input) => [undefined, input.properties]),
    );
  const results: RecordShape[] = [];
  const errors: BatchError[] = [];
  for (const input of inputs) {
    try {
      results.push({ ...written(portal, create(portal, type, input)), ...traceOf(input) });
    } catch (error) {
      if (!perRecord || !(error instanceof ApiError)) throw error;
      errors.push(batchError(error.category, error.message, traceContext(input), { errors: error.errors }));
    }
  }
  return batchAnswer(portal.now(), results, errors, 201);
}

const patchSchema = z.object({ properties: propertiesSchema, objectWriteTraceId: z.string().optional() });

/** A single update accepts merged ids; the batch does not. */
export function updateRecord(call: Call): Answer {
  const { type } = objectTypeIn(call);
  const { portal, faults } = call.account;
  const { properties } = bodyOf(call, patchSchema);
  const record = portal.living(type, recordIdIn(call, 'objectId'));
  if (record === undefined) throw notFound();
  const poison = faults.poisonOf(record.id);
  if (poison !== undefined) throw invalid(poison);
  return { status: 200, body: written(portal, portal.update(type, record.id, properties, 'INTEGRATION')) };
}

const batchUpdateSchema = z.object({
  inputs: z.array(
    z.object({
      id: idSchema,
      idProperty: z.string().optional(),
      properties: propertiesSchema,
      objectWriteTraceId: z.string().optional(),
    }),
  ),
});
type UpdateInput = z.infer<typeof batchUpdateSchema>['inputs'][number];

/**
 * One invalid value: a 400 for the whole batch, which then writes nothing, or a 207 that names the record. HubSpot does
 * not document which (hubspot-api.md 3, 12.1); the choice is the `batch-errors` mode (faults.ts). Unknown and merged
 * ids are reported per record in either case.
 */
export function batchUpdate(call: Call): Answer {
  const objectType = objectTypeIn(call);
  const { portal } = call.account;
  const { inputs } = bodyOf(call, batchUpdateSchema);
  refuseBadBatch(inputs.map((input) => input.id));
  refuseIdProperties(inputs);
  const table = portal.table(objectType.type);
  const missing = inputs.filter((input) => !table.isLiving(input.id)).map((input) => input.id);
  const present = inputs.filter((input) => table.isLiving(input.id));
  const refused = new Map(present.map((input) => [input.id, refusalOf(call, objectType, input)] as const));
  const first = [...refused.values()].find((refusal) => refusal !== undefined);
  if (first !== undefined && !reportsPerRecord(call, inputs)) throw first;
  const results: RecordShape[] = [];
  const errors: BatchError[] = missing.length === 0 ? [] : [missingError(objectType, missing)];
  for (const input of present) {
    const refusal = refused.get(input.id);
    if (refusal === undefined) {
      const record = portal.update(objectType.type, input.id, input.properties, 'INTEGRATION');
      results.push({ ...written(portal, record), ...traceOf(input) });
    } else {
      const context = { ids: [input.id], ...traceContext(input) };
      errors.push(batchError(refusal.category, refusal.message, context, { errors: refusal.errors }));
    }
  }
  return batchAnswer(portal.now(), results, errors);
}

export function archiveRecord(call: Call): Answer {
  const { type } = objectTypeIn(call);
  call.account.portal.archive(type, recordIdIn(call, 'objectId'), 'INTEGRATION');
  return { status: 204 };
}

const idsSchema = z.object({ inputs: z.array(z.object({ id: idSchema })) });

export function batchArchive(call: Call): Answer {
  const { type } = objectTypeIn(call);
  const { inputs } = bodyOf(call, idsSchema);
  refuseBadBatch(inputs.map((input) => input.id));
  for (const { id } of inputs) call.account.portal.archive(type, id, 'INTEGRATION');
  return { status: 204 };
}

const mergeSchema = z.object({ primaryObjectId: idSchema, objectIdToMerge: idSchema });

export function mergeRecords(call: Call): Answer {
  const { type } = objectTypeIn(call);
  const { portal } = call.account;
  const { primaryObjectId, objectIdToMerge } = bodyOf(call, mergeSchema);
  const survivor = portal.merge(type, primaryObjectId, objectIdToMerge, 'INTEGRATION');
  return { status: 200, body: written(portal, survivor) };
}

const eraseSchema = z.object({ objectId: idSchema, idProperty: z.string().optional() });

export function eraseRecord(call: Call): Answer {
  const { type } = objectTypeIn(call);
  call.account.portal.erase(type, bodyOf(call, eraseSchema).objectId, 'INTEGRATION');
  return { status: 204 };
}

function create(portal: Portal, type: SeedType, input: CreateInput): SeedRecord {
  const associations = input.associations.map(({ to, types }) => {
    const typeIds = types.map((associationType) => associationType.associationTypeId);
    return { toType: targetTypeOf(portal, type, typeIds), toId: to.id, typeIds };
  });
  return portal.create(type, input.properties, { source: 'INTEGRATION', associations });
}

/** A create request names the other record's type only through the association type. */
function targetTypeOf(portal: Portal, from: SeedType, typeIds: readonly number[]): SeedType {
  const target = objectTypes.find(({ type }) => {
    const known = portal.associations.typesOfPair(from, type);
    return (
      defaultType(from, type) !== undefined && typeIds.every((id) => known.some((one) => one.typeId === id))
    );
  });
  if (target === undefined)
    throw invalid(`Association types ${typeIds.join(', ')} do not exist from ${from}.`);
  return target.type;
}

/** Multi-status needs a trace id of its own on every input (hubspot-api.md 3). */
function reportsPerRecord(
  call: Call,
  inputs: readonly { readonly objectWriteTraceId?: string | undefined }[],
): boolean {
  const { batchErrors } = call.account.faults;
  if (batchErrors !== 'by-trace-id') return batchErrors === 'per-record';
  const traces = inputs.map((input) => input.objectWriteTraceId).filter((trace) => trace !== undefined);
  return new Set(traces).size === inputs.length;
}

function refuseFirstInvalid(
  portal: Portal,
  type: SeedType,
  writes: readonly (readonly [SeedRecord | undefined, Properties])[],
): void {
  for (const [record, properties] of writes) {
    const checked = portal.checkWrite(type, record, properties);
    if (!('stored' in checked)) throw invalid(checked.message, { errors: checked.errors });
  }
}

function refusalOf(call: Call, { type }: ObjectType, input: UpdateInput): ApiError | undefined {
  const { portal, faults } = call.account;
  const poison = faults.poisonOf(input.id);
  if (poison !== undefined) return invalid(poison);
  const checked = portal.checkWrite(type, portal.living(type, input.id), input.properties);
  return 'stored' in checked ? undefined : invalid(checked.message, { errors: checked.errors });
}

function refuseIdProperties(inputs: readonly UpdateInput[]): void {
  const other = inputs.find((input) => input.idProperty !== undefined && input.idProperty !== 'hs_object_id');
  if (other !== undefined) {
    throw invalid(`The sandbox updates records by hs_object_id only, not by ${other.idProperty ?? ''}.`);
  }
}

/** A write answers with every property the record has. */
function written(portal: Portal, record: SeedRecord): RecordShape {
  return recordShaper(portal, record.type, Object.keys(record.properties))(record);
}

function traceOf(input: { readonly objectWriteTraceId?: string | undefined }): {
  objectWriteTraceId?: string;
} {
  return input.objectWriteTraceId === undefined ? {} : { objectWriteTraceId: input.objectWriteTraceId };
}

function traceContext(input: { readonly objectWriteTraceId?: string | undefined }): Record<string, string[]> {
  return input.objectWriteTraceId === undefined ? {} : { objectWriteTraceId: [input.objectWriteTraceId] };
}
