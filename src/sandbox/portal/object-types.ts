/** The kinds of records a sandbox account holds, with what HubSpot's API says about each (hubspot-api.md 3, 6.1, 10). */
import type { SeedType } from '../seed.ts';

export type ObjectType = {
  readonly type: SeedType;
  readonly typeId: string;
  readonly plural: string;
  /** The name that webhook subscriptions use. */
  readonly webhookName: string;
  readonly createdProperty: 'createdate' | 'hs_createdate';
  /** Contacts differ from all others (hubspot-api.md 4). */
  readonly modifiedProperty: 'hs_lastmodifieddate' | 'lastmodifieddate';
  /** What an answer carries when the caller names no properties. */
  readonly defaultProperties: readonly string[];
  readonly requiredOnCreate: readonly string[];
  /** Any one of them suffices. */
  readonly readScopes: readonly string[];
  readonly writeScopes: readonly string[];
  readonly schemaReadScopes: readonly string[];
  readonly schemaWriteScopes: readonly string[];
};

const crmTypes: readonly ObjectType[] = [
  crmType('company', '0-2', 'companies', ['name', 'domain']),
  crmType('deal', '0-3', 'deals', ['dealname', 'amount', 'closedate', 'pipeline', 'dealstage']),
  crmType('contact', '0-1', 'contacts', ['email', 'firstname', 'lastname']),
];

const engagementTypes: readonly ObjectType[] = [
  engagementType('call', '0-48', 'CALL', []),
  engagementType('email', '0-49', 'EMAIL', ['sales-email-read']),
  engagementType('meeting', '0-47', 'MEETING_EVENT', []),
  engagementType('note', '0-46', 'NOTE', []),
  engagementType('task', '0-27', 'TASK', []),
  engagementType('communication', '0-18', 'COMMUNICATION', []),
];

function crmType(
  type: SeedType,
  typeId: string,
  plural: string,
  defaultProperties: readonly string[],
): ObjectType {
  return {
    type,
    typeId,
    plural,
    webhookName: type.toUpperCase(),
    createdProperty: 'createdate',
    modifiedProperty: type === 'contact' ? 'lastmodifieddate' : 'hs_lastmodifieddate',
    defaultProperties,
    requiredOnCreate: [],
    readScopes: [`crm.objects.${plural}.read`],
    writeScopes: [`crm.objects.${plural}.write`],
    schemaReadScopes: [`crm.schemas.${plural}.read`],
    schemaWriteScopes: [`crm.schemas.${plural}.write`],
  };
}

function engagementType(
  type: SeedType,
  typeId: string,
  webhookName: string,
  moreReadScopes: readonly string[],
): ObjectType {
  const plural = `${type}s`;
  return {
    type,
    typeId,
    plural,
    webhookName,
    createdProperty: 'hs_createdate',
    modifiedProperty: 'hs_lastmodifieddate',
    defaultProperties: [],
    requiredOnCreate: ['hs_timestamp'],
    readScopes: [
      'crm.objects.contacts.read',
      // 2026-09 lists granular scopes for all of them but communications (hubspot-api.md 10).
      ...(type === 'communication' ? [] : [`crm.objects.${plural}.read`]),
      ...moreReadScopes,
    ],
    writeScopes: ['crm.objects.contacts.write'],
    schemaReadScopes: ['crm.schemas.contacts.read', 'crm.objects.contacts.read'],
    schemaWriteScopes: ['crm.schemas.contacts.write'],
  };
}

export const objectTypes: readonly ObjectType[] = [...crmTypes, ...engagementTypes];

const typesByName = new Map<string, ObjectType>();
for (const objectType of objectTypes) {
  for (const name of [objectType.type, objectType.plural, objectType.typeId])
    typesByName.set(name, objectType);
}

/** By singular, plural or type id, in any case; undefined for a type the sandbox does not hold. */
export function findObjectType(name: string): ObjectType | undefined {
  return typesByName.get(name.toLowerCase());
}

export function objectTypeOf(type: SeedType): ObjectType {
  const found = typesByName.get(type);
  if (found === undefined) throw new Error(`The sandbox has no object type called "${type}".`);
  return found;
}

/** Everything the sandbox can ask for: what a token holds unless told otherwise. */
export const allScopes: readonly string[] = [
  ...new Set([
    'oauth',
    'automation',
    'crm.objects.owners.read',
    'crm.lists.read',
    'crm.lists.write',
    'settings.users.read',
    'crm.objects.users.read',
    ...objectTypes.flatMap((objectType) => [
      ...objectType.readScopes,
      ...objectType.writeScopes,
      ...objectType.schemaReadScopes,
      ...objectType.schemaWriteScopes,
    ]),
  ]),
];
