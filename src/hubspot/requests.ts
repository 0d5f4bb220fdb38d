/**
 * Requests built by `@hubspot/api-client`'s typed request factories: paths, parameters and bodies are HubSpot's own
 * generated contract, checked by the compiler. Its `Client` adds a transport, a retry and a reading of answers that lose
 * data (an HTML page becomes `[null]`, ids beyond 2^53 are rounded, unknown fields vanish; hubspot-api.md section 8), so
 * the factories hand their requests to our transport and the answers go through shapes/. The token is the transport's
 * alone.
 */
import { BatchApiRequestFactory as AssociationBatch } from '@hubspot/api-client/lib/codegen/crm/associations/v4/apis/BatchApi.js';
import { createConfiguration as associationsConfiguration } from '@hubspot/api-client/lib/codegen/crm/associations/v4/configuration.js';
import { ServerConfiguration as AssociationsServer } from '@hubspot/api-client/lib/codegen/crm/associations/v4/servers.js';
import { ListsApiRequestFactory as Lists } from '@hubspot/api-client/lib/codegen/crm/lists/apis/ListsApi.js';
import { MembershipsApiRequestFactory as Memberships } from '@hubspot/api-client/lib/codegen/crm/lists/apis/MembershipsApi.js';
import { createConfiguration as listsConfiguration } from '@hubspot/api-client/lib/codegen/crm/lists/configuration.js';
import { ServerConfiguration as ListsServer } from '@hubspot/api-client/lib/codegen/crm/lists/servers.js';
import { BasicApiRequestFactory as ObjectBasic } from '@hubspot/api-client/lib/codegen/crm/objects/apis/BasicApi.js';
import { BatchApiRequestFactory as ObjectBatch } from '@hubspot/api-client/lib/codegen/crm/objects/apis/BatchApi.js';
import { SearchApiRequestFactory as ObjectSearch } from '@hubspot/api-client/lib/codegen/crm/objects/apis/SearchApi.js';
import { createConfiguration as objectsConfiguration } from '@hubspot/api-client/lib/codegen/crm/objects/configuration.js';
import { ServerConfiguration as ObjectsServer } from '@hubspot/api-client/lib/codegen/crm/objects/servers.js';
import { OwnersApiRequestFactory as Owners } from '@hubspot/api-client/lib/codegen/crm/owners/apis/OwnersApi.js';
import { createConfiguration as ownersConfiguration } from '@hubspot/api-client/lib/codegen/crm/owners/configuration.js';
import { ServerConfiguration as OwnersServer } from '@hubspot/api-client/lib/codegen/crm/owners/servers.js';
import { PipelinesApiRequestFactory as Pipelines } from '@hubspot/api-client/lib/codegen/crm/pipelines/apis/PipelinesApi.js';
import { createConfiguration as pipelinesConfiguration } from '@hubspot/api-client/lib/codegen/crm/pipelines/configuration.js';
import { ServerConfiguration as PipelinesServer } from '@hubspot/api-client/lib/codegen/crm/pipelines/servers.js';
import { BatchApiRequestFactory as PropertyBatch } from '@hubspot/api-client/lib/codegen/crm/properties/apis/BatchApi.js';
import { CoreApiRequestFactory as PropertyCore } from '@hubspot/api-client/lib/codegen/crm/properties/apis/CoreApi.js';
import { GroupsApiRequestFactory as PropertyGroups } from '@hubspot/api-client/lib/codegen/crm/properties/apis/GroupsApi.js';
import { createConfiguration as propertiesConfiguration } from '@hubspot/api-client/lib/codegen/crm/properties/configuration.js';
import { ServerConfiguration as PropertiesServer } from '@hubspot/api-client/lib/codegen/crm/properties/servers.js';
import type { ApiRequest } from './attempt.ts';
import { accountPaths, userPath } from './paths.ts';

/** @param apiUrl without a slash at its end */
export function createRequests(apiUrl: string) {
  const objects = objectsConfiguration({ baseServer: new ObjectsServer(apiUrl, {}) });
  const associations = associationsConfiguration({ baseServer: new AssociationsServer(apiUrl, {}) });
  const lists = listsConfiguration({ baseServer: new ListsServer(apiUrl, {}) });
  const owners = ownersConfiguration({ baseServer: new OwnersServer(apiUrl, {}) });
  const pipelines = pipelinesConfiguration({ baseServer: new PipelinesServer(apiUrl, {}) });
  const properties = propertiesConfiguration({ baseServer: new PropertiesServer(apiUrl, {}) });
  return {
    objects: new ObjectBasic(objects),
    objectBatch: new ObjectBatch(objects),
    objectSearch: new ObjectSearch(objects),
    associationBatch: new AssociationBatch(associations),
    lists: new Lists(lists),
    memberships: new Memberships(lists),
    owners: new Owners(owners),
    pipelines: new Pipelines(pipelines),
    properties: new PropertyCore(properties),
    propertyBatch: new PropertyBatch(properties),
    propertyGroups: new PropertyGroups(properties),
    // The package does not wrap account information and users.
    accountDetails: (): ApiRequest => get(`${apiUrl}${accountPaths.details}`),
    dailyUsage: (): ApiRequest => get(`${apiUrl}${accountPaths.dailyUsage}`),
    user: (userId: string): ApiRequest => get(`${apiUrl}${userPath(userId)}`),
  };
}
export type Requests = ReturnType<typeof createRequests>;

function get(url: string): ApiRequest {
  return { getUrl: () => url, getHttpMethod: () => 'GET', getBody: () => undefined };
}
