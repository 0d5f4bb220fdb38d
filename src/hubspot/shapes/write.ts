import { z } from 'zod';
import { batchOf, id, instant } from './common.ts';

export const updatedCompanies = batchOf(
  z
    .object({ id, objectWriteTraceId: z.string().nullish(), updatedAt: instant })
    .transform(({ id, objectWriteTraceId, updatedAt }) => ({
      id,
      traceId: objectWriteTraceId ?? null,
      updatedAt,
    })),
);

export const createdRecord = z.object({ id });

/** HubSpot answers the whole definition; that it answers is all we need. */
export const changedDefinition = z.object({ name: z.string() });
