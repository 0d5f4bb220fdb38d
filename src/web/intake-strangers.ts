/**
 * Limits what comes from one address without a key that is good, and never a good one: behind a proxy that nobody told us of,
 * all senders have the same address, and a stranger must not lock them out.
 */
import { ipKeyGenerator } from 'express-rate-limit';
import { idInSecret, isSecretOf, secretHash } from '../intake/rest-key.ts';
import type { Instant } from '../model/instant.ts';
import type { ApiKey } from '../store/api-keys.ts';
import { limits } from './limits.ts';
import { Refusal } from './refusal.ts';

/** @throws Refusal, of what it was given or of its own */
type Gate = (
  address: string,
  secretIn: () => string,
  keyOf: (secret: string) => Promise<ApiKey>,
) => Promise<ApiKey>;

/**
 * Once an address was refused too often, a key that came through before is looked up as ever; of the others one at a time
 * is, so that whoever makes keys up leaves the database to everybody else.
 */
export function strangersGate(clock: () => Instant): Gate {
  const refused = refusalsOfTheMinute(clock);
  const cameThrough = new Map<string, Buffer>();
  let looksUp = false;

  function isKnown(secret: string): boolean {
    const kept = cameThrough.get(idInSecret(secret) ?? '');
    return kept !== undefined && isSecretOf(secret, kept);
  }

  async function lookUp(secret: string, keyOf: Parameters<Gate>[2]): Promise<ApiKey> {
    const key = await keyOf(secret);
    cameThrough.set(key.id, secretHash(secret));
    return key;
  }

  return async (address, secretIn, keyOf) => {
    const network = ipKeyGenerator(address);
    try {
      const secret = secretIn();
      if (isKnown(secret) || !refused.tooOften(network)) return await lookUp(secret, keyOf);
      if (looksUp) throw tooManyRefused(refused.secondsLeft());
      looksUp = true;
      return await lookUp(secret, keyOf).finally(() => {
        looksUp = false;
      });
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 401) throw error;
      if (refused.tooOften(network)) throw tooManyRefused(refused.secondsLeft());
      refused.add(network);
      throw error;
    }
  };
}

/** By address; forgotten each minute, so that addresses without end take no memory without end. */
function refusalsOfTheMinute(clock: () => Instant) {
  const counts = new Map<string, number>();
  let until = clock();
  const current = (): Map<string, number> => {
    if (clock() < until) return counts;
    until = clock() + 60_000;
    counts.clear();
    return counts;
  };
  return {
    add: (address: string): void => void current().set(address, (current().get(address) ?? 0) + 1),
    tooOften: (address: string): boolean =>
      (current().get(address) ?? 0) >= limits.refusedKeysPerAddressPerMinute,
    secondsLeft: (): number => Math.max(1, Math.ceil((until - clock()) / 1000)),
  };
}

function tooManyRefused(seconds: number): Refusal {
  return new Refusal(
    429,
    'too_many_refused_keys',
    'Too many requests without a valid API key have come from your address. Check the key, and wait for the seconds ' +
      'that Retry-After says. Senders with a valid key are let in.',
    { 'Retry-After': String(seconds) },
  );
}
