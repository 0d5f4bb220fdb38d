import { z } from 'zod';
import type { Company } from '../../model/record.ts';
import { batchOf, property, recordOf, searchOf } from './common.ts';

const record = recordOf(z.record(z.string(), property));

/** What we always ask of a company, beside the portal's own fields. */
export const companyProperties = ['name', 'domain', 'hubspot_owner_id', 'hs_merged_object_ids'] as const;

/** @param asked the portal's own fields that the caller wants; HubSpot leaves out what it does not know */
function companyOf(asked: readonly string[]) {
  return record.transform(({ id, properties, createdAt, updatedAt, archived }): Company => {
    const read = (name: string): string | null => properties[name] ?? null;
    return {
      id,
      name: read('name'),
      domain: read('domain'),
      ownerId: read('hubspot_owner_id'),
      createdAt,
      updatedAt,
      archived,
      mergedIds:
        read('hs_merged_object_ids')
          ?.split(';')
          .filter((merged) => merged !== '') ?? [],
      properties: Object.fromEntries(asked.map((name) => [name, read(name)])),
    };
  });
}

export function companyBatch(asked: readonly string[]) {
  return batchOf(companyOf(asked));
}

export function companySearch(asked: readonly string[]) {
  return searchOf(companyOf(asked));
}
