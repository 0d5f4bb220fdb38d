/**
 * The tests' world: one private PostgreSQL for the whole run, in a folder of its own, with a migrated template database
 * that every test file clones (runtime-and-storage.md 4). Needs nothing but npm, also as root.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openStore } from '../../src/store/connect.ts';
import { startPrivatePostgres } from '../../src/store/private-postgres.ts';
import type { PrivateConnection } from '../../src/store/private-postgres.ts';

declare module 'vitest' {
  // Augmenting an interface takes an interface.
  interface ProvidedContext {
    postgres: PrivateConnection;
  }
}

export const templateDatabase = 'template_rekindle';

export default async function setUpWorld(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rekindle-test-'));
  // Temporary folders are closed to other users, and root's PostgreSQL runs as another user.
  await chmod(dataDir, 0o755);
  const server = await startPrivatePostgres({ dataDir, durability: 'off' });
  const template = await openStore({ dataDir, durability: 'off', database: templateDatabase });
  await template.close();
  project.provide('postgres', server.connection('postgres'));
  return async () => {
    await server.stopIfUnused();
    await rm(dataDir, { recursive: true, force: true });
  };
}
