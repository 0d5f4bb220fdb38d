import { RekindleError } from '../model/errors.ts';
import type { Portal } from '../model/partner.ts';
import { markAllDirty } from './partners.ts';
import { atomically } from './rows.ts';
import type { Db } from './tables.ts';

export async function readPortal(db: Db): Promise<Portal | null> {
  const row = await db.selectFrom('portal').select(['id', 'time_zone', 'currency']).executeTakeFirst();
  return row === undefined ? null : { id: row.id, timeZone: row.time_zone, currency: row.currency };
}

/**
 * Remembers the account, its zone and its currency. Another zone means other days, so everybody is to be judged anew.
 * @throws RekindleError when the database holds another account's data: one database serves one account
 */
export async function savePortal(db: Db, portal: Portal): Promise<void> {
  await atomically(db, async (transaction) => {
    const values = { id: portal.id, time_zone: portal.timeZone, currency: portal.currency };
    await transaction
      .insertInto('portal')
      .values(values)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const stored = await transaction
      .selectFrom('portal')
      .select(['id', 'time_zone', 'currency'])
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (stored.id !== portal.id) {
      throw new RekindleError(
        `This database holds the data of HubSpot account ${stored.id}, and the access token belongs to account ${portal.id}. ` +
          'Nothing was changed. Use the token of the first account, or give the second one a database of its own (DATABASE_URL or REKINDLE_DATA_DIR).',
      );
    }
    if (stored.time_zone === portal.timeZone && stored.currency === portal.currency) return;
    await transaction.updateTable('portal').set(values).execute();
    if (stored.time_zone !== portal.timeZone) await markAllDirty(transaction);
  });
}
