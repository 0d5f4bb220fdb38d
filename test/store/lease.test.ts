import { sql } from 'kysely';
import { expect, test } from 'vitest';
import {
  acquireLease,
  assertLease,
  fenced,
  LeaseLostError,
  readLease,
  releaseLease,
  renewLease,
} from '../../src/store/lease.ts';
import type { Lease } from '../../src/store/lease.ts';
import { savePortal, readPortal } from '../../src/store/portal.ts';
import { freshStore } from './fresh.ts';

const store = freshStore();
const long = 600_000;
const portal = { id: '1', timeZone: 'UTC', currency: 'EUR' };

async function take(holder: string): Promise<Lease> {
  const lease = await acquireLease(store().db, 'run', { holder, ttlMs: long });
  if (lease === null) throw new Error(`${holder} did not get the lease`);
  return lease;
}

/** Turns the database's clock forward, as far as this lease can tell. */
async function letExpire(): Promise<void> {
  await sql`update lease set expires_at = clock_timestamp() - interval '1 second'`.execute(store().db);
}

test('of many who ask at once exactly one gets the lease', async () => {
  const holders = Array.from({ length: 20 }, (_, index) => `process ${index}`);
  const leases = await Promise.all(
    holders.map((holder) => acquireLease(store().db, 'run', { holder, ttlMs: long })),
  );
  const winners = leases.filter((lease) => lease !== null);
  expect(winners).toHaveLength(1);
  expect((await readLease(store().db, 'run'))?.holder).toBe(winners[0]?.holder);
});

test('each holder has a higher fence than the one before, and leases of other names are apart', async () => {
  const first = await take('first');
  await releaseLease(store().db, first);
  const second = await take('second');
  expect(second.fence).toBeGreaterThan(first.fence);
  expect(await acquireLease(store().db, 'other', { holder: 'third', ttlMs: long })).not.toBeNull();
});

test('a holder that slept past its lease can write no more once another one has it', async () => {
  const asleep = await take('asleep');
  await letExpire();
  const awake = await take('awake');

  const write = fenced(store().db, asleep, async (transaction) => await savePortal(transaction, portal));
  await expect(write).rejects.toThrow(LeaseLostError);
  await expect(renewLease(store().db, asleep, long)).rejects.toThrow(LeaseLostError);
  await expect(assertLease(store().db, asleep)).rejects.toThrow(LeaseLostError);
  await releaseLease(store().db, asleep);
  expect(await readPortal(store().db)).toBeNull();
  expect((await readLease(store().db, 'run'))?.fence).toBe(awake.fence);
  expect(await fenced(store().db, awake, async () => 'written')).toBe('written');
});

test('a holder that slept alone goes on where it was, but sends nothing to HubSpot before it has renewed', async () => {
  const lease = await take('alone');
  await letExpire();
  expect(await readLease(store().db, 'run')).toBeNull();
  await expect(assertLease(store().db, lease)).rejects.toThrow(LeaseLostError);
  expect(await fenced(store().db, lease, async () => 'written')).toBe('written');
  await renewLease(store().db, lease, long);
  await assertLease(store().db, lease);
});

test('nobody takes the lease in the middle of a write, while its heartbeat and its other writes go on', async () => {
  const lease = await take('writing');
  await fenced(store().db, lease, async () => {
    await letExpire();
    expect(await acquireLease(store().db, 'run', { holder: 'next', ttlMs: long })).toBeNull();
    expect(await fenced(store().db, lease, async () => 'meanwhile')).toBe('meanwhile');
    await renewLease(store().db, lease, long);
  });
  await letExpire();
  expect(await acquireLease(store().db, 'run', { holder: 'next', ttlMs: long })).not.toBeNull();
});

test('what fails in a fenced write leaves nothing behind', async () => {
  const lease = await take('failing');
  const write = fenced(store().db, lease, async (transaction) => {
    await savePortal(transaction, portal);
    throw new Error('the page could not be parsed');
  });
  await expect(write).rejects.toThrow('the page could not be parsed');
  expect(await readPortal(store().db)).toBeNull();
});
