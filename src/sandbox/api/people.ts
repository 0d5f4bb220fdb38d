/** The account itself, its owners, users, pipelines and lists (hubspot-api.md 7). */
import { DateTime } from 'luxon';
import { z } from 'zod';
import { toIso } from '../../model/instant.ts';
import type { SeedOwner, SeedPipeline } from '../seed.ts';
import { invalid, notFound } from '../portal/api-error.ts';
import { compareIds } from '../portal/sorted-ids.ts';
import type { StaticList } from '../portal/static-lists.ts';
import { bodyOf, cursorIn, flagIn, idSchema, limitIn, parameter, typeIn } from './call.ts';
import type { Answer, Call } from './call.ts';
import { pagingTo } from './shapes.ts';

/** People and pipelines are older than any account we play. */
const since = toIso(Date.UTC(2019, 0, 1));

export function listOwners(call: Call): Answer {
  const limit = limitIn(call, { byDefault: 100, maximum: 500 });
  const after = cursorIn(call);
  const archived = flagIn(call, 'archived');
  const email = call.query.get('email');
  const owners = call.account.portal.seed.owners
    .filter((owner) => owner.archived === archived && (email === null || owner.email === email))
    .sort((a, b) => compareIds(a.id, b.id))
    .filter((owner) => after === null || compareIds(owner.id, after) > 0);
  const page = owners.slice(0, limit);
  const next = owners.length > limit ? (page.at(-1)?.id ?? null) : null;
  return { status: 200, body: { results: page.map(ownerShape), ...pagingTo(next) } };
}

export function readOwner(call: Call): Answer {
  const id = parameter(call, 'ownerId');
  const key = call.query.get('idProperty') === 'userId' ? 'userId' : 'id';
  const archived = flagIn(call, 'archived');
  const owner = call.account.portal.seed.owners.find((one) => one[key] === id && one.archived === archived);
  if (owner === undefined) throw notFound();
  return { status: 200, body: ownerShape(owner) };
}

export function listPipelines(call: Call): Answer {
  const pipelines = typeIn(call) === 'deal' ? call.account.portal.seed.pipelines : [];
  return { status: 200, body: { results: pipelines.map(pipelineShape) } };
}

export function readPipeline(call: Call): Answer {
  const pipelines = typeIn(call) === 'deal' ? call.account.portal.seed.pipelines : [];
  const position = pipelines.findIndex((pipeline) => pipeline.id === parameter(call, 'pipelineId'));
  const pipeline = pipelines[position];
  if (pipeline === undefined) throw notFound();
  return { status: 200, body: pipelineShape(pipeline, position) };
}

export function readAccountDetails(call: Call): Answer {
  const { portal } = call.account;
  const { portalId, timeZone, currency } = portal.seed;
  const local = DateTime.fromMillis(portal.now(), { zone: timeZone });
  const body = {
    portalId: Number(portalId),
    accountType: 'STANDARD',
    timeZone,
    companyCurrency: currency,
    additionalCurrencies: [],
    utcOffset: local.toFormat('ZZ'),
    utcOffsetMilliseconds: local.offset * 60_000,
    uiDomain: 'app.hubspot.com',
    dataHostingLocation: 'na1',
  };
  return { status: 200, body };
}

export function readDailyUsage(call: Call): Answer {
  const { portal, limits } = call.account;
  const { used, limit, resetsAt } = limits.daily();
  const usage = {
    name: 'private-apps-api-calls-daily',
    usageLimit: limit,
    currentUsage: used,
    collectedAt: toIso(portal.now()),
    fetchStatus: 'SUCCESS',
    resetsAt: toIso(resetsAt),
  };
  return { status: 200, body: { results: [usage] } };
}

export function readUser(call: Call): Answer {
  const owner = call.account.portal.seed.owners.find((one) => one.userId === parameter(call, 'userId'));
  if (owner === undefined || owner.archived) throw notFound();
  const { userId, email, firstName, lastName, superAdmin } = owner;
  return { status: 200, body: { id: userId, email, firstName, lastName, roleIds: [], superAdmin } };
}

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
  return { status: 200, body: { list: listShape(listIn(call)) } };
}

export function listMemberships(call: Call): Answer {
  const list = listIn(call);
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
  const recordIdsAdded = listIn(call).add(known, portal.now());
  return { status: 200, body: { recordIdsAdded, recordIdsRemoved: [], recordIdsMissing: missing } };
}

export function removeMemberships(call: Call): Answer {
  const recordIdsRemoved = listIn(call).remove(bodyOf(call, z.array(idSchema)));
  return { status: 200, body: { recordIdsAdded: [], recordIdsRemoved, recordIdsMissing: [] } };
}

function listIn(call: Call): StaticList {
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

function ownerShape(owner: SeedOwner): unknown {
  return {
    id: owner.id,
    email: owner.email,
    firstName: owner.firstName,
    lastName: owner.lastName,
    type: 'PERSON',
    // A deactivated person's user id is shown under another name only.
    ...(owner.archived ? {} : { userId: Number(owner.userId) }),
    userIdIncludingInactive: Number(owner.userId),
    createdAt: since,
    updatedAt: since,
    archived: owner.archived,
  };
}

function pipelineShape(pipeline: SeedPipeline, displayOrder: number): unknown {
  const common = { createdAt: since, updatedAt: since, archived: false };
  return {
    ...common,
    id: pipeline.id,
    label: pipeline.label,
    displayOrder,
    stages: pipeline.stages.map(({ id, label, isClosed, probability }, position) => ({
      ...common,
      id,
      label,
      displayOrder: position,
      // All strings, also the boolean (hubspot-api.md 7).
      metadata: { isClosed: String(isClosed), probability },
    })),
  };
}
