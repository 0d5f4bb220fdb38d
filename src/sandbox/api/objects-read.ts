/** Reading records: list, read one, batch read (hubspot-api.md 3). */
import { z } from 'zod';
import type { SeedRecord, SeedType } from '../seed.ts';
import { invalid, notFound } from '../portal/api-error.ts';
import { primaryType } from '../portal/association-types.ts';
import { findObjectType } from '../portal/object-types.ts';
import type { ObjectType } from '../portal/object-types.ts';
import type { Portal } from '../portal/portal.ts';
import { bodyOf, cursorIn, flagIn, idSchema, limitIn, listIn, objectTypeIn, recordIdIn } from './call.ts';
import type { Answer, Call } from './call.ts';
import { batchAnswer, batchError, pagingTo, recordShaper } from './shapes.ts';

const batchLimit = 100;
/** Inline associations are cut here; the rest is a matter of the association endpoints. */
const inlineAssociationLimit = 100;

export function listRecords(call: Call): Answer {
  const { portal } = call.account;
  const { type } = objectTypeIn(call);
  const limit = limitIn(call, { byDefault: 10, maximum: 100 });
  refuseHistory(listIn(call, 'propertiesWithHistory'));
  const shape = recordShaper(portal, type, listIn(call, 'properties'));
  const associations = inlineAssociations(call);
  const results: unknown[] = [];
  let last: string | null = null;
  for (const id of portal.table(type).idsAfter(cursorIn(call), { archived: flagIn(call, 'archived') })) {
    if (results.length === limit) {
      return { status: 200, body: { results, ...pagingTo(last) } };
    }
    const record = portal.table(type).find(id);
    if (record === undefined) continue;
    results.push({ ...shape(record), ...associations(portal, record) });
    last = id;
  }
  return { status: 200, body: { results } };
}

export function readRecord(call: Call): Answer {
  const { portal } = call.account;
  const { type } = objectTypeIn(call);
  const record = portal.table(type).resolve(recordIdIn(call, 'objectId'));
  if (record === undefined || (record.archivedAt !== null) !== flagIn(call, 'archived')) throw notFound();
  refuseHistory(listIn(call, 'propertiesWithHistory'));
  const shape = recordShaper(portal, type, listIn(call, 'properties'));
  return { status: 200, body: { ...shape(record), ...inlineAssociations(call)(portal, record) } };
}

const batchReadSchema = z.object({
  inputs: z.array(z.object({ id: idSchema })),
  properties: z.array(z.string()).default([]),
  propertiesWithHistory: z.array(z.string()).default([]),
  idProperty: z.string().optional(),
});

export function batchRead(call: Call): Answer {
  const { portal } = call.account;
  const objectType = objectTypeIn(call);
  const body = bodyOf(call, batchReadSchema);
  if (body.idProperty !== undefined && body.idProperty !== 'hs_object_id') {
    throw invalid(`The sandbox reads records by hs_object_id only, not by ${body.idProperty}.`);
  }
  refuseHistory(body.propertiesWithHistory);
  const ids = body.inputs.map((input) => input.id);
  refuseBadBatch(ids);
  const archived = flagIn(call, 'archived');
  const found = new Map<string, SeedRecord>();
  const missing: string[] = [];
  for (const id of ids) {
    const record = portal.table(objectType.type).resolve(id);
    // An old id answers with its survivor, which appears once (hubspot-api.md 7.2).
    if (record !== undefined && (record.archivedAt !== null) === archived) found.set(record.id, record);
    else missing.push(id);
  }
  const results = [...found.values()].map(recordShaper(portal, objectType.type, body.properties));
  const errors = missing.length === 0 ? [] : [missingError(objectType, missing)];
  return batchAnswer(portal.now(), results, errors);
}

/** Rather than to invent one, or to leave it out in silence. */
function refuseHistory(names: readonly string[]): void {
  if (names.length > 0)
    throw invalid('The sandbox keeps no history of properties: leave out propertiesWithHistory.');
}

export function missingError(objectType: ObjectType, ids: readonly string[]): ReturnType<typeof batchError> {
  const message = `Could not get some ${objectType.type.toUpperCase()} objects, they may be deleted or not exist. Check that ids are valid.`;
  return batchError('OBJECT_NOT_FOUND', message, { ids });
}

/** At most 100 inputs, none of them twice (hubspot-api.md 2.2). */
export function refuseBadBatch(ids: readonly string[], limit: number = batchLimit): void {
  if (ids.length === 0) throw invalid('The batch has no inputs.');
  if (ids.length > limit) {
    throw invalid(
      `The maximum number of inputs supported in a batch request is ${limit}. Received ${ids.length}.`,
    );
  }
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) repeated.add(id);
    seen.add(id);
  }
  if (repeated.size > 0) {
    const list = [...repeated];
    throw invalid(`Duplicate IDs found in batch input: [${list.join(', ')}]. IDs must be unique`, {
      context: { ids: list },
    });
  }
}

/** `associations` of a record for the types the caller names, under their plural names. */
function inlineAssociations(call: Call): (portal: Portal, record: SeedRecord) => { associations?: unknown } {
  const targets = listIn(call, 'associations').map((name) => {
    const objectType = findObjectType(name);
    if (objectType === undefined) throw invalid(`Unable to infer object type from: ${name}`);
    return objectType;
  });
  if (targets.length === 0) return () => ({});
  return (portal, record) => {
    const entries = targets
      .map((target) => [target.plural, inlineLinks(portal, record, target.type)] as const)
      .filter(([, links]) => links !== null);
    return entries.length === 0 ? {} : { associations: Object.fromEntries(entries) };
  };
}

function inlineLinks(portal: Portal, record: SeedRecord, toType: SeedType): unknown {
  const table = portal.table(toType);
  const linked = portal.associations
    .linked(record.type, record.id, toType)
    .filter((id) => table.isLiving(id));
  if (linked.length === 0) return null;
  const page = linked.slice(0, inlineAssociationLimit);
  const results = page.flatMap((id) =>
    portal.associations
      .typesOf({ fromType: record.type, fromId: record.id, toType, toId: id })
      .map((type) => ({ id, type: associationTypeName(record.type, toType, type.label) })),
  );
  return { results, ...pagingTo(linked.length > page.length ? (page.at(-1) ?? null) : null) };
}

/** Inline associations name their type in words: `company_to_deal` is the primary one of a pair that has such. */
function associationTypeName(from: SeedType, to: SeedType, label: string | null): string {
  const name = `${from}_to_${to}`;
  if (label === null) return primaryType(from, to) === undefined ? name : `${name}_unlabeled`;
  return label === 'Primary' ? name : label.toLowerCase().replaceAll(' ', '_');
}
