/**
 * What HubSpot's webhooks tell (hubspot-api.md 7.1): never more than which records to read again. Duplicates, disorder
 * and delay then change nothing, and an event that we do not understand costs nothing but what the nightly sync finds.
 */
import { z } from 'zod';
import type { Hint } from '../model/hint.ts';
import type { LinkedType, RecordType } from '../model/record.ts';
import { propertyName, propertyNamePrefix } from './properties.ts';
import { id } from './shapes/common.ts';

const text = z.string().optional().catch(undefined);
/** HubSpot's ids have 63 bits. What is longer is none, and could not even be kept. */
const maybeId = id
  .refine((text) => text.length <= 19)
  .optional()
  .catch(undefined);

/**
 * One event. Only the account is demanded: whatever else is missing or strange makes an event say less, and must not
 * keep the other ninety-nine of its delivery from us.
 */
export const webhookEvent = z.object({
  portalId: id,
  appId: maybeId,
  subscriptionType: text,
  objectId: maybeId,
  objectTypeId: text,
  propertyName: text,
  primaryObjectId: maybeId,
  newObjectId: maybeId,
  mergedObjectIds: z.array(maybeId).optional().catch(undefined),
  fromObjectId: maybeId,
  toObjectId: maybeId,
  fromObjectTypeId: text,
  toObjectTypeId: text,
  associationTypeId: maybeId,
});
export type WebhookEvent = z.infer<typeof webhookEvent>;

/** hubspot-api.md 6.1, "Type ids". */
const typesById: ReadonlyMap<string, RecordType> = new Map([
  ['0-2', 'company'],
  ['0-3', 'deal'],
  ['0-18', 'communication'],
  ['0-27', 'task'],
  ['0-46', 'note'],
  ['0-47', 'meeting'],
  ['0-48', 'call'],
  ['0-49', 'email'],
]);
const types = new Set<string>(typesById.values());

/** Between a company and another record: that record's type, and the end at which it is (hubspot-api.md 5). */
const associationTypes: Readonly<Record<string, readonly [type: LinkedType, end: 'from' | 'to']>> = {
  '5': ['deal', 'from'],
  '6': ['deal', 'to'],
  '341': ['deal', 'from'],
  '342': ['deal', 'to'],
  '87': ['communication', 'from'],
  '88': ['communication', 'to'],
  '181': ['call', 'to'],
  '182': ['call', 'from'],
  '185': ['email', 'to'],
  '186': ['email', 'from'],
  '187': ['meeting', 'to'],
  '188': ['meeting', 'from'],
  '189': ['note', 'to'],
  '190': ['note', 'from'],
  '191': ['task', 'to'],
  '192': ['task', 'from'],
};

/** The records that an event says to read again; none for what we do not keep, or do not know. */
export function hintsOf(event: WebhookEvent): readonly Hint[] {
  const [about = '', change = ''] = event.subscriptionType?.split('.') ?? [];
  if (change === 'associationChange') return hintsOfAssociation(event);
  const type = typeOf(about, event.objectTypeId);
  if (type === null) return [];
  switch (change) {
    case 'propertyChange':
      return isEcho(event.propertyName) ? [] : hints(type, [event.objectId]);
    case 'merge':
      return hints(type, [
        event.objectId,
        event.newObjectId,
        event.primaryObjectId,
        ...(event.mergedObjectIds ?? []),
      ]);
    case 'creation':
    case 'deletion':
    case 'restore':
      return hints(type, [event.objectId]);
    default:
      return [];
  }
}

/** Our own write-back, come back to us. Only the date of a snooze is for people to set. */
function isEcho(property: string | undefined): boolean {
  return property?.startsWith(propertyNamePrefix) === true && property !== propertyName('snoozed_until');
}

/** Which record hangs on a company is read from the record's side; an association without a company is not ours. */
function hintsOfAssociation(event: WebhookEvent): readonly Hint[] {
  const { fromObjectTypeId, toObjectTypeId, associationTypeId = '' } = event;
  if (fromObjectTypeId === undefined || toObjectTypeId === undefined) {
    const [type, end] = associationTypes[associationTypeId] ?? [null, null];
    if (type === null) return [];
    return hints(type, [end === 'from' ? event.fromObjectId : event.toObjectId]);
  }
  const [from, to] = [typesById.get(fromObjectTypeId), typesById.get(toObjectTypeId)];
  if (from === undefined || to === undefined || (from !== 'company' && to !== 'company')) return [];
  return from === 'company' ? hints(to, [event.toObjectId]) : hints(from, [event.fromObjectId]);
}

/** Events of the first kind name their type in words (`company.creation`), those of the second by its id. */
function typeOf(about: string, objectTypeId: string | undefined): RecordType | null {
  if (about === 'object') return typesById.get(objectTypeId ?? '') ?? null;
  return types.has(about) ? (about as RecordType) : null;
}

function hints(type: RecordType, ids: readonly (string | undefined)[]): readonly Hint[] {
  const known = ids.filter((recordId) => recordId !== undefined);
  return [...new Set(known)].map((recordId) => ({ type, recordId }));
}
