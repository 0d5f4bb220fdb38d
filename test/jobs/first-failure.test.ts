/** Where what follows a failure fails, too: the first failure is told, the second kept beside it. */
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLease } from '../../src/jobs/lease-keeper.ts';
import { performRefresh } from '../../src/jobs/refresh.ts';
import { RekindleError } from '../../src/model/errors.ts';
import { addOwnHints } from '../../src/store/hints.ts';
import { openTestAccount, type TestAccount } from '../world/account.ts';
import { createTinyPortal, tinyCompanies, tinyNow } from '../world/tiny-portal.ts';

let account: TestAccount;
beforeEach(async () => {
  account = await openTestAccount(createTinyPortal(), tinyNow);
});
afterEach(() => account.close());

const { signal } = new AbortController();

/** From now on the database refuses changes of rows of a table. */
async function close(table: 'lease' | 'run'): Promise<void> {
  const { db } = account.database.store;
  await sql`
    create or replace function refuse() returns trigger language plpgsql as $$
      begin raise exception 'closed: %', tg_table_name; end $$`.execute(db);
  await sql`
    create trigger closed before update on ${sql.table(table)} for each row execute function refuse()`.execute(
    db,
  );
}

const beside = (table: string): object => ({
  afterwards: expect.objectContaining({ message: `closed: ${table}` }),
});

test('a lease that cannot be given back does not hide what ended the work', async () => {
  const first = new RekindleError('The work failed.');
  const failing = withLease(account.database.store, signal, async () => {
    await close('lease');
    throw first;
  });
  await expect(failing).rejects.toBe(first);
  expect(first).toMatchObject(beside('lease'));
});

test('a lease that cannot be given back after work that succeeded is told', async () => {
  await expect(withLease(account.database.store, signal, () => close('lease'))).rejects.toThrow(
    'closed: lease',
  );
});

test.each(['run', 'refresh'])(
  'a ledger that cannot be written does not hide what ended a %s',
  async (kind) => {
    const { database, hubspot, sandbox } = account;
    const { store } = database;
    await account.run();
    await addOwnHints(store.db, [{ type: 'company', recordId: tinyCompanies.silent }], tinyNow);
    await close('run');
    sandbox.addFault('unauthorized');
    const refresh = { store, hubspot, clock: () => tinyNow, signal };
    await expect(kind === 'run' ? account.run() : performRefresh(refresh)).rejects.toMatchObject({
      message: expect.stringContaining('token') as unknown,
      ...beside('run'),
    });
  },
);
