/** What people and workflows did to partners: asked once under a key, carried out, and written down for good. */
import { sql, type Selectable } from 'kysely';
import type { Day, Instant } from '../model/instant.ts';
import type { ActionName, Actor, Evidence, PartnerAction } from '../model/partner-action.ts';
import { releaseHoldOut } from './episodes.ts';
import { atomically } from './rows.ts';
import type { Db, Tables } from './tables.ts';
import { instantOf, nullableInstantOf, timestamp } from './types.ts';

/** How a request ended; whoever asks again hears the same. */
export type StoredOutcome = { readonly state: 'done' | 'unchanged'; readonly sentence: string };

export type StoredRequest<Plan> = {
  readonly partnerId: string;
  /** Of what was asked: another request under the same key is a mistake. */
  readonly fingerprint: string;
  readonly plan: Plan;
  readonly begunAt: Instant;
  readonly noteClaimedAt: Instant | null;
  readonly noteId: string | null;
  /** Null while it has not come to an end. */
  readonly outcome: StoredOutcome | null;
};

export async function readRequest<Plan>(db: Db, key: string): Promise<StoredRequest<Plan> | null> {
  const row = await db.selectFrom('action_request').selectAll().where('key', '=', key).executeTakeFirst();
  if (row === undefined) return null;
  return {
    partnerId: row.partner_id,
    fingerprint: row.fingerprint,
    // Only this program writes the column, and what it wrote it reads.
    plan: row.plan as Plan,
    begunAt: instantOf(row.begun_at),
    noteClaimedAt: nullableInstantOf(row.note_claimed_at),
    noteId: row.note_id,
    outcome: row.outcome,
  };
}

