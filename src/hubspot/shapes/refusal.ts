/**
 * An error body. All its fields are optional by HubSpot's documentation, so nothing in it can be wrong. People read them, so
 * that they carry no token, whatever HubSpot or a proxy repeats of the request.
 */
import { z } from 'zod';
import { withoutTokens } from '../../model/secrets.ts';

const text = z.string().transform(withoutTokens).nullish().catch(null);
const texts = z.array(z.string().transform(withoutTokens)).catch([]);

const detail = z.object({ context: z.record(z.string(), texts).catch({}) }).catch({ context: {} });

export const refusalSchema = z
  .object({
    message: text,
    category: text,
    correlationId: text,
    policyName: text,
    errors: z.array(detail).catch([]),
  })
  .catch({ message: null, category: null, correlationId: null, policyName: null, errors: [] })
  .transform(({ message, category, correlationId, policyName, errors }) => ({
    message: message ? message.slice(0, 1000) : null,
    category: category ?? null,
    correlationId: correlationId ?? null,
    policyName: policyName ?? null,
    scopes: [
      ...new Set(
        errors.flatMap(({ context }) => [
          ...(context['requiredGranularScopes'] ?? []),
          ...(context['requiredScopes'] ?? []),
        ]),
      ),
    ],
  }));
