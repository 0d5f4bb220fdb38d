/**
 * People who open cards, in a process of their own: so many requests a second, each sent when it is due, whether the ones
 * before were answered or not. Latency counts from that instant, so that a server that stalls cannot hide it.
 */
import { globalAgent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { signRequest } from '../hubspot/signature.ts';
import { createRandom } from '../sandbox/programmes/random.ts';
import type { Account } from './bench-card-subject.ts';
import { serveDuties } from './bench-process.ts';

export type Load = {
  readonly url: string;
  readonly account: Account;
  readonly ratePerSecond: number;
  readonly seconds: number;
  readonly seed: number;
  readonly companies: readonly string[];
};

export type Answered = {
  readonly requests: number;
  readonly errors: number;
  /** The first failures, for people. */
  readonly examples: readonly string[];
  readonly judged: number;
  readonly seconds: number;
  readonly milliseconds: {
    readonly p50: number;
    readonly p90: number;
    readonly p99: number;
    readonly max: number;
  };
};

/** Enough that none of them comes near the limit of one user. */
const users = 1000;
const tickMs = 2;

type Outcome = { readonly milliseconds: number; readonly error: string | null; readonly judged: boolean };

async function load({ url, account, ratePerSecond, seconds, seed, companies }: Load): Promise<Answered> {
  const random = createRandom(seed, 2);
  const total = Math.round(ratePerSecond * seconds);
  const startedMs = performance.now();
  const outcomes: Promise<Outcome>[] = [];
  while (outcomes.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startedMs) / 1000) * ratePerSecond) + 1);
    while (outcomes.length < due) {
      const dueMs = startedMs + (outcomes.length / ratePerSecond) * 1000;
      const companyId = companies[random.integer(0, companies.length - 1)] ?? '';
      outcomes.push(openCard({ url, account, companyId, user: outcomes.length % users, dueMs }));
    }
    await wait(tickMs);
  }
  const answers = await Promise.all(outcomes);
  globalAgent.destroy();
  const failures = answers.flatMap(({ error }) => error ?? []);
  const sorted = Float64Array.from(answers, ({ milliseconds }) => milliseconds).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return {
    requests: answers.length,
    errors: failures.length,
    examples: failures.slice(0, 3),
    judged: answers.filter(({ judged }) => judged).length,
    seconds: (performance.now() - startedMs) / 1000,
    milliseconds: { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) },
  };
}

type Opening = {
  readonly url: string;
  readonly account: Account;
  readonly companyId: string;
  readonly user: number;
  readonly dueMs: number;
};

/** As HubSpot's proxy asks: the address with who asks, signed. */
function openCard({ url, account, companyId, user, dueMs }: Opening): Promise<Outcome> {
  const { portalId, appId, clientSecret, publicUrl } = account;
  const who = `userId=${user + 1}&portalId=${portalId}&userEmail=user${user}%40example.com&appId=${appId}`;
  const path = `/card?companyId=${companyId}&${who}`;
  const signed = signRequest({
    method: 'GET',
    url: publicUrl + path,
    rawBody: Buffer.alloc(0),
    clientSecret,
    now: Date.now(),
  });
  return new Promise((resolve) => {
    const done = (error: string | null, judged = false): void =>
      resolve({ milliseconds: performance.now() - dueMs, error, judged });
    const headers = {
      'x-hubspot-signature-v3': signed.signature,
      'x-hubspot-request-timestamp': signed.timestamp,
    };
    const sent = request(url + path, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', (error) => done(error.message));
      response.once('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode === 200) done(null, body.startsWith('{"state":"judged"'));
        else done(`${response.statusCode}: ${body}`);
      });
    });
    sent.once('error', (error) => done(error.message));
    sent.end();
  });
}

const duties = { load };
export type LoadDuties = typeof duties;

serveDuties(duties, async () => {});
