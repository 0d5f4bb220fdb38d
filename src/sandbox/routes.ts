/**
 * Every path of the sandbox's API in one table. A family has one set of routes and several places where HubSpot serves
 * it: the date versions and their v3/v4 forerunners (hubspot-api.md 1, 3, 5-7).
 */
import * as associations from './api/associations.ts';
import type { Handler } from './api/call.ts';
import * as read from './api/objects-read.ts';
import * as write from './api/objects-write.ts';
import * as people from './api/people.ts';
import * as properties from './api/properties.ts';
import { searchRecords } from './api/search.ts';
import type { Lane } from './limits.ts';
import { findObjectType } from './portal/object-types.ts';

/** Which scopes a route asks for: any of a fixed list, or those of the object type in its path. */
type Scopes = readonly string[] | 'read' | 'write' | 'schema-read' | 'schema-write';

type Route = {
  readonly method: string;
  readonly template: string;
  readonly handler: Handler;
  readonly scopes: Scopes;
  readonly lane?: Lane;
  /** Answers of this route come in pages, which page faults may spoil. */
  readonly paged?: 'by-id' | 'by-offset';
};

type Family = {
  /** The first is the one that requests are recorded under. */
  readonly bases: readonly string[];
  readonly routes: readonly Route[];
};

const dates = ['2026-09', '2026-03'];
const versions = (base: string, ...older: readonly string[]): string[] => [
  ...dates.map((date) => `${base}/${date}`),
  ...older,
];

