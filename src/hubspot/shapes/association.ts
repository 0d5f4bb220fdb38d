import { z } from 'zod';
import { batchOf, id, paging } from './common.ts';

/** The links of one batch of companies; `after` where a company has a further page of its own. */
export const associationBatch = batchOf(
  z
    .object({ from: z.object({ id }), to: z.array(z.object({ toObjectId: id })), paging })
    .transform(({ from, to, paging }) => ({
      from: from.id,
      // A link with two labels can be listed twice.
      to: [...new Set(to.map(({ toObjectId }) => toObjectId))],
      after: paging,
    })),
);
