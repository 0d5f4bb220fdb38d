/** HubSpot's search index shows changes late: nobody leaves because of it, and no audit blames us for it. */
import { afterEach, expect, test } from 'vitest';
import { millisecondsPerDay } from '../../src/model/instant.ts';
import { factsOf, factsOfAccount, stateOf } from '../faults/state.ts';
import { openTestAccount, type TestAccount } from '../world/account.ts';
import {
  createTinyPortal,
  tinyCompanies,
  tinyNow,
  tinyPartnerIds,
  tinySettings,
} from '../world/tiny-portal.ts';

const opened: TestAccount[] = [];
afterEach(async () => {
  for (const account of opened.splice(0)) await account.close();
});

async function open(options: Parameters<typeof openTestAccount>[2] = {}): Promise<TestAccount> {
  const account = await openTestAccount(createTinyPortal(), tinyNow, options);
  opened.push(account);
  return account;
}

test('a partner that the index does not show as one yet stays one when everything is read again', async () => {
  const account = await open({ indexLagMs: 600_000 });
  await account.run();
  const mark = (type: string) =>
    account.sandbox.mutate({ do: 'edit', type: 'company', id: tinyCompanies.active, properties: { type } });
  mark('PROSPECT');
  account.sandbox.mutate({ do: 'advanceClock', durationMs: 3_600_000 });
  mark('PARTNER');
  account.writes();
  await account.run({ full: true });
  expect(account.writes()).toBe(0);
  expect(factsOf(await stateOf(account))).toEqual(factsOfAccount(account.sandbox));
});

test('nothing is written to a deleted member of a list, in whichever mode', async () => {
  for (const sync of ['full', 'nightly'] as const) {
    const account = await open();
    const listId = await createList(account, tinyPartnerIds);
    await account.save({ ...tinySettings, partnerDefinition: { by: 'list', listId } });
    expect((await account.run()).summary.outcome).toBe('ok');
    account.sandbox.mutate({ do: 'delete', type: 'company', id: tinyCompanies.silent });
    account.sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay });
    account.writes();
    const { summary } = await account.run({ sync });
    expect(summary).toMatchObject({
      outcome: 'ok',
      sync: { mode: sync, partners: tinyPartnerIds.length - 1 },
      publish: { failed: 0 },
    });
  }
});

test('an audit counts nothing that the next nightly sync would have seen by itself', async () => {
  const account = await open({ indexLagMs: 600_000 });
  await account.run();
  account.sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay });
  account.sandbox.mutate({ do: 'edit', type: 'deal', id: '202', properties: { amount: '901' } });
  account.sandbox.mutate({ do: 'advanceClock', durationMs: 1000 });
  await account.run();
  account.sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay });
  expect((await account.run({ full: true })).summary.sync.differences).toBe(0);
  expect(factsOf(await stateOf(account))).toEqual(factsOfAccount(account.sandbox));
});

test('nor a company that was put on the list of partners, which does not modify it', async () => {
  const account = await open();
  const listId = await createList(account, tinyPartnerIds);
  await account.save({ ...tinySettings, partnerDefinition: { by: 'list', listId } });
  await account.run();
  account.sandbox.mutate({ do: 'advanceClock', durationMs: millisecondsPerDay });
  await addToList(account, listId, [tinyCompanies.customer]);
  const { summary } = await account.run({ full: true });
  expect(summary.sync).toMatchObject({ partners: tinyPartnerIds.length + 1, differences: 0 });
});

async function createList(account: TestAccount, members: readonly string[]): Promise<string> {
  const wanted = { name: 'Partners', objectTypeId: '0-2', processingType: 'MANUAL' };
  const created = await sendToLists(account, 'POST', '', wanted);
  const { list } = (await created.json()) as { list: { listId: string } };
  await addToList(account, list.listId, members);
  return list.listId;
}

async function addToList(account: TestAccount, listId: string, members: readonly string[]): Promise<void> {
  await sendToLists(account, 'PUT', `/${listId}/memberships/add`, members);
}

async function sendToLists(
  { sandbox }: TestAccount,
  method: string,
  path: string,
  body: unknown,
): Promise<Response> {
  return fetch(`${sandbox.url}/crm/lists/2026-09${path}`, {
    method,
    headers: { authorization: `Bearer ${sandbox.seed.accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