const families: readonly Family[] = [
  {
    bases: versions('/crm/objects', '/crm/v3/objects', '/crm/v4/objects'),
    routes: [
      { method: 'GET', template: '/{objectType}', handler: read.listRecords, scopes: 'read', paged: 'by-id' },
      { method: 'POST', template: '/{objectType}', handler: write.createRecord, scopes: 'write' },
      { method: 'GET', template: '/{objectType}/{objectId}', handler: read.readRecord, scopes: 'read' },
      { method: 'PATCH', template: '/{objectType}/{objectId}', handler: write.updateRecord, scopes: 'write' },
      {
        method: 'DELETE',
        template: '/{objectType}/{objectId}',
        handler: write.archiveRecord,
        scopes: 'write',
      },
      {
        method: 'POST',
        template: '/{objectType}/search',
        handler: searchRecords,
        scopes: 'read',
        lane: 'search',
        paged: 'by-offset',
      },
      { method: 'POST', template: '/{objectType}/merge', handler: write.mergeRecords, scopes: 'write' },
      { method: 'POST', template: '/{objectType}/gdpr-delete', handler: write.eraseRecord, scopes: 'write' },
      { method: 'POST', template: '/{objectType}/batch/read', handler: read.batchRead, scopes: 'read' },
      { method: 'POST', template: '/{objectType}/batch/create', handler: write.batchCreate, scopes: 'write' },
      { method: 'POST', template: '/{objectType}/batch/update', handler: write.batchUpdate, scopes: 'write' },
      {
        method: 'POST',
        template: '/{objectType}/batch/archive',
        handler: write.batchArchive,
        scopes: 'write',
      },
      {
        method: 'GET',
        template: '/{objectType}/{objectId}/associations/{toObjectType}',
        handler: associations.listAssociations,
        scopes: 'read',
        lane: 'associations',
        paged: 'by-id',
      },
      {
        method: 'PUT',
        template: '/{objectType}/{objectId}/associations/default/{toObjectType}/{toObjectId}',
        handler: associations.associateDefault,
        scopes: 'write',
        lane: 'associations',
      },
      {
        method: 'PUT',
        template: '/{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}',
        handler: associations.associateLabelled,
        scopes: 'write',
        lane: 'associations',
      },
      {
        method: 'DELETE',
        template: '/{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}',
        handler: associations.removeAssociation,
        scopes: 'write',
        lane: 'associations',
      },
    ],
  },
  {
    bases: versions('/crm/associations', '/crm/v4/associations', '/crm/associations/v4'),
    routes: [
      pair('POST', '/batch/read', associations.batchReadAssociations, 'read'),
      pair('POST', '/batch/create', associations.batchCreateAssociations, 'write'),
      pair('POST', '/batch/associate/default', associations.batchAssociateDefault, 'write'),
      pair('POST', '/batch/archive', associations.batchArchiveAssociations, 'write'),
      pair('GET', '/labels', associations.listLabels, 'read'),
      pair('POST', '/labels', associations.createLabel, 'write'),
    ],
  },
  {
    bases: versions('/crm/properties', '/crm/v3/properties'),
    routes: [
      { method: 'GET', template: '/{objectType}', handler: properties.listProperties, scopes: 'schema-read' },
      {
        method: 'POST',
        template: '/{objectType}',
        handler: properties.createProperty,
        scopes: 'schema-write',
      },
      schema('POST', '/batch/read', properties.batchReadProperties, 'schema-read'),
      schema('POST', '/batch/create', properties.batchCreateProperties, 'schema-write'),
      schema('POST', '/batch/archive', properties.batchArchiveProperties, 'schema-write'),
      schema('GET', '/groups', properties.listGroups, 'schema-read'),
      schema('POST', '/groups', properties.createGroup, 'schema-write'),
      schema('GET', '/groups/{groupName}', properties.readGroup, 'schema-read'),
      schema('PATCH', '/groups/{groupName}', properties.updateGroup, 'schema-write'),
      schema('DELETE', '/groups/{groupName}', properties.archiveGroup, 'schema-write'),
      schema('GET', '/{propertyName}', properties.readProperty, 'schema-read'),
      schema('PATCH', '/{propertyName}', properties.updateProperty, 'schema-write'),
      schema('DELETE', '/{propertyName}', properties.archiveProperty, 'schema-write'),
    ],
  },
  {
    bases: versions('/crm/property-validations', '/crm/v3/property-validations'),
    routes: [
      {
        method: 'GET',
        template: '/{objectType}',
        handler: properties.listValidations,
        scopes: 'schema-read',
      },
    ],
  },
  {
    bases: versions('/crm/owners', '/crm/v3/owners'),
    routes: [
      {
        method: 'GET',
        template: '',
        handler: people.listOwners,
        scopes: ['crm.objects.owners.read'],
        paged: 'by-id',
      },
      {
        method: 'GET',
        template: '/{ownerId}',
        handler: people.readOwner,
        scopes: ['crm.objects.owners.read'],
      },
    ],
  },
  {
    bases: versions('/crm/pipelines', '/crm/v3/pipelines'),
    routes: [
      { method: 'GET', template: '/{objectType}', handler: people.listPipelines, scopes: 'read' },
      { method: 'GET', template: '/{objectType}/{pipelineId}', handler: people.readPipeline, scopes: 'read' },
    ],
  },
  {
    bases: versions('/crm/lists', '/crm/v3/lists'),
    routes: [
      { method: 'POST', template: '', handler: people.createList, scopes: ['crm.lists.write'] },
      { method: 'GET', template: '/{listId}', handler: people.readList, scopes: ['crm.lists.read'] },
      {
        method: 'GET',
        template: '/{listId}/memberships',
        handler: people.listMemberships,
        scopes: ['crm.lists.read'],
        paged: 'by-id',
      },
      list('PUT', '/add', people.addMemberships),
      list('PUT', '/remove', people.removeMemberships),
    ],
  },
  {
    bases: versions('/account-info', '/account-info/v3'),
    routes: [
      { method: 'GET', template: '/details', handler: people.readAccountDetails, scopes: ['oauth'] },
      {
        method: 'GET',
        template: '/api-usage/daily/private-apps',
        handler: people.readDailyUsage,
        scopes: ['oauth'],
      },
    ],
  },
  {
    bases: versions('/settings/users', '/settings/v3/users'),
    routes: [
      {
        method: 'GET',
        template: '/{userId}',
        handler: people.readUser,
        scopes: ['settings.users.read', 'crm.objects.users.read'],
      },
    ],
  },
];

