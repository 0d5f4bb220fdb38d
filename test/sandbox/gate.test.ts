import { describe, expect, test } from 'vitest';
import { openWorld } from './harness.ts';

const list = '/crm/objects/2026-09/companies?limit=1';

describe('tokens and scopes', () => {
  test('a wrong or missing token is a 401 everywhere', async () => {
    const { ask, sandbox } = await openWorld();
    for (const authorization of ['', 'Bearer pat-na1-wrong', sandbox.seed.accessToken]) {
      for (const path of [list, '/no/such/path']) {
        const { status, body } = await ask('GET', path, undefined, { authorization });
        expect(status).toBe(401);
        expect(body).toMatchObject({ status: 'error', category: 'INVALID_AUTHENTICATION' });
      }
    }
  });

  test('a missing scope is a 403 that names it', async () => {
    const { ask } = await openWorld({ scopes: ['oauth', 'crm.objects.companies.read'] });
    expect((await ask('GET', list)).status).toBe(200);
    const { status, body } = await ask('PATCH', '/crm/objects/2026-09/companies/101', { properties: {} });
    expect(status).toBe(403);
    expect(body).toMatchObject({
      category: 'MISSING_SCOPES',
      errors: [{ context: { requiredGranularScopes: ['crm.objects.companies.write'] } }],
    });
  });

  test.each([
    ['GET', '/crm/objects/2026-09/deals', 'crm.objects.deals.read'],
    ['GET', '/crm/objects/2026-09/calls', 'crm.objects.contacts.read'],
    ['GET', '/crm/objects/2026-09/emails', 'sales-email-read'],
    ['POST', '/crm/objects/2026-09/tasks', 'crm.objects.contacts.write'],
    ['POST', '/crm/associations/2026-09/companies/deals/batch/read', 'crm.objects.companies.read'],
    ['GET', '/crm/properties/2026-09/companies', 'crm.schemas.companies.read'],
    ['POST', '/crm/properties/2026-09/companies', 'crm.schemas.companies.write'],
    ['GET', '/crm/owners/2026-09', 'crm.objects.owners.read'],
    ['GET', '/crm/lists/2026-09/1/memberships', 'crm.lists.read'],
    ['GET', '/account-info/2026-09/details', 'oauth'],
    ['GET', '/settings/users/2026-03/9501', 'settings.users.read'],
  ])('%s %s asks for %s', async (method, path, scope) => {
    const without = await openWorld({ scopes: [] });
    const refused = await without.ask(method, path, method === 'POST' ? {} : undefined);
    expect(refused.status).toBe(403);
    expect(refused.text).toContain(`"${scope}"`);
    const granted = await openWorld({ scopes: [scope] });
    expect((await granted.ask(method, path, method === 'POST' ? {} : undefined)).status).not.toBe(403);
  });
});

describe('paths', () => {
  test.each([
    ['/crm/objects/2026-09/companies/101', '/crm/v3/objects/companies/101', '/crm/objects/2026-03/0-2/101'],
    [
      '/crm/objects/2026-09/companies/101/associations/deals',
      '/crm/v4/objects/companies/101/associations/deals',
      '/crm/v4/objects/0-2/101/associations/0-3',
    ],
    ['/crm/properties/2026-09/companies', '/crm/v3/properties/companies', '/crm/properties/2026-03/company'],
    ['/crm/owners/2026-09', '/crm/v3/owners/', '/crm/v3/owners'],
    ['/crm/pipelines/2026-09/deals', '/crm/v3/pipelines/deals', '/crm/v3/pipelines/0-3'],
    ['/crm/lists/2026-09/1', '/crm/v3/lists/1', '/crm/lists/2026-03/1'],
    ['/account-info/2026-09/details', '/account-info/v3/details', '/account-info/2026-03/details'],
    ['/settings/users/2026-09/9501', '/settings/users/2026-03/9501', '/settings/v3/users/9501'],
    [
      '/crm/associations/2026-09/companies/deals/labels',
      '/crm/v4/associations/companies/deals/labels',
      '/crm/associations/v4/0-2/0-3/labels',
    ],
  ])('%s answers the same under %s and %s', async (current, ...others) => {
    const { ask } = await openWorld();
    const expected = await ask('GET', current);
    expect(expected.status).toBe(200);
    for (const other of others) expect((await ask('GET', other)).text).toBe(expected.text);
  });

  test('what does not exist is a 404, an unknown object type a 400', async () => {
    const { ask } = await openWorld();
    for (const path of ['/crm/objects/2031-03/companies', '/crm/v1/companies', '/', '/crm/objects/2026-09']) {
      expect((await ask('GET', path)).status).toBe(404);
    }
    expect((await ask('DELETE', '/crm/objects/2026-09/companies')).status).toBe(404);
    expect((await ask('GET', '/crm/objects/2026-09/tickets')).status).toBe(400);
  });
});

describe('errors', () => {
  test('carry a correlation id, also as a header, and so does every other answer', async () => {
    const { ask } = await openWorld();
    const failed = await ask('GET', '/crm/objects/2026-09/companies/999');
    expect(failed.body.correlationId).toBe(failed.headers.get('x-hubspot-correlation-id'));
    const fine = await ask('GET', list);
    expect(fine.headers.get('x-hubspot-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(fine.headers.get('x-hubspot-correlation-id')).not.toBe(failed.body.correlationId);
  });

  test.each([
    ['a body that is no JSON', '{"inputs":', { 'content-type': 'application/json' }, 400],
    ['a body of another type', 'inputs=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['a body without inputs', '{}', { 'content-type': 'application/json' }, 400],
  ])('%s is refused', async (_, body, headers, expected) => {
    const { ask } = await openWorld();
    expect((await ask('POST', '/crm/objects/2026-09/companies/batch/read', body, headers)).status).toBe(
      expected,
    );
  });

  test('a URL beyond 16,000 characters is a 414', async () => {
    const { ask } = await openWorld();
    expect((await ask('GET', `${list}&properties=${'x'.repeat(16_000)}`)).status).toBe(414);
    expect((await ask('GET', `${list}&properties=${'x'.repeat(15_000)}`)).status).toBe(200);
  });
});
