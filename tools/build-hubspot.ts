/** `npm run build:hubspot`: assembles dist/hubspot, which `npm run hubspot:upload -- --profile=<name>` uploads. */
import { relative } from 'node:path';
import { assemble, usesExampleProfile } from './assemble-hubspot.ts';
import { ProjectError, repositoryRoot } from './hubspot-project.ts';

try {
  const assembly = await assemble();
  const width = Math.max(...assembly.files.map(({ path }) => path.length));
  const lines = assembly.files.map(
    ({ path, bytes }) => `  ${path.padEnd(width)} ${String(bytes).padStart(8)} bytes`,
  );
  process.stdout.write(`Made ${relative(repositoryRoot, assembly.folder)}:\n${lines.join('\n')}\n`);
  if (usesExampleProfile(assembly)) {
    process.stdout.write(
      'This build has the example profile only. Before you upload, copy app/hsprofile.example.json to ' +
        'app/hsprofile.<name>.json, set accountId and API_BASE_URL (the https address of your server) and build again.\n',
    );
  }
} catch (error) {
  if (!(error instanceof ProjectError)) throw error;
  process.stderr.write(`${error.message}\nNothing was built.\n`);
  process.exitCode = 1;
}
