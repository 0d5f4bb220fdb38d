import type { Request, Response } from 'express';
import { expect, test, vi } from 'vitest';
import { readyz } from '../../src/web/health.ts';
import { limits } from '../../src/web/limits.ts';
import { createLogger } from '../../src/web/log.ts';

const log = createLogger({ level: 'silent' });

async function answerOf(options: { askDatabase: () => Promise<unknown>; isClosing: () => boolean }) {
  const answer = { status: 0, body: null as unknown };
  const response = {
    status(code: number) {
      answer.status = code;
      return response;
    },
    json(body: unknown) {
      answer.body = body;
      return response;
    },
  };
  await readyz({ ...options, log })({} as Request, response as unknown as Response, () => undefined);
  return answer;
}

test('a database that does not answer in time is not ready', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const answer = answerOf({ askDatabase: () => Promise.withResolvers().promise, isClosing: () => false });
    vi.advanceTimersByTime(limits.readinessTimeoutMs);
    expect(await answer).toEqual({ status: 503, body: { status: 'not_ready' } });
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('a crowd that asks at once is one question to the database, and the next crowd another', async () => {
  const askDatabase = vi.fn(async () => null);
  const handler = readyz({ askDatabase, isClosing: () => false, log });
  const ask = async () => {
    const response = { status: () => response, json: () => response } as unknown as Response;
    await handler({} as Request, response, () => undefined);
  };
  await Promise.all([ask(), ask(), ask()]);
  expect(askDatabase).toHaveBeenCalledTimes(1);
  await ask();
  expect(askDatabase).toHaveBeenCalledTimes(2);
});

test('a server that is closing is not ready, whatever its database says', async () => {
  const askDatabase = vi.fn(async () => null);
  expect(await answerOf({ askDatabase, isClosing: () => true })).toEqual({
    status: 503,
    body: { status: 'not_ready' },
  });
  expect(askDatabase).not.toHaveBeenCalled();
});
