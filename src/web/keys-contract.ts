/** What the settings page and the server say to each other about API keys. The extension imports the types only. */
import { z } from 'zod';

const apiKey = z.strictObject({
  id: z.string(),
  /** What the secret begins with; tells keys apart without giving them away. */
  start: z.string(),
  source: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  author: z.string(),
  /** A day in UTC; null where nobody has used it. */
  lastUsedOn: z.iso.date().nullable(),
  revokedAt: z.iso.datetime().nullable(),
});
export type ApiKeyEntry = z.infer<typeof apiKey>;

export const keysResponseSchema = z.strictObject({
  state: z.literal('listed'),
  /** Valid ones first, by source; then those revoked, the latest first. */
  keys: z.array(apiKey),
  /** Where programs send activity to. */
  address: z.string(),
  /** What is known of each source that has a key. */
  sources: z.array(z.strictObject({ name: z.string(), sentence: z.string() })),
});
export type KeysResponse = z.infer<typeof keysResponseSchema>;

const forbidden = z.strictObject({ state: z.literal('forbidden'), sentence: z.string() });

/** `requestKey` is the page's own and new for each press: HubSpot repeats a request whose answer was lost. */
export const createKeyRequestSchema = z.strictObject({
  requestKey: z.string().min(8).max(100),
  source: z.string().max(200),
  name: z.string().max(200),
});
export const createKeyResponseSchema = z.discriminatedUnion('state', [
  /** `secret` is nowhere else, and is never shown again. */
  z.strictObject({ state: z.literal('created'), key: apiKey, secret: z.string(), sentence: z.string() }),
  z.strictObject({ state: z.literal('refused'), sentence: z.string() }),
  forbidden,
]);
export type CreateKeyResponse = z.infer<typeof createKeyResponseSchema>;

export const revokeKeyRequestSchema = z.strictObject({ id: z.string().max(100) });
export const revokeKeyResponseSchema = z.strictObject({
  state: z.enum(['revoked', 'unknown', 'forbidden']),
  sentence: z.string(),
});
export type RevokeKeyResponse = z.infer<typeof revokeKeyResponseSchema>;
