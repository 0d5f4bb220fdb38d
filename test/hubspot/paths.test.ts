import { expect, test } from 'vitest';
import { datedPath, routeOf } from '../../src/hubspot/paths.ts';

test.each([
  ['/crm/v3/objects/companies/search', '/crm/objects/2026-09/companies/search'],
  ['/crm/v3/objects/calls/batch/read', '/crm/objects/2026-09/calls/batch/read'],
  ['/crm/v4/associations/companies/deals/batch/read', '/crm/associations/2026-09/companies/deals/batch/read'],
  ['/crm/v3/properties/companies/groups', '/crm/properties/2026-09/companies/groups'],
  ['/crm/v3/pipelines/deals', '/crm/pipelines/2026-09/deals'],
  ['/crm/v3/lists/42/memberships', '/crm/lists/2026-09/42/memberships'],
  ['/crm/v3/owners/', '/crm/owners/2026-09'],
  ['/account-info/2026-09/details', '/account-info/2026-09/details'],
])('%s is called as %s', (old, dated) => {
  expect(datedPath(old)).toBe(dated);
});

test('a path without a dated form is refused instead of being called in a version that ends', () => {
  expect(() => datedPath('/crm/v3/imports')).toThrow('No dated path is known for /crm/v3/imports');
});

test.each([
  ['GET', '/crm/lists/2026-09/42', 'GET /crm/lists/2026-09/{listId}'],
  ['GET', '/crm/lists/2026-09/42/memberships', 'GET /crm/lists/2026-09/{listId}/memberships'],
  [
    'PATCH',
    '/crm/properties/2026-09/companies/rekindle_status',
    'PATCH /crm/properties/2026-09/companies/{propertyName}',
  ],
  ['POST', '/crm/properties/2026-09/companies/groups', 'POST /crm/properties/2026-09/companies/groups'],
  [
    'POST',
    '/crm/properties/2026-09/companies/batch/create',
    'POST /crm/properties/2026-09/companies/batch/create',
  ],
])('%s %s is counted as %s', (method, path, route) => {
  expect(routeOf(method, path)).toBe(route);
});
