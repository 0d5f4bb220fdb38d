/** One task per partner, episode and play, however often and by whomever the button is pressed. */
import { sql } from 'kysely';
import type { Instant } from '../model/instant.ts';
import type { Db } from './tables.ts';
import { timestamp } from './types.ts';

export type ActionKey = { readonly partnerId: string; readonly episode: number; readonly play: string };

export type Claim = {
  /** True for exactly one of several presses: that one creates the task, then completes or fails the action. */
  readonly claimed: boolean;
  readonly taskId: string | null;
  /** `claimed`: yours, or another press is at work. `done`: the task exists. */
  readonly state: 'claimed' | 'done' | 'failed';
};

/**
 * A claim without an end is one whose process died, perhaps after HubSpot made the task. After this long (far beyond any
 * request's deadline) the next press may try again: better a second task, which a person sees and deletes, than a button
 * that never works again.
 */
const claimExpiresAfterMs = 120_000;

/** Claims the right to create the task. A failed or abandoned claim can be claimed again. */
export async function claimAction(
  db: Db,
  action: ActionKey & { readonly userId: string | null; readonly now: Instant },
): Promise<Claim> {
  const { partnerId, episode, play, userId } = action;
  const { rows } = await sql`
    insert into action (partner_id, episode, play, state, user_id, claimed_at)
    values (${partnerId}, ${episode}, ${play}, 'claimed', ${userId}, ${timestamp(action.now)}::timestamptz)
    on conflict (partner_id, episode, play) do update
      set state = 'claimed', user_id = excluded.user_id, claimed_at = excluded.claimed_at, error = null
    where action.state = 'failed'
       or (action.state = 'claimed' and action.claimed_at <= ${timestamp(action.now - claimExpiresAfterMs)}::timestamptz)
    returning 1`.execute(db);
  if (rows.length > 0) return { claimed: true, taskId: null, state: 'claimed' };
  const stored = await of(
    db.selectFrom('action').select(['state', 'task_id']),
    action,
  ).executeTakeFirstOrThrow();
  return { claimed: false, taskId: stored.task_id, state: stored.state };
}

/** The task exists in HubSpot. */
export async function completeAction(db: Db, action: ActionKey, taskId: string): Promise<void> {
  await of(db.updateTable('action').set({ state: 'done', task_id: taskId, error: null }), action).execute();
}

/** HubSpot refused; the next press may try again. A task that another press created meanwhile stays. */
export async function failAction(db: Db, action: ActionKey, error: string): Promise<void> {
  await of(db.updateTable('action').set({ state: 'failed', error }), action)
    .where('state', '=', 'claimed')
    .execute();
}

type Filtered<Q> = { where(column: string, operator: '=', value: unknown): Q };

function of<Q extends Filtered<Q>>(query: Q, { partnerId, episode, play }: ActionKey): Q {
  return query.where('partner_id', '=', partnerId).where('episode', '=', episode).where('play', '=', play);
}
