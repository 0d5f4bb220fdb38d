/** Pages are saved in order while the next ones are judged. */
import { expect, test } from 'vitest';
import { inOrderBehind } from '../../src/jobs/write-behind.ts';

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

test('the caller goes on until too many are behind, and one is saved at a time, in order', async () => {
  const { saved, started, save, gate } = controlled();
  const pages = inOrderBehind(save, 2);
  await pages.add(1);
  await pages.add(2);
  let added = false;
  const third = pages.add(3).then(() => (added = true));
  await gate(1);
  expect([started, added]).toEqual([[1], false]);
  (await gate(1))?.open();
  await third;
  expect(saved).toEqual([1]);
  (await gate(2))?.open();
  (await gate(3))?.open();
  await pages.done();
  expect(saved).toEqual([1, 2, 3]);
});

test('after a failure nothing more is saved, and whoever waits hears of it', async () => {
  const { saved, started, save, gate } = controlled();
  const pages = inOrderBehind(save, 1);
  await pages.add(1);
  const second = pages.add(2);
  (await gate(1))?.fail(new Error('the disk is full'));
  await expect(second).rejects.toThrow('the disk is full');
  await expect(pages.done()).rejects.toThrow('the disk is full');
  expect([started, saved]).toEqual([[1], []]);
});
