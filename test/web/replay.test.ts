import { EventEmitter } from 'node:events';
import type { Request, Response } from 'express';
import { expect, test, vi } from 'vitest';
import { limits } from '../../src/web/limits.ts';
import { refuseReplays } from '../../src/web/middleware/replay.ts';
import { Refusal } from '../../src/web/refusal.ts';
import { rememberVerified } from '../../src/web/verified-request.ts';

function cache() {
  const clock = { now: 1_000_000 };
  const middleware = refuseReplays(() => clock.now);
  /** Sends a request; resolves to true when it was let in, and then was answered with `statusCode`. */
  function send(
    signature: string,
    timestamp: number | null,
    answer: { statusCode: number; writableFinished: boolean },
  ) {
    const request = {} as Request;
    const response = Object.assign(new EventEmitter(), answer) as unknown as Response;
    rememberVerified(request, { parameters: new Map(), rawBody: Buffer.alloc(0), signature, timestamp });
    const next = vi.fn();
    void middleware(request, response, next);
    response.emit('close');
    return next.mock.calls.length === 1;
  }
  return { clock, send };
}
const ok = { statusCode: 200, writableFinished: true };

test.each([
  ['a success', ok, false],
  ['a refusal', { statusCode: 403, writableFinished: true }, false],
  ['a failure of ours', { statusCode: 500, writableFinished: true }, true],
  ['a request to come later', { statusCode: 429, writableFinished: true }, true],
  ['a line that broke', { statusCode: 200, writableFinished: false }, true],
])('after %s the same request may come again only where that is needed', (_name, answer, again) => {
  const { clock, send } = cache();
  expect(send('a', clock.now, answer)).toBe(true);
  const repeat = () => send('a', clock.now, ok);
  expect(again ? repeat() : catching(repeat)).toBe(again ? true : 'replayed');
});

function catching(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error instanceof Refusal ? error.reason : error;
  }
}

test('the cache is bounded: when it is full, requests are turned away instead of let in unchecked', () => {
  const { clock, send } = cache();
  for (let sent = 0; sent < limits.rememberedSignatures; sent += 1) send(String(sent), clock.now, ok);
  expect(catching(() => send('one more', clock.now, ok))).toBe('replay_cache_full');
  clock.now += limits.signatureWindowMs;
  expect(catching(() => send('one more', clock.now, ok))).toBe('replay_cache_full');
  clock.now += 1;
  expect(send('one more', clock.now, ok)).toBe(true);
  expect(catching(() => send('one more', clock.now, ok))).toBe('replayed');
});

test('a signature without a timestamp may come again: HubSpot repeats it for days, and its route does nothing twice', () => {
  const { send } = cache();
  expect(send('hex', null, ok)).toBe(true);
  expect(send('hex', null, ok)).toBe(true);
});
