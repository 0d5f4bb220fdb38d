/** Finding the running server, or starting one and waiting until it lets us in. */
import { setTimeout as wait } from 'node:timers/promises';
import { RekindleError } from '../../model/errors.ts';
import { serverFailure } from './failure.ts';
import type { Place } from './place.ts';
import { enter } from './presence.ts';
import type { Presence } from './presence.ts';
import { lostTheRace } from './server.ts';
import type { Ending, Launched } from './server.ts';

/** A server that recovers after a crash says so all the time; one that says nothing for so long never will. */
const silenceLimitMs = 30_000;
const retryDelaysMs = [5, 10, 20, 50, 100, 200, 500];

/** @throws RekindleError when the server cannot start, or is there and says nothing for `limitMs` */
export async function enterOrStart(
  place: Place,
  launchServer: () => Promise<Launched>,
  limitMs: number = silenceLimitMs,
): Promise<Presence> {
  const start = starter(place, launchServer);
  let lastSignOfLife = performance.now();
  for (let attempt = 0; performance.now() - lastSignOfLife < limitMs; attempt += 1) {
    const answer = await enter(place);
    if (typeof answer === 'object') return answer;
    const launched = answer === 'absent' && (await start());
    if (launched || answer === 'busy') lastSignOfLife = performance.now();
    await wait(retryDelaysMs[Math.min(attempt, retryDelaysMs.length - 1)]);
  }
  throw new RekindleError(
    `The private PostgreSQL in ${place.dataDir} runs but does not answer. Look into postgres.log beside its data, end the process named in postgres/postmaster.pid and try again.`,
  );
}

/**
 * Starts the server unless the one started before is still on its way. Resolves with whether it did, and rejects when
 * the server ended for a reason of its own.
 */
function starter(place: Place, launchServer: () => Promise<Launched>): () => Promise<boolean> {
  let state: 'none' | 'starting' | Error = 'none';
  const follow = async (ended: Promise<Ending>): Promise<void> => {
    try {
      const ending = await ended;
      state = lostTheRace(ending) ? 'none' : serverFailure(ending.lastWords, place.dataDir);
    } catch (error) {
      state = error as Error;
    }
  };
  return async () => {
    if (state instanceof Error) throw state;
    if (state === 'starting') return false;
    const { ended } = await launchServer();
    state = 'starting';
    void follow(ended);
    return true;
  };
}
