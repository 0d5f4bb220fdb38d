import { z } from 'zod';
import { id, paging } from './common.ts';

export const list = z
  .object({ list: z.object({ objectTypeId: z.string(), name: z.string() }) })
  .transform(({ list }) => list);

export const membershipPage = z
  .object({ results: z.array(z.object({ recordId: id })), paging })
  .transform(({ results, paging }) => ({ ids: results.map(({ recordId }) => recordId), after: paging }));

export const membershipCount = z
  .object({ total: z.int().min(0).nullish() })
  .transform(({ total }) => total ?? null);
