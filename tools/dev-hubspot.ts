/**
 * `npm run hubspot:dev -- --profile=<name>`: assembles dist/hubspot, runs HubSpot's dev server on it, and builds the
 * extensions anew while their sources change. The command to run comes as arguments, so that package.json alone names
 * the version of HubSpot's CLI.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { relative } from 'node:path';
import { assemble } from './assemble-hubspot.ts';
import { allowLocalProxy, keepBundled } from './develop-hubspot.ts';
import { ProjectError, repositoryRoot } from './hubspot-project.ts';

const [command, ...rest] = process.argv.slice(2);
if (command === undefined)
  throw new Error('Which command runs the dev server? See hubspot:dev in package.json.');

try {
  const assembly = await assemble();
  const proxied = await allowLocalProxy(assembly);
  process.stdout.write(
    `Made ${relative(repositoryRoot, assembly.folder)}. Changes of extensions/ are built anew; after a change of app/ start ` +
      `this command again.\n${proxied ? 'Calls go where app/local.json says.\n' : ''}`,
  );
  const server = spawn(command, rest, { cwd: repositoryRoot, stdio: 'inherit' });
  // Ctrl-C reaches the dev server too, which ends in its own time.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => server.kill('SIGTERM'));
  const ended = new AbortController();
  const bundling = keepBundled(assembly, {
    signal: ended.signal,
    report: (line) => process.stdout.write(`${line}\n`),
  });
  const [code] = await once(server, 'exit');
  ended.abort();
  await bundling;
  process.exitCode = typeof code === 'number' ? code : 1;
} catch (error) {
  if (!(error instanceof ProjectError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
