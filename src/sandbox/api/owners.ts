/** Owners and users (hubspot-api.md 7). */
import { toIso } from '../../model/instant.ts';
import type { SeedOwner } from '../seed.ts';
import { notFound } from '../portal/api-error.ts';
import { compareIds } from '../portal/sorted-ids.ts';
import { cursorIn, flagIn, limitIn, parameter } from './call.ts';
import type { Answer, Call } from './call.ts';
import { pagingTo } from './shapes.ts';

/** People are older than any account we play. */
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

export function readUser(call: Call): Answer {
  const owner = call.account.portal.seed.owners.find((one) => one.userId === parameter(call, 'userId'));
  if (owner === undefined || owner.archived) throw notFound();
  const { userId, email, firstName, lastName, superAdmin } = owner;
  return { status: 200, body: { id: userId, email, firstName, lastName, roleIds: [], superAdmin } };
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
