/** One task per partner, episode and play, however often and by whomever the button is pressed. */
import { sql } from 'kysely';
import type { Instant } from '../model/instant.ts';
import type { Db } from './tables.ts';
import { instantOf, timestamp } from './types.ts';

export type ActionKey = { readonly partnerId: string; readonly episode: number; readonly play: string };

export type Claim = {
  /** True for exactly one of several presses: that one creates the task, then completes or fails the action. */
  readonly claimed: boolean;
  readonly taskId: string | null;
  /** `claimed`: yours, or another press that is at work or never came to an end. `done`: the task exists. */
  readonly state: 'claimed' | 'done' | 'failed';
  /** When the claim was made; tells a press at work from one whose end nobody knows. */
  readonly claimedAt: Instant;
};

/**
 * Claims the right to create the task. A failed claim can be claimed again. A claim without an end never can: its process
 * died or its answer was lost, perhaps after HubSpot made the task, and only a person who looks can tell.
 */
export async function claimAction(
  db: Db,
  action: ActionKey & { readonly userId: string | null; readonly now: Instant },
): Promise<Claim> {
  const { partnerId, episode, play, userId, now } = action;
  const { rows } = await sql`
    insert into action (partner_id, episode, play, state, user_id, claimed_at)
    values (${partnerId}, ${episode}, ${play}, 'claimed', ${userId}, ${timestamp(now)}::timestamptz)
    on conflict (partner_id, episode, play) do update
      set state = 'claimed', user_id = excluded.user_id, claimed_at = excluded.claimed_at, error = null
    where action.state = 'failed'
    returning 1`.execute(db);
  if (rows.length > 0) return { claimed: true, taskId: null, state: 'claimed', claimedAt: now };
  const stored = await of(
    db.selectFrom('action').select(['state', 'task_id', 'claimed_at']),
    action,
  ).executeTakeFirstOrThrow();
  return {
    claimed: false,
    taskId: stored.task_id,
    state: stored.state,
    claimedAt: instantOf(stored.claimed_at),
  };
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