function pair(method: string, path: string, handler: Handler, scopes: Scopes): Route {
  return {
    method,
    template: `/{fromObjectType}/{toObjectType}${path}`,
    handler,
    scopes,
    lane: 'associations',
  };
}

function schema(method: string, path: string, handler: Handler, scopes: Scopes): Route {
  return { method, template: `/{objectType}${path}`, handler, scopes };
}

function list(method: string, path: string, handler: Handler): Route {
  return { method, template: `/{listId}/memberships${path}`, handler, scopes: ['crm.lists.write'] };
}

export type Matched = {
  readonly handler: Handler;
  readonly parameters: Readonly<Record<string, string>>;
  readonly lane: Lane;
  readonly paged: 'by-id' | 'by-offset' | null;
  /** For the request log: the object type filled in, ids left open. */
  readonly name: string;
  /** Any one of them suffices. */
  readonly scopes: readonly string[];
};

type Compiled = { readonly route: Route; readonly family: Family; readonly segments: readonly string[] };

/** Candidates by method, base and number of segments; literal segments win over parameters. */
const compiled = new Map<string, Compiled[]>();
const bases = new Map<string, Family>();
for (const family of families) {
  for (const base of family.bases) bases.set(base, family);
  for (const route of family.routes) {
    const segments = route.template.split('/').slice(1);
    const key = tableKey(route.method, family, segments.length);
    compiled.set(key, [...(compiled.get(key) ?? []), { route, family, segments }]);
  }
}
for (const candidates of compiled.values()) {
  candidates.sort((a, b) => literals(b.segments) - literals(a.segments));
}

function tableKey(method: string, family: Family, size: number): string {
  return `${method} ${family.bases[0] ?? ''} ${size}`;
}

function literals(segments: readonly string[]): number {
  return segments.filter((segment) => !segment.startsWith('{')).length;
}

/** Undefined when HubSpot, as far as the sandbox plays it, has no such operation. */
export function matchRoute(method: string, path: string): Matched | undefined {
  const trimmed = path.endsWith('/') ? path.slice(0, -1) : path;
  const parts = trimmed.split('/');
  for (const depth of [4, 3]) {
    const family = bases.get(parts.slice(0, depth).join('/'));
    if (family === undefined) continue;
    const rest = parts.slice(depth);
    for (const candidate of compiled.get(tableKey(method, family, rest.length)) ?? []) {
      const parameters = bind(candidate.segments, rest);
      if (parameters !== undefined) return matched(candidate, parameters);
    }
  }
  return undefined;
}

function bind(segments: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? '';
    if (!segment.startsWith('{')) {
      if (segment !== part) return undefined;
    } else if (part === '') return undefined;
    else parameters[segment.slice(1, -1)] = decode(part);
  }
  return parameters;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    // A malformed escape is taken literally; it names nothing then.
    if (error instanceof URIError) return part;
    throw error;
  }
}

function matched({ route, family }: Compiled, parameters: Readonly<Record<string, string>>): Matched {
  const name = route.template.replaceAll(/\{(\w+)\}/g, (whole, key: string) =>
    key.toLowerCase().endsWith('objecttype') ? (pluralOf(parameters[key]) ?? whole) : whole,
  );
  return {
    handler: route.handler,
    parameters,
    lane: route.lane ?? 'burst',
    paged: route.paged ?? null,
    name: `${family.bases[0] ?? ''}${name}`,
    scopes: scopesOf(route.scopes, parameters),
  };
}

function pluralOf(name: string | undefined): string | undefined {
  return name === undefined ? undefined : findObjectType(name)?.plural;
}

function scopesOf(scopes: Scopes, parameters: Readonly<Record<string, string>>): readonly string[] {
  if (typeof scopes !== 'string') return scopes;
  const objectType = findObjectType(parameters['objectType'] ?? parameters['fromObjectType'] ?? '');
  if (objectType === undefined) return [];
  const lists = {
    read: objectType.readScopes,
    write: objectType.writeScopes,
    'schema-read': objectType.schemaReadScopes,
    'schema-write': objectType.schemaWriteScopes,
  };
  return lists[scopes];
}
