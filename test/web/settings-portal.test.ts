/** What the settings page learns of the HubSpot account, and the danger zone: against the sandbox. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { propertyDefinitions } from '../../src/hubspot/properties.ts';
import { applyProvision, planProvision } from '../../src/publish/provision.ts';
import { acquireLease, releaseLease } from '../../src/store/lease.ts';
import {
  countResponseSchema,
  portalResponseSchema,
  removePropertiesResponseSchema,
  settingsPageSchema,
  versionsResponseSchema,
} from '../../src/web/settings-contract.ts';
import { openTestAccount, type TestAccount } from '../world/account.ts';
import { createTinyPortal, tinyPartnerIds } from '../world/tiny-portal.ts';
import { appId, now, portalId, queryOf, startWorld, type Call, type World } from './world.ts';

const seed = createTinyPortal();
/** The account's super admin, and somebody else of it. */
const ada = { userId: '9501', userEmail: 'ada@example.com', portalId, appId };
const ben = { userId: '9502', userEmail: 'ben@example.com', portalId, appId };

let account: TestAccount;
let world: World;
beforeAll(async () => {
  account = await openTestAccount(seed, now);
  world = await startWorld(account.database.store, { hubspot: account.hubspot });
});
afterAll(async () => {
  await world.server.close();
  await account.close();
});

let asked = 0;
async function ask<T>(schema: z.ZodType<T>, path: string, body?: unknown, who = ada): Promise<T> {
  asked += 1;
  const call: Partial<Call> = { path, query: queryOf(who), now: now + asked };
  const answer = await world.send(
    body === undefined ? call : { ...call, method: 'POST', body: JSON.stringify(body) },
  );
  expect(answer.status).toBe(200);
  return schema.parse(answer.body);
}

