/** An error body. All its fields are optional by HubSpot's documentation, so nothing in it can be wrong. */
import { z } from 'zod';

const text = z.string().nullish().catch(null);
const texts = z.array(z.string()).catch([]);

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
