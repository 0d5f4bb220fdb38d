/** Pages are saved while the next ones are judged. */
import { expect, test } from 'vitest';
import { saveBehind } from '../../src/jobs/write-behind.ts';

function controlled() {
  const saved: number[] = [];
  const started: number[] = [];
  const gates = new Map<number, { open(): void; fail(error: Error): void }>();
  const save = async (item: number): Promise<void> => {
    started.push(item);
    await new Promise<void>((resolve, reject) => gates.set(item, { open: resolve, fail: reject }));
    saved.push(item);
  };
  const gate = async (item: number) => {
    while (!gates.has(item)) await Promise.resolve();
    return gates.get(item);
  };
  return { saved, started, save, gate };
}

test('the caller goes on until so many are being saved, and is done when all of them are', async () => {
  const { saved, started, save, gate } = controlled();
  const pages = saveBehind(save, 2);
  await pages.add(1);
  await pages.add(2);
  const third = pages.add(3);
  await gate(2);
  expect(started).toEqual([1, 2]);
  (await gate(2))?.open();
  await third;
  expect([started, saved]).toEqual([[1, 2, 3], [2]]);
  const done = pages.done();
  (await gate(3))?.open();
  (await gate(1))?.open();
  await done;
  expect(saved).toEqual([2, 3, 1]);
});

test('after a failure nothing more is saved, and whoever waits hears of the first', async () => {
  const { saved, started, save, gate } = controlled();
  const pages = saveBehind(save, 2);
  await pages.add(1);
  await pages.add(2);
  const third = pages.add(3);
  (await gate(1))?.fail(new Error('the disk is full'));
  await expect(third).rejects.toThrow('the disk is full');
  await expect(pages.add(4)).rejects.toThrow('the disk is full');
  const done = pages.done();
  (await gate(2))?.fail(new Error('the disk is still full'));
  await expect(done).rejects.toThrow('the disk is full');
  expect([started, saved]).toEqual([[1, 2], []]);
});

test('what is being saved when another one fails is saved before the caller hears of it at the end', async () => {
  const { saved, save, gate } = controlled();
  const pages = saveBehind(save, 2);
  await pages.add(1);
  await pages.add(2);
  (await gate(1))?.fail(new Error('the disk is full'));
  const done = pages.done();
  (await gate(2))?.open();
  await expect(done).rejects.toThrow('the disk is full');
  expect(saved).toEqual([2]);
});
