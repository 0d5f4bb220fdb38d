/** pg-boss on our pool: one set of connections, and jobs in the same database as everything else. */
import pg from 'pg';
import type { Store } from './connect.ts';

type ExecuteSql = (text: string, values?: unknown[]) => Promise<{ rows: unknown[] }>;

/** pg-boss expects the driver's own types, not ours (types.ts). */
export function executeSql(store: Store): ExecuteSql {
  return async (text, values) => {
    const types = { getTypeParser: pg.types.getTypeParser };
    return await store.pool.query({ text, types, ...(values === undefined ? {} : { values }) });
  };
}
