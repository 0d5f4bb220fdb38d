/** Senders that hang up before they are answered, as every sender does whose patience is shorter than ours. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { issueKey } from '../../src/jobs/issue-key.ts';
import { limits } from '../../src/web/limits.ts';
import { freshStore } from '../store/fresh.ts';
import { fillStore, now, sendRaw, silent, startWorld, type World } from './world.ts';

const store = freshStore();
let world: World;
let secret: string;

beforeEach(async () => {
  await fillStore(store());
  world = await startWorld(store());
  const asked = { requestKey: 'press-of-the-test', source: 'portal', name: 'Sync' };
  const issued = await issueKey(store(), asked, { author: 'test', userId: null, now });
  if (issued.state !== 'created') throw new Error(issued.sentence);
  secret = issued.secret;
});
afterEach(async () => {
  await world.server.close();
});

const body = JSON.stringify({
  activities: [{ partner_id: silent.id, occurred_at: '2026-11-24', kind: 'portal_login', external_id: '1' }],
});

/** Sends all of a batch, and hangs up once `isAtWork`. */
async function sendAndHangUp(isAtWork: () => Promise<void>): Promise<void> {
  const socket = connect(world.server.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `POST /v1/activities HTTP/1.1\r\nHost: partners.example.com\r\nAuthorization: Bearer ${secret}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  await isAtWork();
  socket.destroy();
}

/** A query each time, so that nothing else is kept from going on. */
async function untilWaiting(many: number): Promise<void> {
  for (;;) {
    const { rows } = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
      store().db,
    );
    if (rows.length >= many) return;
  }
}

const hungUp = () => world.logged.filter((line) => line.includes('The caller hung up')).length;

async function send(): Promise<number> {
  const headers = [
    ['Host', 'partners.example.com'],
    ['Authorization', `Bearer ${secret}`],
    ['Content-Type', 'application/json'],
  ] as const;
  const target = '/v1/activities';
  return (await sendRaw(world.server.port, { method: 'POST', target, body, headers })).status;
}

test('while their key is looked up take no place from those who come later', async () => {
  for (let times = 1; times <= limits.batchesAtOnce; times += 1) {
    await store()
      .db.transaction()
      .execute(async (transaction) => {
        await sql`lock table api_key`.execute(transaction);
        await sendAndHangUp(() => untilWaiting(1));
        await expect.poll(hungUp).toBe(times);
      });
  }
  expect(await send()).toBe(200);
});

test('while their batch waits keep its place until it has ended, so that the card finds a connection', async () => {
  await store()
    .db.transaction()
    .execute(async (transaction) => {
      await sql`select from partner for update`.execute(transaction);
      for (let times = 1; times <= limits.batchesAtOnce; times += 1) {
        await sendAndHangUp(() => untilWaiting(times));
      }
      await expect.poll(hungUp).toBe(limits.batchesAtOnce);
      expect(await send()).toBe(429);
    });
  await expect.poll(send).toBe(200);
});
