/** Static lists of companies (hubspot-api.md 7). */
import { z } from 'zod';
import { toIso } from '../../model/instant.ts';
import { invalid, notFound } from '../portal/api-error.ts';
import { compareIds } from '../portal/sorted-ids.ts';
import type { StaticList } from '../portal/static-lists.ts';
import { bodyOf, cursorIn, idSchema, limitIn, parameter } from './call.ts';
import type { Answer, Call } from './call.ts';
import { pagingTo } from './shapes.ts';

const createListSchema = z.object({
  name: z.string().min(1),
  objectTypeId: z.string(),
  processingType: z.enum(['MANUAL', 'SNAPSHOT', 'DYNAMIC']),
});

export function createList(call: Call): Answer {
  const { name, processingType, objectTypeId } = bodyOf(call, createListSchema);
  if (processingType === 'DYNAMIC' || objectTypeId !== '0-2') {
    throw invalid(
      'The sandbox keeps static lists of companies only (processingType MANUAL, objectTypeId 0-2).',
    );
  }
  const { lists, portal } = call.account;
  return { status: 200, body: { list: listShape(lists.create(name, portal.now())) } };
}

export function readList(call: Call): Answer {
  return { status: 200, body: { list: listShape(staticListIn(call)) } };
}

export function listMemberships(call: Call): Answer {
  const list = staticListIn(call);
  const limit = limitIn(call, { byDefault: 100, maximum: 250 });
  const after = cursorIn(call);
  const table = call.account.portal.table('company');
  const ids = list
    .recordIds()
    .filter((id) => table.isLiving(id) && (after === null || compareIds(id, after) > 0));
  const page = ids.slice(0, limit);
  const results = page.map((recordId) => ({ recordId, membershipTimestamp: toIso(list.addedAt(recordId)) }));
  const next = ids.length > limit ? (page.at(-1) ?? null) : null;
  return { status: 200, body: { results, total: list.recordIds().length, ...pagingTo(next) } };
}

export function addMemberships(call: Call): Answer {
  const { portal } = call.account;
  const ids = bodyOf(call, z.array(idSchema));
  const [known, missing] = [
    ids.filter((id) => portal.table('company').isLiving(id)),
    ids.filter((id) => !portal.table('company').isLiving(id)),
  ];
  // HubSpot's own spelling: records, here alone.
  const recordsIdsAdded = staticListIn(call).add(known, portal.now());
  return { status: 200, body: { recordsIdsAdded, recordIdsRemoved: [], recordIdsMissing: missing } };
}

export function removeMemberships(call: Call): Answer {
  const recordIdsRemoved = staticListIn(call).remove(bodyOf(call, z.array(idSchema)));
  return { status: 200, body: { recordsIdsAdded: [], recordIdsRemoved, recordIdsMissing: [] } };
}

function staticListIn(call: Call): StaticList {
  const list = call.account.lists.find(parameter(call, 'listId'));
  if (list === undefined) throw notFound(`List ${parameter(call, 'listId')} does not exist.`);
  return list;
}

function listShape(list: StaticList): unknown {
  return {
    listId: list.id,
    name: list.name,
    objectTypeId: '0-2',
    processingType: 'MANUAL',
    processingStatus: 'COMPLETE',
    listVersion: 1,
    size: list.recordIds().length,
    createdAt: toIso(list.createdAt),
    updatedAt: toIso(list.createdAt),
  };
}
