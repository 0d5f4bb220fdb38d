/** Who sends activity: whoever has a key that was not revoked. It opens this one address and nothing else. */
import type { Request, RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { idInSecret, isSecretOf, keyLength } from '../intake/rest-key.ts';
import { dayOf, type Instant } from '../model/instant.ts';
import { noteUse, readKey, type ApiKey } from '../store/api-keys.ts';
import type { Store } from '../store/connect.ts';
import { strangersGate } from './intake-strangers.ts';
import { limits } from './limits.ts';
import { Refusal } from './refusal.ts';

const keys = new WeakMap<Request, ApiKey>();

/** Throws on a route that is not behind the check of keys, so that a mistake in wiring fails closed. */
export function keyOf(request: Request): ApiKey {
  const key = keys.get(request);
  if (key === undefined) throw new Error('This route is for keys but is not behind the check of keys.');
  return key;
}

/** Before the body is read: what a stranger sends costs one look-up, and that only with a key of our form. */
export function requireKey({ store, clock }: { store: Store; clock: () => Instant }): RequestHandler {
  const gate = strangersGate(clock);
  return async (request, _response, next) => {
    const key = await gate(
      request.ip ?? '',
      () => secretIn(request),
      (secret) => keyOfSecret(secret, store),
    );
    keys.set(request, key);
    const today = dayOf(clock(), 'UTC');
    if (key.lastUsedOn !== today) await noteUse(store.db, key.id, today);
    next();
  };
}

async function keyOfSecret(secret: string, { db }: Store): Promise<ApiKey> {
  const id = idInSecret(secret);
  if (id === null) {
    const form = `A key begins with rk_ and has ${keyLength} letters and digits`;
    throw notAllowed('bad_key', `This is no API key of Rekindle, or a part of one is missing. ${form}.`);
  }
  const known = await readKey(db, id);
  if (known === null || !isSecretOf(secret, known.secretHash)) {
    throw notAllowed('unknown_key', 'This API key is not known here. Check that it belongs to this server.');
  }
  if (known.key.revokedAt !== null) {
    throw notAllowed(
      'revoked_key',
      'This API key was revoked. Ask an administrator of Rekindle for a new one.',
    );
  }
  return known.key;
}

function secretIn(request: Request): string {
  const [value, ...more] = request.headersDistinct['authorization'] ?? [];
  const secret = /^Bearer +(\S+)$/i.exec(value ?? '')?.[1];
  if (secret === undefined || more.length > 0) {
    throw notAllowed(
      'no_key',
      'Send your API key in one header, as in "Authorization: Bearer rk_...". Administrators create keys on Rekindle’s settings page in HubSpot.',
    );
  }
  return secret;
}

function notAllowed(reason: string, message: string): Refusal {
  const trouble = reason === 'no_key' ? '' : ', error="invalid_token"';
  return new Refusal(401, reason, message, { 'WWW-Authenticate': `Bearer realm="rekindle"${trouble}` });
}

/** So that one program gone wild leaves the database to everybody else. Each process counts for itself. */
export function limitPerKey(): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: limits.batchesPerKeyPerMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (request) => keyOf(request).id,
    handler: (_request, _response, next) => {
      const most = `${limits.batchesPerKeyPerMinute} batches a minute`;
      next(
        new Refusal(
          429,
          'too_many_batches',
          `This key sends more than ${most}. Wait for the seconds that Retry-After says, and put more rows into a batch.`,
        ),
      );
    },
  });
}