/** Keeps what is about to be done, unless somebody was quicker under the same key. */
export async function beginRequest<Plan>(
  db: Db,
  request: { key: string; partnerId: string; fingerprint: string; plan: Plan; begunAt: Instant },
): Promise<void> {
  await db
    .insertInto('action_request')
    .values({
      key: request.key,
      partner_id: request.partnerId,
      fingerprint: request.fingerprint,
      plan: JSON.stringify(request.plan),
      begun_at: timestamp(request.begunAt),
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
}

/** True for exactly one caller: that one creates the note. */
export async function claimNote(db: Db, key: string, now: Instant): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('action_request')
    .set({ note_claimed_at: timestamp(now) })
    .where('key', '=', key)
    .where('note_claimed_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** HubSpot certainly has no note: the next attempt may create it. */
export async function unclaimNote(db: Db, key: string): Promise<void> {
  await db.updateTable('action_request').set({ note_claimed_at: null }).where('key', '=', key).execute();
}

export async function saveNoteId(db: Db, key: string, noteId: string): Promise<void> {
  await db.updateTable('action_request').set({ note_id: noteId }).where('key', '=', key).execute();
}

export type AuditEntry = {
  readonly partnerId: string;
  readonly at: Instant;
  readonly action: PartnerAction;
  /** What it was about; of two entries about the same, the later one counts. */
  readonly about: string;
  readonly actor: Actor;
  readonly evidence: Evidence | null;
  readonly sentence: string;
};

/** What a finished action leaves on the partner in our own picture of it. */
export type LeftBehind = {
  /** By HubSpot's property name, as HubSpot confirmed them; an empty text cleared one. Null where nothing was written. */
  readonly written: {
    readonly properties: Readonly<Record<string, string>>;
    readonly updatedAt: Instant;
  } | null;
  /** Absent where the action is not about it; null ends it. */
  readonly snoozedUntil?: Day | null;
  readonly excludedBecause?: string | null;
  readonly judgeAnew: boolean;
  /** It is left alone no more, although its time is not over. */
  readonly releaseHoldOut?: boolean;
};

/**
 * Ends a request: outcome, audit and picture together, once.
 * @returns the outcome that counts: another attempt's where that one was quicker
 */
export async function finishRequest(
  db: Db,
  key: string,
  outcome: StoredOutcome,
  entry: AuditEntry,
  left: LeftBehind,
): Promise<StoredOutcome> {
  return await atomically(db, async (transaction) => {
    const { numUpdatedRows } = await transaction
      .updateTable('action_request')
      .set({ outcome: JSON.stringify(outcome) })
      .where('key', '=', key)
      .where('outcome', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) return (await readRequest(transaction, key))?.outcome ?? outcome;
    await addEntry(transaction, entry);
    await savePicture(transaction, entry.partnerId, left);
    if (left.releaseHoldOut === true) await releaseHoldOut(transaction, entry.partnerId, entry.at);
    return outcome;
  });
}

async function addEntry(db: Db, { actor, ...entry }: AuditEntry): Promise<void> {
  const { do: action, ...details } = entry.action;
  const who =
    actor.from === 'card'
      ? { user_id: actor.userId, user_email: actor.email, workflow_id: null }
      : { user_id: null, user_email: null, workflow_id: actor.workflowId };
  await db
    .insertInto('action_audit')
    .values({
      ...who,
      partner_id: entry.partnerId,
      at: timestamp(entry.at),
      action,
      about: entry.about,
      details: JSON.stringify(details),
      came_from: actor.from,
      evidence: entry.evidence === null ? null : JSON.stringify(entry.evidence),
      sentence: entry.sentence,
    })
    .execute();
}

/** A version of the company that a sync read later knows more than we do, and stays. */
async function savePicture(db: Db, partnerId: string, left: LeftBehind): Promise<void> {
  const { written, snoozedUntil, excludedBecause, judgeAnew } = left;
  if (written !== null) {
    const shown = Object.fromEntries(
      Object.entries(written.properties).map(([name, value]) => [name, value === '' ? null : value]),
    );
    const snoozed = snoozedUntil === undefined ? sql`snoozed_until` : sql`${snoozedUntil}::date`;
    await sql`
      update partner
         set published = published || ${JSON.stringify(shown)}::jsonb, snoozed_until = ${snoozed},
             hubspot_updated_at = ${timestamp(written.updatedAt)}::timestamptz
       where id = ${partnerId} and hubspot_updated_at <= ${timestamp(written.updatedAt)}::timestamptz`.execute(
      db,
    );
  }
  if (excludedBecause !== undefined) {
    await db
      .updateTable('partner')
      .set({ excluded_because: excludedBecause })
      .where('id', '=', partnerId)
      .execute();
  }
  if (!judgeAnew) return;
  await sql`update partner set revision = revision + 1 where id = ${partnerId}`.execute(db);
}

export type ActionRecord = Omit<AuditEntry, 'action'> & {
  readonly action: ActionName;
  readonly details: Readonly<Record<string, unknown>>;
};

function recordOf(row: Selectable<Tables['action_audit']>): ActionRecord {
  return {
    partnerId: row.partner_id,
    at: instantOf(row.at),
    action: row.action,
    about: row.about,
    details: row.details,
    actor:
      row.came_from === 'card'
        ? { from: 'card', userId: row.user_id ?? '', email: row.user_email }
        : { from: 'workflow', workflowId: row.workflow_id },
    evidence: row.evidence,
    sentence: row.sentence,
  };
}

/** The latest entry about each thing that was ever recorded of the partner. */
export async function latestActions(db: Db, partnerId: string): Promise<readonly ActionRecord[]> {
  const rows = await db
    .selectFrom('action_audit')
    .distinctOn('about')
    .selectAll()
    .where('partner_id', '=', partnerId)
    .orderBy('about')
    .orderBy('id', 'desc')
    .execute();
  return rows.map(recordOf);
}

/** The latest first: of one partner or of all, of one kind of action or of every kind. */
export async function readActions(
  db: Db,
  wanted: { partnerId?: string; action?: ActionName; limit: number },
): Promise<readonly ActionRecord[]> {
  const { partnerId, action, limit } = wanted;
  const rows = await db
    .selectFrom('action_audit')
    .selectAll()
    .$if(partnerId !== undefined, (query) => query.where('partner_id', '=', partnerId ?? ''))
    .$if(action !== undefined, (query) => query.where(sql<boolean>`action = ${action}`))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(recordOf);
}
