/** HubSpot's shapes of records, pages and batches (hubspot-api.md 3). */
import { toIso } from '../../model/instant.ts';
import type { Instant } from '../../model/instant.ts';
import type { SeedRecord, SeedType } from '../seed.ts';
import type { ErrorDetail } from '../portal/api-error.ts';
import { objectTypeOf } from '../portal/object-types.ts';
import type { Portal } from '../portal/portal.ts';
import type { ReadProperty } from '../portal/property-reader.ts';

export type RecordShape = {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archived: boolean;
  readonly archivedAt?: string;
};

export type BatchError = {
  readonly status: 'error';
  readonly category: string;
  readonly subCategory?: string;
  readonly message: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
  readonly links: Readonly<Record<string, string>>;
  readonly errors: readonly ErrorDetail[];
};

/**
 * Prepares reading the same properties of many records. Unknown names are ignored; a known one without a value is
 * null. Id and dates always come along.
 */
export function recordShaper(
  portal: Portal,
  type: SeedType,
  names: readonly string[],
): (record: SeedRecord) => RecordShape {
  const objectType = objectTypeOf(type);
  const asked = names.length > 0 ? names : objectType.defaultProperties;
  const readers: [string, ReadProperty][] = [];
  for (const name of new Set([
    ...asked,
    objectType.createdProperty,
    objectType.modifiedProperty,
    'hs_object_id',
  ])) {
    const reader = portal.reader.reader(type, name);
    if (reader !== undefined) readers.push([name, reader]);
  }
  return (record) => {
    const properties: Record<string, string | null> = {};
    for (const [name, read] of readers) properties[name] = read(record);
    return {
      id: record.id,
      properties,
      createdAt: toIso(record.createdAt),
      updatedAt: toIso(record.updatedAt),
      archived: record.archivedAt !== null,
      ...(record.archivedAt === null ? {} : { archivedAt: toIso(record.archivedAt) }),
    };
  };
}

/** The answer of a batch; with errors it is a 207. */
export function batchAnswer(
  now: Instant,
  results: readonly unknown[],
  errors: readonly BatchError[],
  status: 200 | 201 = 200,
): { status: number; body: unknown } {
  const envelope = { status: 'COMPLETE', results, startedAt: toIso(now), completedAt: toIso(now) };
  if (errors.length === 0) return { status, body: envelope };
  return { status: 207, body: { ...envelope, numErrors: errors.length, errors } };
}

export function batchError(
  category: string,
  message: string,
  context: BatchError['context'],
  more: { subCategory?: string; errors?: readonly ErrorDetail[] } = {},
): BatchError {
  return {
    status: 'error',
    category,
    ...(more.subCategory === undefined ? {} : { subCategory: more.subCategory }),
    message,
    context,
    links: {},
    errors: more.errors ?? [],
  };
}

/** `paging` of a page; nothing on the last one. `link` is there as HubSpot sends it, though nobody should follow it. */
export function pagingTo(after: string | null): { paging?: { next: { after: string; link: string } } } {
  return after === null ? {} : { paging: { next: { after, link: `?after=${after}` } } };
}
