import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { startJudge, type RunningJudge } from './proxy.ts';

const open: (RunningJudge | Server)[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function judgeOf(answer: RequestListener): Promise<RunningJudge> {
  const upstream = createServer(answer).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const address = upstream.address();
  if (address === null || typeof address === 'string') throw new Error('The upstream listens on no port.');
  const judge = await startJudge({ upstream: `http://127.0.0.1:${address.port}` });
  open.push(upstream, judge);
  return judge;
}

const path = '/crm/owners/2026-09?limit=500';
const headers = { authorization: 'Bearer pat' };

test('a bad answer is noted and passed on as it was', async () => {
  const body = '{"results":[ {"id": 7} ]}';
  const judge = await judgeOf((request, response) => {
    response
      .writeHead(200, { 'x-seen': `${request.method} ${request.url} ${request.headers.authorization}` })
      .end(body);
  });
  const answer = await fetch(judge.url + path, { headers });
  expect(await answer.text()).toBe(body);
  expect(answer.headers.get('x-seen')).toBe(`GET ${path} Bearer pat`);
  expect(judge.violations()).toMatchObject([
    { where: 'answer 200', method: 'GET', path: '/crm/owners/2026-09' },
  ]);
  expect(judge.operations()).toEqual({ 'GET /crm/owners/2026-09': 1 });
});

test('a bad request is noted and passed on', async () => {
  const judge = await judgeOf((_, response) => response.writeHead(401).end('{"message":"who are you?"}'));
  expect((await fetch(judge.url + path)).status).toBe(401);
  expect(judge.violations()).toMatchObject([{ where: 'request', problems: ['no bearer token'] }]);
});

test('a connection that breaks behind the judge breaks in front of it', async () => {
  const judge = await judgeOf((request) => request.socket.destroy());
  await expect(fetch(judge.url + path, { headers })).rejects.toThrow('fetch failed');
  expect(judge.violations()).toEqual([]);
});
