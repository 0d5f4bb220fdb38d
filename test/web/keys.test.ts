/** The settings page's questions about API keys, asked of a real server as HubSpot asks them. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { readKey } from '../../src/store/api-keys.ts';
import { readAudit } from '../../src/store/settings-audit.ts';
import {
  createKeyResponseSchema,
  keysResponseSchema,
  revokeKeyResponseSchema,
  type CreateKeyResponse,
} from '../../src/web/keys-contract.ts';
import { versionsResponseSchema } from '../../src/web/settings-contract.ts';
import { freshStore } from '../store/fresh.ts';
import {
  fillStore,
  fromHubSpot,
  now,
  publicUrl,
  queryOf,
  sendRaw,
  silent,
  startWorld,
  type Call,
  type World,
} from './world.ts';

const ada = { ...fromHubSpot, userId: '81', userEmail: 'ada@example.com' };
const reader = fromHubSpot;
type Person = typeof ada;

const store = freshStore();
let world: World;
beforeEach(async () => {
  await fillStore(store());
  world = await startWorld(store(), { settingsAdmins: ['81'] });
});
afterEach(async () => {
  await world.server.close();
});

let asked = 0;
async function answered<T>(schema: z.ZodType<T>, who: Person, call: Partial<Call>): Promise<T> {
  asked += 1;
  const { status, body } = await world.send({ query: queryOf(who), now: now + asked, ...call });
  expect(status).toBe(200);
  return schema.parse(body);
}
const post = (path: string, body: object): Partial<Call> => ({
  method: 'POST',
  path,
  body: JSON.stringify(body),
});
const list = (who: Person = reader) => answered(keysResponseSchema, who, { path: '/settings/keys' });

let presses = 0;
type Wish = { requestKey?: string; source?: string; name?: string };
function create(who: Person, wish: Wish = {}): Promise<CreateKeyResponse> {
  presses += 1;
  const body = { requestKey: `press-${presses}-of-many`, source: 'portal', name: 'Portal sync', ...wish };
  return answered(createKeyResponseSchema, who, post('/settings/keys/create', body));
}
async function created(wish: Wish = {}) {
  const answer = await create(ada, wish);
  if (answer.state !== 'created') throw new Error(answer.sentence);
  return answer;
}
const revoke = (who: Person, id: string) =>
  answered(revokeKeyResponseSchema, who, post('/settings/keys/revoke', { id }));

async function accepts(secret: string): Promise<boolean> {
  const row = { partner_id: silent.id, occurred_at: '2026-11-24', kind: 'portal_login', external_id: 'a' };
  const { status } = await sendRaw(world.server.port, {
    method: 'POST',
    target: '/v1/activities',
    body: JSON.stringify({ activities: [row] }),
    headers: [
      ['Host', 'partners.example.com'],
      ['Content-Type', 'application/json'],
      ['Authorization', `Bearer ${secret}`],
    ],
  });
  expect(status).toBeOneOf([200, 401]);
  return status === 200;
}

describe('making a key', () => {
  test('shows its secret once, keeps only the hash, and says so in the log', async () => {
    const { key, secret } = await created({ name: '  Portal sync ' });
    expect(secret).toMatch(/^rk_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}$/);
    expect(await accepts(secret)).toBe(true);
    expect(key).toMatchObject({
      start: secret.slice(0, 11),
      source: 'portal',
      name: 'Portal sync',
      author: 'ada@example.com',
    });
    const kept = await readKey(store().db, key.id);
    expect(kept?.secretHash).toHaveLength(32);
    const listed = await list();
    expect(listed.keys).toMatchObject([{ id: key.id, lastUsedOn: '2026-11-25', revokedAt: null }]);
    expect(JSON.stringify([listed, kept, world.logged])).not.toContain(secret.slice(12));
    const { log } = await answered(versionsResponseSchema, reader, { path: '/settings/versions' });
    expect(log[0]).toMatchObject({
      author: 'ada@example.com',
      sentence: `Created an API key: ${key.start} “Portal sync” for portal`,
    });
  });

  test('says where to send to, and what is known of the source', async () => {
    expect(await list()).toMatchObject({ keys: [], sources: [], address: `${publicUrl}/v1/activities` });
    const { secret } = await created();
    const sentence = async () => (await list()).sources[0]?.sentence;
    expect(await sentence()).toBe('Nothing that can be used has come of this source yet.');
    await accepts(secret);
    expect(await sentence()).toMatch(
      /^Complete up to 23 Nov 2026, 19:00\. Partners of whom it tells nothing are silent;/,
    );
  });

  test('again, because the answer with the secret was lost, makes no second one: the latest secret counts', async () => {
    const wish = { requestKey: 'one-press-repeated' };
    const first = await created(wish);
    const second = await created(wish);
    expect(second.key).toEqual(first.key);
    expect(await accepts(first.secret)).toBe(false);
    expect(await accepts(second.secret)).toBe(true);
    expect((await list()).keys).toHaveLength(1);
    // Whoever has it would be locked out.
    expect(await create(ada, wish)).toMatchObject({
      state: 'refused',
      sentence: expect.stringContaining('cannot be shown again') as string,
    });
    expect(await accepts(second.secret)).toBe(true);
  });

  test('for a source that has two is refused and names both, also when two people ask at once', async () => {
    const { key } = await created({ name: 'Old' });
    const answers = await Promise.all([create(ada, { name: 'New' }), create(ada, { name: 'New' })]);
    expect(answers.map(({ state }) => state).toSorted()).toEqual(['created', 'refused']);
    const refused = answers.find(({ state }) => state === 'refused');
    expect(refused).toMatchObject({
      sentence: expect.stringMatching(
        new RegExp(`^portal has 2 valid keys, ${key.start} “Old” and .*Revoke one`),
      ) as string,
    });
    expect(await create(ada, { source: 'shop' })).toMatchObject({ state: 'created' });
    await revoke(ada, key.id);
    expect(await create(ada, { name: 'Third' })).toMatchObject({ state: 'created' });
  });

  test.each<[string, Wish, RegExp]>([
    ['no source', { source: ' ' }, /^The source needs a short name/],
    ['a source in capitals', { source: 'Portal' }, /^The source needs a short name/],
    ['a source of another form', { source: 'hubspot.deals' }, /^The source needs a short name/],
    ['a long source', { source: 'a'.repeat(41) }, /^The source needs a short name/],
    ['no name', { name: '' }, /^The key needs a name/],
    ['a long name', { name: 'a'.repeat(81) }, /^The key needs a name/],
    ['a name of two lines', { name: 'Sync\nfor shop' }, /^The key needs a name of one line/],
    ['a name that turns what follows around', { name: 'Sync \u202e' }, /^The key needs a name of one line/],
  ])('with %s is refused with what to write', async (_, wish, sentence) => {
    expect(await create(ada, wish)).toEqual({
      state: 'refused',
      sentence: expect.stringMatching(sentence) as string,
    });
    expect((await list()).keys).toEqual([]);
  });
});

describe('revoking a key', () => {
  test('is refused from then on, once, and stays in the list and the log', async () => {
    const { key, secret } = await created();
    expect(await revoke(ada, key.id)).toMatchObject({ state: 'revoked' });
    world.clock.now = now + 60_000;
    expect(await revoke(ada, key.id)).toMatchObject({ state: 'revoked' });
    expect(await accepts(secret)).toBe(false);
    expect((await list()).keys).toMatchObject([{ id: key.id, revokedAt: new Date(now).toISOString() }]);
    const audit = await readAudit(store().db, 10);
    expect(audit.filter(({ action }) => action === 'key_revoked')).toHaveLength(1);
  });

  test('that never was says so', async () => {
    expect(await revoke(ada, 'AAAAAAAA')).toEqual({
      state: 'unknown',
      sentence: 'There is no such key. Reload the list.',
    });
  });
});

test.each(['\0', '\ud800'])(
  'what no database keeps (%j) is refused as a mistake of the request',
  async (text) => {
    for (const [path, body] of [
      ['/settings/keys/create', { requestKey: 'press-of-nobody', source: 'portal', name: `Sync ${text}` }],
      ['/settings/keys/revoke', { id: text }],
    ] as const) {
      const answer = await world.send({ query: queryOf(ada), ...post(path, body) });
      expect(answer).toMatchObject({
        status: 400,
        body: { error: expect.stringContaining('cannot be stored') as unknown },
      });
    }
  },
);

test('a reader sees the keys and can neither make nor revoke one', async () => {
  const { key, secret } = await created();
  const forbidden = { state: 'forbidden', sentence: expect.stringContaining('user id 77') as string };
  expect(await create(reader)).toEqual(forbidden);
  expect(await revoke(reader, key.id)).toEqual(forbidden);
  expect((await list(reader)).keys).toMatchObject([{ id: key.id, revokedAt: null }]);
  expect(await accepts(secret)).toBe(true);
});
