/** A database of its own for each test file, cloned from the migrated template in some 50 ms. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { openStore } from '../../src/store/connect.ts';
import type { Store } from '../../src/store/connect.ts';
import { templateDatabase } from './global-setup.ts';

export type TestDatabase = {
  readonly store: Store;
  /** For child processes, as DATABASE_URL. */
  readonly url: string;
  /** Closes the store and drops the database, whoever is still connected. */
  drop(): Promise<void>;
};

export async function createTestDatabase(): Promise<TestDatabase> {
  const database = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(`create database ${database} template ${templateDatabase}`);
  const { host, port, user } = inject('postgres');
  const url = `postgres://${user}@/${database}?host=${encodeURIComponent(host)}&port=${port}`;
  const store = await openStore({ databaseUrl: url, dataDir: '/nowhere' });
  return {
    store,
    url,
    drop: async () => {
      await store.close();
      await administer(`drop database ${database} with (force)`);
    },
  };
}

/** Cloning waits for nobody: a template that another test file is cloning at this moment is busy (55006), so queue. */
async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ ...inject('postgres'), application_name: 'test administration' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(1)');
    await client.query(statement);
  } finally {
    await client.end();
  }
}
