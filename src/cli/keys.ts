/** `keys`: who may send activity over the network, from the command line. */
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { issueKey, startOf } from '../jobs/issue-key.ts';
import { UsageError } from '../model/errors.ts';
import { toIso } from '../model/instant.ts';
import { listKeys, revokeKey, type ApiKey, type KeyActor } from '../store/api-keys.ts';
import { wholeNumber } from './options.ts';
import { print, printError, printJson, table } from './output.ts';
import { withStore } from './session.ts';

export function addKeys(program: Command): void {
  const keys = program.command('keys').description('API keys: who may send activity (docs/rest-intake.md)');
  keys
    .command('list')
    .description('every key, the valid ones first')
    .option('--limit <n>', 'how many', wholeNumber(1, 10_000), 200)
    .option('--json', 'print as JSON')
    .exitOverride()
    .action(list);
  keys
    .command('create <source>')
    .description('a key for one system, such as partner-portal; its secret is printed once')
    .requiredOption('--name <text>', 'who uses it')
    .option('--json', 'print as JSON')
    .exitOverride()
    .action(create);
  keys
    .command('revoke <key>')
    .description('refuse a key from now on: rk_ and its id, as `keys list` shows it')
    .exitOverride()
    .action(revoke);
}

async function list({ limit, json }: { limit: number; json?: true }): Promise<void> {
  const found = await withStore(({ store }) => listKeys(store.db, limit));
  if (json) {
    printJson(found.map(entryOf));
    return;
  }
  if (found.length === 0) {
    print('There are no keys yet. `rekindle keys create SOURCE --name TEXT` makes one.');
    return;
  }
  const rows = found.map((key) => [
    startOf(key),
    key.source,
    key.name,
    `${toIso(key.createdAt).slice(0, 10)} by ${key.author}`,
    key.lastUsedOn ?? 'never',
    key.revokedAt === null ? 'valid' : `revoked ${toIso(key.revokedAt).slice(0, 10)}`,
  ]);
  print(table(['key', 'source', 'name', 'created', 'last used', 'state'], rows));
}

async function create(source: string, { name, json }: { name: string; json?: true }): Promise<void> {
  const asked = { requestKey: randomUUID(), source, name };
  const outcome = await withStore(({ store }) => issueKey(store, asked, here()));
  if (outcome.state === 'refused') throw new UsageError(outcome.sentence);
  if (json) {
    printJson({ ...entryOf(outcome.key), secret: outcome.secret });
    return;
  }
  print(outcome.secret);
  printError(
    `The key for ${outcome.key.source}. Keep it now: Rekindle has only its hash and cannot show it again.`,
  );
}

async function revoke(key: string): Promise<void> {
  // Somebody may have nothing but the whole key at hand.
  const id = /^(?:rk_)?([0-9A-Za-z]+)/.exec(key)?.[1] ?? '';
  const revoked = await withStore(({ store }) => revokeKey(store.db, id, here()));
  if (revoked === null) throw new UsageError('There is no such key. `rekindle keys list` shows them.');
  print(
    `${startOf(revoked)} “${revoked.name}” for ${revoked.source} is refused from now on. What it sent stays.`,
  );
}

function here(): KeyActor {
  return { author: userInfo().username, userId: null, now: Date.now() };
}

function entryOf(key: ApiKey): Record<string, unknown> {
  return {
    ...key,
    start: startOf(key),
    createdAt: toIso(key.createdAt),
    revokedAt: key.revokedAt === null ? null : toIso(key.revokedAt),
  };
}
