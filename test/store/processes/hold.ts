/** Uses the private PostgreSQL in the folder it is given until its input ends; for tests with several processes. */
import { once } from 'node:events';
import { startPrivatePostgres } from '../../../src/store/private-postgres.ts';

const dataDir = process.argv[2] ?? '';
try {
  const server = await startPrivatePostgres({ dataDir, durability: 'off' });
  process.stdout.write(`${JSON.stringify(server.connection('postgres'))}\n`);
  process.stdin.resume();
  await once(process.stdin, 'end');
  await server.stopIfUnused();
} catch (error) {
  process.stderr.write(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  process.exitCode = 1;
}
