import { expect, test } from 'vitest';
import { Breaker, type Health } from '../../src/hubspot/breaker.ts';
import { breaker as limits } from '../../src/hubspot/limits.ts';
import { createVirtualClock } from './virtual-clock.ts';

const { signal } = new AbortController();

async function letFail(breaker: Breaker): Promise<void> {
  for (let failure = 0; failure < limits.failuresToOpen; failure += 1)
    (await breaker.admit(signal))('failed');
}

test('failures in between do not open it as long as others succeed', async () => {
  const clock = createVirtualClock();
  const breaker = new Breaker(clock);
  for (let request = 0; request < 100; request += 1) {
    const health: Health = request % limits.failuresToOpen === 0 ? 'answered' : 'failed';
    (await breaker.admit(signal))(health);
  }
  expect(clock.passedMs()).toBe(0);
});

test('when everything fails, one request tries after a pause that doubles up to a minute', async () => {
  const clock = createVirtualClock();
  const breaker = new Breaker(clock);
  await letFail(breaker);
  const triedAt: number[] = [];
  for (let trial = 0; trial < 7; trial += 1) {
    const learn = await breaker.admit(signal);
    triedAt.push(clock.passedMs());
    learn('failed');
  }
  expect(triedAt.map((at) => at / 1000)).toEqual([5, 15, 35, 75, 135, 195, 255]);
});

test('while one tries, the others wait; its success lets all go', async () => {
  const clock = createVirtualClock();
  const breaker = new Breaker(clock);
  await letFail(breaker);
  const learn = await breaker.admit(signal);
  let admitted = 0;
  const others = Array.from({ length: 5 }, async () => {
    const done = await breaker.admit(signal);
    admitted += 1;
    done('answered');
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(admitted).toBe(0);
  learn('answered');
  await Promise.all(others);
  expect(admitted).toBe(5);
  expect(clock.passedMs()).toBe(limits.firstPauseMs);
});

test('a try that tells nothing hands over to the next one', async () => {
  const breaker = new Breaker(createVirtualClock());
  await letFail(breaker);
  const first = await breaker.admit(signal);
  const second = breaker.admit(signal);
  first('unknown');
  (await second)('answered');
  await expect(breaker.admit(signal)).resolves.toBeTypeOf('function');
});

test('whoever waits can be stopped, the trying one and the others', async () => {
  const breaker = new Breaker(createVirtualClock());
  await letFail(breaker);
  const stop = new AbortController();
  const waiting = [breaker.admit(stop.signal), breaker.admit(stop.signal)];
  stop.abort(new Error('stop'));
  for (const one of waiting) await expect(one).rejects.toThrow('stop');
  (await breaker.admit(signal))('answered');
});
