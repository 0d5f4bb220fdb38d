/**
 * Every path of the sandbox's API in one table. A family has one set of routes and several places where HubSpot serves
 * it: the date versions and their v3/v4 forerunners (hubspot-api.md 1, 3, 5-7).
 */
import * as links from './api/associations-read.ts';
import * as linking from './api/associations-write.ts';
import * as accountInfo from './api/account-info.ts';
import type { Handler } from './api/call.ts';
import * as lists from './api/lists.ts';
import * as read from './api/objects-read.ts';
import * as write from './api/objects-write.ts';
import * as owners from './api/owners.ts';
import * as properties from './api/properties.ts';
import * as groups from './api/property-groups.ts';
import { searchRecords } from './api/search.ts';
import type { Lane } from './limits.ts';

/** Which scopes a route asks for: any of a fixed list, or those of the object type in its path. */
export type Scopes = readonly string[] | 'read' | 'write' | 'schema-read' | 'schema-write';

export type Route = {
  readonly method: string;
  readonly template: string;
  readonly handler: Handler;
  readonly scopes: Scopes;
  readonly lane?: Lane;
  /** Answers of this route come in pages, which page faults may spoil. */
  readonly paged?: 'by-id' | 'by-offset' | 'by-row';
};

export type Family = {
  /** The first is the one that requests are recorded under. */
  readonly bases: readonly string[];
  readonly routes: readonly Route[];
};

const dates = ['2026-09', '2026-03'];
const versions = (base: string, ...older: readonly string[]): string[] => [
  ...dates.map((date) => `${base}/${date}`),
  ...older,
];

export const families: readonly Family[] = [
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
        handler: links.listAssociations,
        scopes: 'read',
        lane: 'associations',
        paged: 'by-id',
      },
      {
        method: 'PUT',
        template: '/{objectType}/{objectId}/associations/default/{toObjectType}/{toObjectId}',
        handler: linking.associateDefault,
        scopes: 'write',
        lane: 'associations',
      },
      {
        method: 'PUT',
        template: '/{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}',
        handler: linking.associateLabelled,
        scopes: 'write',
        lane: 'associations',
      },
      {
        method: 'DELETE',
        template: '/{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}',
        handler: linking.removeAssociation,
        scopes: 'write',
        lane: 'associations',
      },
    ],
  },
  {
    bases: versions('/crm/associations', '/crm/v4/associations', '/crm/associations/v4'),
    routes: [
      { ...pair('POST', '/batch/read', links.batchReadAssociations, 'read'), paged: 'by-row' },
      pair('POST', '/batch/create', linking.batchCreateAssociations, 'write'),
      pair('POST', '/batch/associate/default', linking.batchAssociateDefault, 'write'),
      pair('POST', '/batch/archive', linking.batchArchiveAssociations, 'write'),
      pair('GET', '/labels', links.listLabels, 'read'),
      pair('POST', '/labels', links.createLabel, 'write'),
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
      schema('GET', '/groups', groups.listGroups, 'schema-read'),
      schema('POST', '/groups', groups.createGroup, 'schema-write'),
      schema('GET', '/groups/{groupName}', groups.readGroup, 'schema-read'),
      schema('PATCH', '/groups/{groupName}', groups.updateGroup, 'schema-write'),
      schema('DELETE', '/groups/{groupName}', groups.archiveGroup, 'schema-write'),
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
        handler: groups.listValidations,
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
        handler: owners.listOwners,
        scopes: ['crm.objects.owners.read'],
        paged: 'by-id',
      },
      {
        method: 'GET',
        template: '/{ownerId}',
        handler: owners.readOwner,
        scopes: ['crm.objects.owners.read'],
      },
    ],
  },
  {
    bases: versions('/crm/pipelines', '/crm/v3/pipelines'),
    routes: [
      { method: 'GET', template: '/{objectType}', handler: accountInfo.listPipelines, scopes: 'read' },
      {
        method: 'GET',
        template: '/{objectType}/{pipelineId}',
        handler: accountInfo.readPipeline,
        scopes: 'read',
      },
    ],
  },
  {
    bases: versions('/crm/lists', '/crm/v3/lists'),
    routes: [
      { method: 'POST', template: '', handler: lists.createList, scopes: ['crm.lists.write'] },
      { method: 'GET', template: '/{listId}', handler: lists.readList, scopes: ['crm.lists.read'] },
      {
        method: 'GET',
        template: '/{listId}/memberships',
        handler: lists.listMemberships,
        scopes: ['crm.lists.read'],
        paged: 'by-id',
      },
      list('PUT', '/add', lists.addMemberships),
      list('PUT', '/remove', lists.removeMemberships),
    ],
  },
  {
    bases: versions('/account-info', '/account-info/v3'),
    routes: [
      { method: 'GET', template: '/details', handler: accountInfo.readAccountDetails, scopes: ['oauth'] },
      {
        method: 'GET',
        template: '/api-usage/daily/private-apps',
        handler: accountInfo.readDailyUsage,
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
        handler: owners.readUser,
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
