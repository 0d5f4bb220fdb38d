/** `serve` as it is installed: a process of its own that HubSpot calls, and that writes what follows from it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';
import { signRequest } from '../../src/hubspot/signature.ts';
import { dayOf } from '../../src/model/instant.ts';
import { createProgramme } from '../../src/sandbox/programmes/programmes.ts';
import { openTestAccount } from '../world/account.ts';

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** @returns where it listens, once it says so */
async function started(
  command: string,
  environment: Record<string, string>,
): Promise<[ChildProcess, string]> {
  const child = spawn(process.execPath, ['src/cli/main.ts', command], {
    env: { PATH: process.env['PATH'], LOG_LEVEL: 'info', PORT: '0', ...environment },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  children.push(child);
  for await (const line of createInterface({ input: child.stderr })) {
    const { url, msg } = JSON.parse(line) as { url?: string; msg: string };
    if (url === undefined && msg !== 'the worker is ready') continue;
    child.stderr.resume();
    return [child, url ?? ''];
  }
  throw new Error(`${command} ended before it was ready.`);
}

test('a webhook that one process receives is followed by whichever is up, and both stop when asked', async () => {
  const now = Date.now();
  const seed = createProgramme({ programme: 'reseller', partners: 30, seed: 2, now });
  const account = await openTestAccount(seed, now);
  await account.run();
  const environment = {
    DATABASE_URL: account.database.url,
    HUBSPOT_API_URL: account.sandbox.url,
    HUBSPOT_ACCESS_TOKEN: seed.accessToken,
    HUBSPOT_CLIENT_SECRET: seed.clientSecret,
    HUBSPOT_PORTAL_ID: seed.portalId,
    HUBSPOT_APP_ID: seed.appId,
    PUBLIC_URL: 'https://rekindle.example.com',
  };
  const [[server, url], [worker]] = await Promise.all([
    started('serve', environment),
    started('worker', environment),
  ]);
  try {
    const [companyId = ''] = seed.truth.map((partner) => partner.companyId);
    const { record } = account.sandbox.mutate({
      do: 'create',
      type: 'meeting',
      properties: { hs_timestamp: new Date(now - 60_000).toISOString(), hs_meeting_outcome: 'COMPLETED' },
      associations: [{ toType: 'company', toId: companyId }],
    });
    const body = JSON.stringify([
      {
        portalId: Number(seed.portalId),
        appId: Number(seed.appId),
        subscriptionType: 'object.creation',
        objectTypeId: '0-47',
        objectId: Number(record?.id),
      },
    ]);
    const { signature, timestamp } = signRequest({
      clientSecret: seed.clientSecret,
      method: 'POST',
      url: 'https://rekindle.example.com/webhooks/hubspot',
      rawBody: Buffer.from(body),
      now: Date.now(),
    });
    const answer = await fetch(`${url}/webhooks/hubspot`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-hubspot-signature-v3': signature,
        'x-hubspot-request-timestamp': timestamp,
      },
      body,
    });
    expect(answer.status).toBe(204);
    const day = dayOf(now - 60_000, seed.timeZone);
    await expect
      .poll(() => account.shown().get(companyId)?.['rekindle_last_activity_date'], { timeout: 60_000 })
      .toBe(day);
    expect(account.shown().get(companyId)?.['rekindle_last_activity_kind']).toBe('meeting_held');
  } finally {
    for (const child of [server, worker]) child.kill('SIGTERM');
    const codes = await Promise.all([server, worker].map((child) => once(child, 'exit')));
    expect(codes.map(([code]) => code)).toEqual([0, 0]);
    await account.close();
  }
}, 180_000);
