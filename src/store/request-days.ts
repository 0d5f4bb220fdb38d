/** Our requests to HubSpot by the account's day, those of all our processes together. */
import { sql } from 'kysely';
import type { Day } from '../model/instant.ts';
import type { Db } from './tables.ts';

/** @returns how many of that day there are now */
export async function addRequests(db: Db, day: Day, requests: number): Promise<number> {
  const row = await db
    .insertInto('request_day')
    .values({ day, requests })
    .onConflict((conflict) =>
      conflict.column('day').doUpdateSet({ requests: sql<number>`request_day.requests + excluded.requests` }),
    )
    .returning('requests')
    .executeTakeFirstOrThrow();
  return row.requests;
}

/** How many of that day have been written down so far. */
export async function readRequests(db: Db, day: Day): Promise<number> {
  const row = await db.selectFrom('request_day').select('requests').where('day', '=', day).executeTakeFirst();
  return row?.requests ?? 0;
}
