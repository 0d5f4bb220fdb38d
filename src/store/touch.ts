/** Who has to be judged anew because of something that happened; the list is short, whatever the programme's size. */
import { sql } from 'kysely';
import { incoming } from './rows.ts';
import type { Db } from './tables.ts';

/**
 * What is known of these companies has changed: their timelines are stale and their judgement may be another. In order of
 * id, so that two writers never deadlock; also for companies that nobody knows yet, because who they are may be on its way.
 */
export async function touchPartners(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    insert into touched (partner_id) select id from unnest(${ids}::text[]) as id group by id order by id
    on conflict (partner_id) do update set number = nextval('touch_number'), timeline_stale = true`.execute(
    db,
  );
}

/** Those of the companies that are to be judged anew, or judged at all. */
export async function touchedAmong(db: Db, ids: readonly string[]): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select partner.id from touched join partner on partner.id = touched.partner_id
     where is_partner and partner.id = any(${ids}::text[]) order by partner.id`.execute(db);
  return rows.map(({ id }) => id);
}

/** Which touch of a partner a judgement knows of. */
export type ReadTouch = { readonly partnerId: string; readonly number: number };

/**
 * Their verdicts stand: these touches are dealt with. A partner that was touched again meanwhile stays on the list. Looked
 * up one by one and in order of id, as touchPartners has it: joined, PostgreSQL goes through the list for every page.
 */
export async function settleTouches(db: Db, touches: readonly ReadTouch[]): Promise<void> {
  if (touches.length === 0) return;
  const settled = incoming(touches, {
    partner_id: ['text', ({ partnerId }) => partnerId],
    number: ['int8', ({ number }) => number],
  });
  await sql`
    delete from touched where partner_id = any(array(
      select incoming.partner_id from (select * from ${settled} order by partner_id) as incoming
        join lateral (
          select from touched where partner_id = incoming.partner_id and number = incoming.number limit 1 for update
        ) as known on true
    ))`.execute(db);
}
