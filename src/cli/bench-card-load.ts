/**
 * People who open cards, in a process of their own: so many requests a second, each sent when it is due, whether the ones
 * before were answered or not. Latency counts from that instant, so that a server that stalls cannot hide it; how late they
 * themselves were to send is told besides.
 */
import { globalAgent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { signRequest } from '../hubspot/signature.ts';
import { createRandom } from '../sandbox/programmes/random.ts';
import type { Account } from './bench-card-subject.ts';
import { watchUsage, type Delays, type Usage } from './bench-machine.ts';
import { serveDuties } from './bench-process.ts';

export type Load = {
  readonly url: string;
  readonly account: Account;
  readonly ratePerSecond: number;
  readonly seconds: number;
  readonly seed: number;
  readonly companies: readonly string[];
};

type Milliseconds = Delays & { readonly p90: number };

export type Answered = {
  readonly requests: number;
  readonly errors: number;
  /** The first failures, for people. */
  readonly examples: readonly string[];
  readonly judged: number;
  readonly seconds: number;
  /** From the instant at which each was due. */
  readonly milliseconds: Milliseconds;
  /** From the instant at which each was sent: without the delays of those who ask. */
  readonly sinceSentMilliseconds: Milliseconds;
};

/** Of those who ask. */
export type Asking = Usage & { readonly sentLateMs: Milliseconds };

/** Enough that none of them comes near the limit of one user. */
const users = 1000;

type Outcome = {
  readonly dueMs: number;
  readonly sentMs: number;
  readonly answeredMs: number;
  readonly error: string | null;
  readonly judged: boolean;
};

async function load(options: Load): Promise<{ answered: Answered; asking: Asking }> {
  const { ratePerSecond, seconds, seed, companies } = options;
  const random = createRandom(seed, 2);
  const total = Math.round(ratePerSecond * seconds);
  const usage = watchUsage();
  const startedMs = performance.now();
  const outcomes: Promise<Outcome>[] = [];
  while (outcomes.length < total) {
    const dueMs = startedMs + (outcomes.length / ratePerSecond) * 1000;
    await waitUntil(dueMs);
    const companyId = companies[random.integer(0, companies.length - 1)] ?? '';
    outcomes.push(openCard({ ...options, companyId, user: outcomes.length % users, dueMs }));
  }
  const answers = await Promise.all(outcomes);
  globalAgent.destroy();
  const failures = answers.flatMap(({ error }) => error ?? []);
  return {
    answered: {
      requests: answers.length,
      errors: failures.length,
      examples: failures.slice(0, 3),
      judged: answers.filter(({ judged }) => judged).length,
      seconds: (performance.now() - startedMs) / 1000,
      milliseconds: millisecondsOf(answers.map(({ answeredMs, dueMs }) => answeredMs - dueMs)),
      sinceSentMilliseconds: millisecondsOf(answers.map(({ answeredMs, sentMs }) => answeredMs - sentMs)),
    },
    asking: {
      ...usage(),
      sentLateMs: millisecondsOf(answers.map(({ sentMs, dueMs }) => sentMs - dueMs)),
    },
  };
}

/** A timer forgets fractions and may ring before its time, and nobody may be early: that would look like a quick answer. */
async function waitUntil(dueMs: number): Promise<void> {
  for (;;) {
    const early = dueMs - performance.now();
    if (early <= 0) return;
    await wait(Math.ceil(early));
  }
}

function millisecondsOf(values: readonly number[]): Milliseconds {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}

type Opening = Pick<Load, 'url' | 'account'> & {
  readonly companyId: string;
  readonly user: number;
  readonly dueMs: number;
};

/** As HubSpot's proxy asks: the address with who asks, signed. */
function openCard({ url, account, companyId, user, dueMs }: Opening): Promise<Outcome> {
  const { portalId, appId, clientSecret, publicUrl } = account;
  const who = `userId=${user + 1}&portalId=${portalId}&userEmail=user${user}%40example.com&appId=${appId}`;
  const path = `/card?companyId=${companyId}&${who}`;
  const sentMs = performance.now();
  const signed = signRequest({
    method: 'GET',
    url: publicUrl + path,
    rawBody: Buffer.alloc(0),
    clientSecret,
    now: Date.now(),
  });
  return new Promise((resolve) => {
    const done = (error: string | null, judged = false): void =>
      resolve({ dueMs, sentMs, answeredMs: performance.now(), error, judged });
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
