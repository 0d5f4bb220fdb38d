/**
 * What workflows asked for and did not get. HubSpot signs them without a time (hubspot-platform.md 10.3), so that whoever
 * overhears a request can send it again for ever: what was refused once must not be granted then.
 */
import { sql } from 'kysely';
import { millisecondsPerDay, type Instant } from '../model/instant.ts';
import type { Db } from './tables.ts';
import { instantOf, timestamp } from './types.ts';

/** HubSpot repeats for three days; the rest is for whoever plays back what was overheard, and cannot be for ever. */
const rememberedMs = 365 * millisecondsPerDay;

export type WorkflowRefusal = {
  /** When it was asked for the first time. */
  readonly askedAt: Instant;
  /** Null while the same may still succeed. */
  readonly sentence: string | null;
};

/** @param key as of the request that it would have become (partner-actions.ts) */
export async function readRefusal(db: Db, key: string): Promise<WorkflowRefusal | null> {
  const row = await db
    .selectFrom('workflow_refusal')
    .select(['asked_at', 'sentence'])
    .where('key', '=', key)
    .executeTakeFirst();
  return row === undefined ? null : { askedAt: instantOf(row.asked_at), sentence: row.sentence };
}

/** Keeps the first time and the first final sentence. What was done under this key stays what is answered. */
export async function keepRefusal(
  db: Db,
  refusal: WorkflowRefusal & { readonly key: string; readonly partnerId: string },
): Promise<void> {
  const { key, partnerId, askedAt, sentence } = refusal;
  await sql`
    insert into workflow_refusal (key, partner_id, asked_at, sentence)
    select ${key}, ${partnerId}, ${timestamp(askedAt)}::timestamptz, ${sentence}
     where not exists (select from action_request where key = ${key} and outcome is not null)
    on conflict (key) do update set sentence = coalesce(workflow_refusal.sentence, excluded.sentence)`.execute(
    db,
  );
}

export async function forgetRefusals(db: Db, now: Instant): Promise<void> {
  await db
    .deleteFrom('workflow_refusal')
    .where('asked_at', '<', new Date(now - rememberedMs))
    .execute();
}
