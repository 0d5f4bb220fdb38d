/**
 * What HubSpot's answers have in common. Each shape asks only for what we use, is strict about that, and answers in our
 * words; what else HubSpot sends is ignored.
 */
import { z } from 'zod';
import { withoutTokens } from '../../model/secrets.ts';
import { HubSpotShapeError, UnavailableError } from '../errors.ts';
import type { Answer } from '../transport.ts';

/** @throws HubSpotShapeError naming the route and the field */
export function parseAnswer<T>(schema: z.ZodType<T>, answer: Answer): T {
  const result = schema.safeParse(answer.body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new HubSpotShapeError(
    answer.route,
    issue === undefined || issue.path.length === 0 ? 'body' : issue.path.join('.'),
    issue?.message ?? 'it does not fit',
  );
}

/** Record ids are text in most places and numbers in some (hubspot-api.md section 5); with us always text. */
export const id = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => /^\d+$/.test(text), 'expected an id, which is a whole number');

/** A property's value: always text, null when empty (hubspot-api.md section 3). Empty text means empty, too. */
export const property = z
  .string()
  .nullish()
  .transform((value) => value || null);

const notADate = 'expected a date and time in ISO 8601 or milliseconds';

/** Without an offset, a time would be read in the time zone of this machine: refused. A bare day is UTC. */
const isoDate = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2}))?$/;

function toInstant(value: string): number | null {
  if (/^-?\d+$/.test(value)) return Number(value);
  const instant = isoDate.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? null : instant;
}

export const instant = z
  .union([z.string(), z.number()])
  .transform(String)
  .transform((value, context) => {
    const parsed = toInstant(value);
    if (parsed === null) context.addIssue({ code: 'custom', message: notADate });
    return parsed ?? z.NEVER;
  });

/** A datetime property; null when empty. */
export const instantProperty = property.transform((value, context) => {
  if (value === null) return null;
  const parsed = toInstant(value);
  if (parsed === null) context.addIssue({ code: 'custom', message: notADate });
  return parsed;
});

/** HubSpot's cursors come as text or number (reliability.md section 3); null on the last page. Links are never followed. */
export const paging = z
  .object({ next: z.object({ after: z.union([z.string(), z.number()]).transform(String) }).nullish() })
  .nullish()
  .transform((value) => value?.next?.after ?? null);

/** One record of any type; `properties` are its own. */
export function recordOf<Properties>(properties: z.ZodType<Properties>) {
  return z.object({
    id,
    properties,
    createdAt: instant,
    updatedAt: instant,
    archived: z.boolean().default(false),
  });
}

/** `"41"` or `["41", "42"]`. */
const texts = z
  .union([
    z.string().transform((text) => [text]),
    z.array(z.union([z.string(), z.number()]).transform(String)),
  ])
  .catch([]);

const batchError = z.object({
  category: z.string().transform(withoutTokens),
  message: z.string().transform((message) => withoutTokens(message).slice(0, 1000)),
  subCategory: z
    .unknown()
    .optional()
    .transform((value) => (typeof value === 'string' ? value : null)),
  context: z
    .record(z.string(), texts)
    .nullish()
    .transform((value) => value ?? {}),
});
export type BatchError = z.infer<typeof batchError>;

/** The records that an error is about, as far as it names them. */
export function namedIds({ context }: BatchError): string[] {
  const names = ['objectWriteTraceId', 'ids', 'id', 'fromObjectId'];
  return names.flatMap((name) => context[name] ?? []);
}

/** Errors beside the results, as in a 207; `numErrors` may not promise more of them than there are. */
const batchErrors = { errors: z.array(batchError).default([]), numErrors: z.number().default(0) };

export function batchOf<Result>(result: z.ZodType<Result>) {
  return z
    .object({ status: z.literal('COMPLETE'), results: z.array(result), ...batchErrors })
    .refine(({ errors, numErrors }) => errors.length >= numErrors, {
      path: ['errors'],
      message: 'fewer errors are named than counted',
    });
}

/** A page of a search; `total` counts everything that matches. */
export function searchOf<Result>(result: z.ZodType<Result>) {
  return z
    .object({ total: z.number().int().min(0), results: z.array(result), paging })
    .transform(({ total, results, paging }) => ({ total, results, after: paging }));
}

/** @throws UnavailableError when part of a read failed for another reason than `harmless` */
export function assertReadWhole(
  route: string,
  errors: readonly BatchError[],
  harmless: (error: BatchError) => boolean,
): void {
  const failed = errors.filter((error) => !harmless(error));
  const [first] = failed;
  if (first === undefined) return;
  throw new UnavailableError(
    `${route} could not read ${failed.length} of the records asked for (${first.category}: ${first.message})`,
    null,
  );
}
