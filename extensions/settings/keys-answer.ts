/** What the server says of API keys, read without trusting it. */
import type { ApiKeyEntry } from '../../src/web/keys-contract.ts';
import { byState, day, instant, list, nullable, shape, text, type Decoder } from '../shared/decode.ts';

const key: Decoder<ApiKeyEntry> = shape({
  id: text,
  start: text,
  source: text,
  name: text,
  createdAt: instant,
  author: text,
  lastUsedOn: nullable(day),
  revokedAt: nullable(instant),
});
export type ApiKey = ApiKeyEntry;

export const keysAnswer = shape({
  keys: list(key),
  address: text,
  sources: list(shape({ name: text, sentence: text })),
});

const told = shape({ sentence: text });
export const createKeyAnswer = byState({
  created: shape({ key, secret: text, sentence: text }),
  refused: told,
  forbidden: told,
});
export const revokeKeyAnswer = byState({ revoked: told, unknown: told, forbidden: told });
