import { expect, test } from 'vitest';
import { addRequests, readRequests } from '../../src/store/request-days.ts';
import { freshStore } from './fresh.ts';

const store = freshStore();

test('requests of a day add up over all processes, and every day is counted by itself', async () => {
  const { db } = store();
  expect(await addRequests(db, '2026-06-15', 0)).toBe(0);
  expect(await addRequests(db, '2026-06-15', 40)).toBe(40);
  await Promise.all(Array.from({ length: 20 }, () => addRequests(db, '2026-06-15', 3)));
  expect(await addRequests(db, '2026-06-15', 0)).toBe(100);
  expect(await addRequests(db, '2026-06-16', 7)).toBe(7);
  expect(await readRequests(db, '2026-06-15')).toBe(100);
  expect(await readRequests(db, '2026-06-17')).toBe(0);
});
