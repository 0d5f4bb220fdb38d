/** The settings page's questions, asked of a real server as HubSpot asks them. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { presets } from '../../src/assess/presets.ts';
import type { PortalUser } from '../../src/hubspot/hubspot.ts';
import { settingsSchema, type Settings } from '../../src/model/settings.ts';
import { approvedByPreview } from '../../src/store/approvals.ts';
import { currentSettings } from '../../src/store/settings.ts';
import {
  compareResponseSchema,
  describeResponseSchema,
  restoreResponseSchema,
  saveResponseSchema,
  settingsPageSchema,
  versionsResponseSchema,
  type SaveResponse,
} from '../../src/web/settings-contract.ts';
import { createTestDatabase, type TestDatabase } from '../world/database.ts';
import { fillStore, fromHubSpot, now, queryOf, startWorld, type Call, type World } from './world.ts';

const ada = { ...fromHubSpot, userId: '81', userEmail: 'ada@example.com' };
const ben = { ...fromHubSpot, userId: '82', userEmail: 'ben@example.com' };
const reader = fromHubSpot;
type Person = typeof ada;

let database: TestDatabase;
let world: World;
beforeEach(async () => {
  database = await createTestDatabase();
  await fillStore(database.store);
  world = await startWorld(database.store, { settingsAdmins: ['81', 'ben@example.com'] });
});
afterEach(async () => {
  await world.server.close();
  await database.drop();
});

let asked = 0;
function question(who: Person, call: Partial<Call>, query: Record<string, string> = {}): Partial<Call> {
  asked += 1;
  return { query: queryOf({ ...query, ...who }), now: now + asked, ...call };
}
function post(who: Person, path: string, body: unknown): Partial<Call> {
  return question(who, { method: 'POST', path, body: JSON.stringify(body) });
}
async function answered<T>(schema: z.ZodType<T>, call: Partial<Call>): Promise<T> {
  const { status, body } = await world.send(call);
  expect(status).toBe(200);
  return schema.parse(body);
}

const lenient: Settings = settingsSchema.parse({ ...presets.reseller, graceDays: 90 });
const strict: Settings = settingsSchema.parse({ ...presets.reseller, graceDays: 7 });
function save(
  who: Person,
  settings: unknown,
  changes: { baseVersion?: number | null; note?: string; approvedMoves?: number } = {},
): Promise<SaveResponse> {
  const body = { baseVersion: 1, settings, note: '', approvedMoves: null, ...changes };
  return answered(saveResponseSchema, post(who, '/settings', body));
}
const inForce = async () => currentSettings(database.store.db);

describe('the page', () => {
  test('tells the definition in force in plain words, the presets, and that an administrator may change it', async () => {
    const page = await answered(settingsPageSchema, question(ada, { path: '/settings' }));
    expect(page.access).toEqual({
      mayChange: true,
      sentence: 'You may change these settings: you are on the server’s list.',
    });
    expect(page.inForce).toMatchObject({ version: 1, author: 'test', note: 'preset' });
    expect(page.inForce?.rules).toEqual(
      presets.reseller.rules.map(({ id }) => ({
        id,
        sentence: expect.stringMatching(/^A partner is/) as string,
      })),
    );
    expect(page.inForce?.sentences[0]).toMatch(
      /^A partner is inactive when no deal was registered or won for/,
    );
    expect(page.presets.map(({ settings }) => settings.preset)).toEqual(Object.keys(presets));
    expect(page).toMatchObject({ timeZone: 'America/New_York', partners: 2 });
    expect(page.words.behaviours).toContainEqual({ value: 'portal', label: 'Portal logins' });
  });

  test('shows a reader the same, and says why and by whom it can be changed', async () => {
    const page = await answered(settingsPageSchema, question(reader, { path: '/settings' }));
    expect(page.inForce?.version).toBe(1);
    expect(page.access.mayChange).toBe(false);
    expect(page.access.sentence).toContain('add your HubSpot user id 77 to REKINDLE_SETTINGS_ADMINS');
  });

  test('is there before the first settings, too', async () => {
    const empty = await createTestDatabase();
    const other = await startWorld(empty.store, { settingsAdmins: ['81'] });
    const { body } = await other.send(question(ada, { path: '/settings' }));
    expect(settingsPageSchema.parse(body)).toMatchObject({ inForce: null, timeZone: null, partners: 0 });
    const first = { baseVersion: null, settings: presets.affiliate, note: '', approvedMoves: null };
    const saved = await other.send(post(ada, '/settings', first));
    expect(saved.body).toMatchObject({ state: 'saved', version: 1 });
    await other.server.close();
    await empty.drop();
  });
});

const describeOf = (settings: unknown) =>
  answered(describeResponseSchema, post(reader, '/settings/describe', { settings }));

describe('a draft', () => {
  test('is told in sentences, with what it changes', async () => {
    expect(await describeOf(lenient)).toMatchObject({
      state: 'described',
      rules: presets.reseller.rules.map(({ id }) => ({ id })),
      differences: ['Days after joining in which absence means nothing: 90 instead of 60.'],
    });
  });

  test.each<[string, unknown, string[]]>([
    [
      'with a mistake in a rule',
      { ...lenient, rules: [{ ...lenient.rules[0], windowDays: 0 }] },
      ['Rule “deals_180”, windowDays: must be at least 1 day.'],
    ],
    [
      'with mistakes elsewhere',
      { ...lenient, rules: [], schedule: { timeUtc: '25:00' } },
      [
        'rules: at least one rule is needed, or nobody can ever be judged.',
        'schedule, timeUtc: write a time such as 02:30.',
      ],
    ],
    [
      'with two rules of one name',
      { ...lenient, rules: [...lenient.rules, ...lenient.rules.slice(0, 1)] },
      ['Two rules are called “deals_180”. Give each a name of its own.'],
    ],
  ])('%s is answered with what is wrong and where', async (_, settings, problems) => {
    expect(await describeOf(settings)).toEqual({ state: 'invalid', problems });
    expect(await save(ada, settings)).toEqual({ state: 'invalid', problems });
    expect((await inForce())?.version).toBe(1);
  });
});

describe('saving', () => {
  test('makes the next version, with who saved it and why', async () => {
    const saved = await save(ada, lenient, { note: '  More patience in the first quarter ' });
    expect(saved).toEqual({
      state: 'saved',
      version: 2,
      sentence: 'Version 2 is in force. The next run judges everybody by it.',
    });
    expect(await inForce()).toEqual({ version: 2, settings: lenient });
    const { versions, log } = await answered(
      versionsResponseSchema,
      question(reader, { path: '/settings/versions' }),
    );
    expect(versions).toMatchObject([
      { version: 2, author: 'ada@example.com', note: 'More patience in the first quarter' },
      { version: 1, author: 'test', note: 'preset' },
    ]);
    expect(log.map(({ sentence }) => sentence)).toEqual([
      'Saved version 2 on version 1: More patience in the first quarter',
      'Saved version 1: preset',
    ]);
  });

  test('twice changes nothing: HubSpot repeats a request whose answer was lost', async () => {
    const first = await save(ada, lenient);
    expect(await save(ada, lenient)).toEqual(first);
    expect((await inForce())?.version).toBe(2);
  });

  test('on a version that is no longer the latest tells who saved what, and loses nothing', async () => {
    await save(ben, strict, { note: 'Sooner' });
    const told = await save(ada, lenient);
    expect(told).toMatchObject({
      state: 'conflict',
      latest: { version: 2, author: 'ben@example.com', note: 'Sooner' },
      differences: ['Days after joining in which absence means nothing: 7 instead of 60.'],
    });
    expect(JSON.stringify(told)).toContain('ben@example.com saved version 2 on 25 Nov 2026');
    expect(await inForce()).toEqual({ version: 2, settings: strict });
    expect(await save(ada, lenient, { baseVersion: 2 })).toMatchObject({ state: 'saved', version: 3 });
  });

  test('by two at once lets one save, tells the other, and keeps count', async () => {
    const answers = await Promise.all([save(ada, lenient), save(ben, strict)]);
    expect(answers.map(({ state }) => state).toSorted()).toEqual(['conflict', 'saved']);
    expect((await inForce())?.version).toBe(2);
  });

  test('with a yes to the preview lets the first run move as many statuses as it showed', async () => {
    await save(ada, lenient, { approvedMoves: 80 });
    expect(await approvedByPreview(database.store.db, lenient)).toBe(80);
    const { log } = await answered(versionsResponseSchema, question(ada, { path: '/settings/versions' }));
    expect(log[0]).toMatchObject({
      author: 'ada@example.com',
      sentence: 'Approved what the preview of version 2 showed: 80 status changes',
    });
  });

  test('that fails approves nothing', async () => {
    await save(ben, strict);
    await save(ada, lenient, { approvedMoves: 80 });
    expect(await approvedByPreview(database.store.db, lenient)).toBe(0);
  });

  test('the same signed request twice is a replay', async () => {
    const body = { baseVersion: 1, settings: lenient, note: '', approvedMoves: null };
    const call = post(ada, '/settings', body);
    expect((await world.send(call)).status).toBe(200);
    expect((await world.send(call)).status).toBe(401);
  });
});

describe('who may only read', () => {
  const attempts: [string, string, unknown][] = [
    ['save', '/settings', { baseVersion: 1, settings: lenient, note: '', approvedMoves: null }],
    ['restore', '/settings/restore', { baseVersion: 1, version: 1, note: '' }],
    ['remove the properties', '/settings/remove-properties', { confirmation: fromHubSpot.portalId }],
  ];

  test.each(attempts)('cannot %s, and is told so in a 200', async (_, path, body) => {
    const { status, body: told } = await world.send(post(reader, path, body));
    expect(status).toBe(200);
    expect(told).toMatchObject({
      state: 'forbidden',
      sentence: expect.stringContaining('user id 77') as string,
    });
    expect((await inForce())?.version).toBe(1);
  });

  test('an address in the body or a role that the page claims changes nothing', async () => {
    const body = { baseVersion: 1, settings: lenient, note: '', approvedMoves: null, userId: '81' };
    expect((await world.send(post(reader, '/settings', body))).status).toBe(400);
    const twice = `${queryOf(reader)}&userId=81`;
    expect((await world.send(question(reader, { path: '/settings', query: twice }))).status).toBe(400);
  });

  test('nobody changes anything while HubSpot does not say who is a super admin', async () => {
    const alone = await startWorld(database.store, {
      hubspot: { ...unusable, readUser: () => Promise.reject(new Error('away')) },
    });
    const body = { baseVersion: 1, settings: lenient, note: '', approvedMoves: null };
    const { body: told } = await alone.send(post(ada, '/settings', body));
    expect(told).toMatchObject({ state: 'forbidden' });
    expect((await alone.send(question(ada, { path: '/settings' }))).body).toMatchObject({
      state: 'ready',
      access: { mayChange: false },
    });
    await alone.server.close();
  });

  test('a super admin may, without being on the list', async () => {
    const superAdmin: PortalUser = { id: '82', email: 'ben@example.com', superAdmin: true };
    const other = await startWorld(database.store, {
      hubspot: { ...unusable, readUser: async () => superAdmin },
    });
    const body = { baseVersion: 1, settings: lenient, note: '', approvedMoves: null };
    expect((await other.send(post(ben, '/settings', body))).body).toMatchObject({
      state: 'saved',
      version: 2,
    });
    await other.server.close();
  });
});

const unused = (): never => {
  throw new Error('not in this test');
};
const unusable = {
  createTask: unused,
  readUser: unused,
  countPartners: unused,
  countListMembers: unused,
  readDealPipelines: unused,
  readCompanyProperties: unused,
  archiveCompanyProperties: unused,
};

const restore = (who: Person, version: number, baseVersion: number) =>
  answered(restoreResponseSchema, post(who, '/settings/restore', { baseVersion, version, note: '' }));

const compare = (a: number, b: number) =>
  answered(
    compareResponseSchema,
    question(reader, { path: '/settings/compare' }, { a: String(a), b: String(b) }),
  );

describe('versions', () => {
  test('are compared in sentences', async () => {
    await save(ada, lenient);
    expect(await compare(1, 2)).toMatchObject({
      state: 'compared',
      a: { version: 1 },
      b: { version: 2, author: 'ada@example.com' },
      differences: ['Days after joining in which absence means nothing: 90 instead of 60.'],
    });
    expect(await compare(2, 2)).toMatchObject({ differences: [] });
    expect(await compare(1, 9)).toEqual({
      state: 'unknown_version',
      sentence: 'There is no settings version 9. Reload the list.',
    });
  });

  test.each(['0', '1.5', 'x', ''])('a version called "%s" is refused', async (a) => {
    const call = question(reader, { path: '/settings/compare' }, { a, b: '1' });
    expect((await world.send(call)).status).toBe(400);
  });

  test('an old one is restored as a new one', async () => {
    await save(ada, lenient);
    expect(await restore(ben, 1, 2)).toMatchObject({ state: 'saved', version: 3 });
    expect((await inForce())?.settings).toEqual(settingsSchema.parse(presets.reseller));
    const { versions, log } = await answered(
      versionsResponseSchema,
      question(ada, { path: '/settings/versions' }),
    );
    expect(versions[0]).toMatchObject({ version: 3, author: 'ben@example.com', note: 'Version 1 restored' });
    expect(log[0]?.sentence).toBe(
      'Restored an earlier version as version 3 on version 2: Version 1 restored',
    );
  });

  test('restoring is refused on an outdated page, and for a version that never was', async () => {
    await save(ada, lenient);
    expect(await restore(ben, 1, 1)).toMatchObject({ state: 'conflict', latest: { version: 2 } });
    expect(await restore(ben, 7, 2)).toMatchObject({ state: 'unknown_version' });
    expect((await inForce())?.version).toBe(2);
  });
});

test.each([
  ['GET', '/settings'],
  ['POST', '/settings'],
  ['POST', '/settings/describe'],
  ['GET', '/settings/versions'],
  ['GET', '/settings/compare'],
  ['POST', '/settings/restore'],
  ['GET', '/settings/portal'],
  ['POST', '/settings/count'],
  ['POST', '/settings/remove-properties'],
])('%s %s is for HubSpot’s signature and our account alone', async (method, path) => {
  const call = method === 'GET' ? question(ada, { path }) : post(ada, path, {});
  expect((await world.send({ ...call, secret: 'another' })).status).toBe(401);
  const other = { ...ada, portalId: '1' };
  expect((await world.send({ ...call, query: queryOf(other) })).status).toBe(403);
  expect((await world.send({ ...call, method: 'DELETE' })).status).toBe(405);
});
