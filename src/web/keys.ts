/** `GET /settings/keys`, `POST /settings/keys/create` and `/revoke`: who may send activity. */
import type { RequestHandler } from 'express';
import { issueKey, startOf } from '../jobs/issue-key.ts';
import { toIso, type Instant } from '../model/instant.ts';
import { listKeys, revokeKey, type ApiKey, type KeyActor } from '../store/api-keys.ts';
import type { Store } from '../store/connect.ts';
import { readPortal } from '../store/portal.ts';
import { missingSince } from '../store/received.ts';
import { readSourceStates } from '../store/sources.ts';
import { askerOf, authorOf, type AccessCheck, type Asker } from './access.ts';
import { standing } from './intake.ts';
import {
  createKeyRequestSchema,
  revokeKeyRequestSchema,
  type ApiKeyEntry,
  type CreateKeyResponse,
  type KeysResponse,
  type RevokeKeyResponse,
} from './keys-contract.ts';
import { jsonBodyOf } from './middleware/json-body.ts';
import { parsePublicUrl } from './public-url.ts';

type Options = { readonly store: Store; readonly access: AccessCheck; readonly clock: () => Instant };

/** Two of a source are valid at once; of those that were revoked the latest are enough. */
const shownKeys = 200;

export function showKeys({
  store,
  publicUrl,
  clock,
}: Omit<Options, 'access'> & { readonly publicUrl: string }): RequestHandler {
  const address = `${parsePublicUrl(publicUrl)}/v1/activities`;
  return async (_request, response) => {
    const keys = await listKeys(store.db, shownKeys);
    const timeZone = (await readPortal(store.db))?.timeZone ?? 'UTC';
    const at = { now: clock(), timeZone };
    const sources = [...new Set(keys.map(({ source }) => source))].sort();
    response.json({
      state: 'listed',
      keys: keys.map(entryOf),
      address,
      sources: await Promise.all(sources.map((name) => sourceOf(store, name, at))),
    } satisfies KeysResponse);
  };
}

async function sourceOf(
  { db }: Store,
  name: string,
  at: { now: Instant; timeZone: string },
): Promise<KeysResponse['sources'][number]> {
  const states = await readSourceStates(db);
  const source = states.find((state) => state.source === `rest:${name}`) ?? null;
  const { sentence } = standing({ source, missingSince: await missingSince(db, `rest:${name}`) }, at);
  return { name, sentence };
}

export function makeKey({ store, access, clock }: Options): RequestHandler {
  return async (request, response) => {
    const asked = jsonBodyOf(request, createKeyRequestSchema);
    const asker = askerOf(request);
    const { mayChange, sentence } = await access(asker);
    if (!mayChange) {
      response.json({ state: 'forbidden', sentence } satisfies CreateKeyResponse);
      return;
    }
    const outcome = await issueKey(store, asked, actorOf(asker, clock()));
    const answer: CreateKeyResponse =
      outcome.state === 'refused'
        ? outcome
        : {
            ...outcome,
            key: entryOf(outcome.key),
            sentence: 'Copy the key now: Rekindle keeps only its hash and cannot show it again.',
          };
    response.json(answer);
  };
}

export function endKey({ store, access, clock }: Options): RequestHandler {
  return async (request, response) => {
    const { id } = jsonBodyOf(request, revokeKeyRequestSchema);
    const asker = askerOf(request);
    const { mayChange, sentence } = await access(asker);
    const answer: RevokeKeyResponse = mayChange
      ? revoked(await revokeKey(store.db, id, actorOf(asker, clock())))
      : { state: 'forbidden', sentence };
    response.json(answer);
  };
}

function revoked(key: ApiKey | null): RevokeKeyResponse {
  return key === null
    ? { state: 'unknown', sentence: 'There is no such key. Reload the list.' }
    : {
        state: 'revoked',
        sentence: `${startOf(key)} “${key.name}” is refused from now on. What it sent stays.`,
      };
}

function actorOf(asker: Asker, now: Instant): KeyActor {
  return { author: authorOf(asker), userId: asker.userId, now };
}

function entryOf({ id, source, name, createdAt, author, lastUsedOn, revokedAt }: ApiKey): ApiKeyEntry {
  return {
    id,
    start: startOf({ id }),
    source,
    name,
    createdAt: toIso(createdAt),
    author,
    lastUsedOn,
    revokedAt: revokedAt === null ? null : toIso(revokedAt),
  };
}
