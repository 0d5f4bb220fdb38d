import { z } from 'zod';
import { batchOf, id } from './common.ts';

export const updatedCompanies = batchOf(
  z
    .object({ id, objectWriteTraceId: z.string().nullish() })
    .transform(({ id, objectWriteTraceId }) => ({ id, traceId: objectWriteTraceId ?? null })),
);

export const createdRecord = z.object({ id });

/** HubSpot answers the whole definition; that it answers is all we need. */
export const changedDefinition = z.object({ name: z.string() });