const call = async (method: string, path: string, body: unknown): Promise<unknown> => {
  const response = await fetch(`${account.sandbox.url}/crm/lists/2026-09${path}`, {
    method,
    headers: { authorization: `Bearer ${seed.accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.ok).toBe(true);
  return response.json();
};

/** Somebody makes a list in HubSpot. */
async function createList(companyIds: readonly string[]): Promise<string> {
  const made = await call('POST', '', { name: 'Partners', objectTypeId: '0-2', processingType: 'MANUAL' });
  const { list } = made as { list: { listId: string } };
  await call('PUT', `/${list.listId}/memberships/add`, companyIds);
  return list.listId;
}

test('HubSpot says who is a super admin', async () => {
  expect((await ask(settingsPageSchema, '/settings')).access.mayChange).toBe(true);
  expect((await ask(settingsPageSchema, '/settings', undefined, ben)).access.mayChange).toBe(false);
});

describe('the account', () => {
  test('shows pipelines, and the properties that the mapping can name, without ours', async () => {
    const portal = await ask(portalResponseSchema, '/settings/portal');
    expect(portal.pipelines).toEqual([{ id: 'default', label: 'Sales pipeline' }]);
    const names = portal.properties.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['partner_type', 'partner_tier', 'last_portal_login', 'type']),
    );
    expect(names.filter((name) => name.startsWith('rekindle_'))).toEqual([]);
    expect(portal.problems).toEqual([]);
  });
});

const count = (definition: unknown, who = ada) =>
  ask(countResponseSchema, '/settings/count', { definition }, who);

describe('counting a draft definition', () => {
  test('asks HubSpot, which counts', async () => {
    expect(await count({ by: 'property', property: 'type', values: ['PARTNER'] })).toEqual({
      state: 'counted',
      partners: tinyPartnerIds.length,
      sentence: `${tinyPartnerIds.length} companies in HubSpot have this value at present.`,
    });
  });

  test('nobody is said to be nobody', async () => {
    expect(await count({ by: 'property', property: 'type', values: ['NOBODY'] })).toMatchObject({
      partners: 0,
      sentence: expect.stringMatching(/^No companies have this value/) as string,
    });
  });

  test('a list is counted by its members', async () => {
    const listId = await createList(tinyPartnerIds.slice(0, 2));
    expect(await count({ by: 'list', listId })).toMatchObject({ state: 'counted', partners: 2 });
  });

  test('what HubSpot refuses is told in its words', async () => {
    expect(await count({ by: 'list', listId: '999999' })).toMatchObject({
      state: 'unavailable',
      sentence: expect.stringContaining('List 999999 does not exist') as string,
    });
  });

  test('whoever may not change the definition is told of the one in force alone: a count could be asked of any property', async () => {
    const { partnerDefinition } = seed.settings;
    expect(await count(partnerDefinition, ben)).toMatchObject({ state: 'counted' });
    expect(await count({ by: 'property', property: 'type', values: ['VENDOR'] }, ben)).toEqual({
      state: 'unavailable',
      sentence:
        'Only those who may change the settings can count by another definition than the one in force.',
    });
  });

  test('a draft that is no definition is named', async () => {
    expect(await count({ by: 'property', property: 'type', values: [] })).toEqual({
      state: 'invalid',
      problems: ['values: name at least one value that marks a partner.'],
    });
  });
});

const remove = (confirmation: string) =>
  ask(removePropertiesResponseSchema, '/settings/remove-properties', { confirmation });

const ours = async (): Promise<string[]> =>
  (await account.hubspot.readCompanyProperties())
    .map(({ name }) => name)
    .filter((name) => name.startsWith('rekindle_'));

describe('removing the properties', () => {
  test('needs the account’s number, typed', async () => {
    expect(await remove('yes')).toMatchObject({ state: 'unconfirmed' });
    expect(await ours()).toHaveLength(propertyDefinitions.length);
  });

  test('waits for no run, and takes nothing from under one', async () => {
    const { db } = account.database.store;
    const lease = await acquireLease(db, 'run', { holder: 'elsewhere:1', ttlMs: 60_000 });
    expect(await remove(portalId)).toMatchObject({
      state: 'refused',
      sentence: expect.stringContaining('Another run is in progress') as string,
    });
    if (lease !== null) await releaseLease(db, lease);
    expect(await ours()).toHaveLength(propertyDefinitions.length);
  });

  test('takes ours with their values, nobody else’s, and writes down who did', async () => {
    await account.run();
    expect(account.shown().size).toBeGreaterThan(0);
    expect(await remove(portalId)).toMatchObject({
      state: 'removed',
      sentence: expect.stringContaining(`${propertyDefinitions.length} properties were removed`) as string,
    });
    expect(await ours()).toEqual([]);
    const { properties } = await ask(portalResponseSchema, '/settings/portal');
    expect(properties.map(({ name }) => name)).toContain('partner_tier');
    const { log } = await ask(versionsResponseSchema, '/settings/versions');
    expect(log[0]).toMatchObject({
      author: 'ada@example.com',
      sentence: `Removed Rekindle’s properties from HubSpot: ${propertyDefinitions.length} properties`,
    });
    expect(await remove(portalId)).toMatchObject({
      state: 'removed',
      sentence: expect.stringContaining('nothing to remove') as string,
    });
  });

  test('calls one that is left one', async () => {
    await applyProvision(account.hubspot, await planProvision(account.hubspot));
    await account.hubspot.archiveCompanyProperties((await ours()).slice(1));
    expect(await remove(portalId)).toMatchObject({
      sentence: expect.stringMatching(/^1 property was removed with all values\./) as string,
    });
    const { log } = await ask(versionsResponseSchema, '/settings/versions');
    expect(log[0]?.sentence).toBe('Removed Rekindle’s properties from HubSpot: 1 property');
  });

  test('a run after provisioning anew shows everything again', async () => {
    await applyProvision(account.hubspot, await planProvision(account.hubspot));
    await account.run({ full: true });
    const statuses = [...account.shown().values()].filter((values) => 'rekindle_status' in values);
    expect(statuses).toHaveLength(tinyPartnerIds.length);
  });
});
