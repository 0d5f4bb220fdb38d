/** Prints how many were skipped, if any, and as the last line "N passed, N failed" from a Vitest JSON report and exits with the runner's status. */
import { readFileSync } from 'node:fs';

const [file = '', status = '1'] = process.argv.slice(2);

/** A runner that died before it could report leaves an empty file: nothing passed then. */
function readReport() {
  const text = readFileSync(file, 'utf8');
  return text === '' ? {} : JSON.parse(text);
}

const {
  numPassedTests: passed = 0,
  numFailedTests: failed = 0,
  numPendingTests: pending = 0,
  numTodoTests: todo = 0,
} = readReport();
const skipped = pending + todo;

process.exitCode = Number(status) || (passed + failed === 0 || failed > 0 ? 1 : 0);
if (skipped > 0) process.stdout.write(`${skipped} skipped\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
