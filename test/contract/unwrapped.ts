/** What Rekindle asks and the package does not wrap, as hubspot-api.md section 7 describes it. */
import { z } from 'zod';
import { json, type Operation } from './contract.ts';

const accountDetails = z.looseObject({
  portalId: z.int(),
  accountType: z.string(),
  timeZone: z.string(),
  companyCurrency: z.string(),
  additionalCurrencies: z.array(z.string()),
  utcOffset: z.string(),
  utcOffsetMilliseconds: z.int(),
  uiDomain: z.string(),
  dataHostingLocation: z.string(),
});

const dailyUsage = z.looseObject({
  results: z.array(
    z.looseObject({
      name: z.string(),
      usageLimit: z.int(),
      currentUsage: z.int(),
      collectedAt: z.iso.datetime(),
      fetchStatus: z.string(),
      resetsAt: z.iso.datetime(),
    }),
  ),
});

const user = z.looseObject({
  id: z.string(),
  email: z.string(),
  roleIds: z.array(z.string()),
  superAdmin: z.boolean(),
});

/** All error bodies have a message; every other field is optional by documentation (hubspot-api.md 2.4). */
const refusal = z.looseObject({ message: z.string() });

export const unwrappedOperations: readonly (readonly [path: string, operation: Operation])[] = [
  get('/account-info/2026-09/details', accountDetails),
  get('/account-info/2026-09/api-usage/daily/private-apps', dailyUsage),
  get('/settings/users/2026-03/{userId}', user),
];

function get(path: string, answer: z.ZodType): readonly [string, Operation] {
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(
    ([, name = '']) => ({ name, in: 'path', required: true, schema: { type: 'string' } }) as const,
  );
  const responses = {
    200: { description: 'answer', content: json(schemaOf(answer)) },
    default: { description: 'refusal', content: json(schemaOf(refusal)) },
  };
  return [path, { operationId: `GET ${path}`, parameters: named, responses }];
}

function schemaOf(shape: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { target: 'openapi-3.0' });
  return schema;
}
