/**
 * The card's primary button: the recommended task, in HubSpot, once per partner, episode and play.
 *
 * The database and HubSpot cannot change together, so one of two failures has to be chosen for a process that dies, or
 * an answer that is lost, between HubSpot's create and our note of it. A second task would nag two people about one
 * partner and nobody would know why; a claim without an end is told as what it is, and a person looks at the record. So
 * the claim comes first, only a definite refusal gives it back, and what is unclear stays claimed.
 */
import { DateTime } from 'luxon';
import type { Advice } from '../engage/recommend.ts';
import {
  InvalidTokenError,
  MissingScopeError,
  QuotaExhaustedError,
  RequestRefusedError,
  UnavailableError,
  UnreachableError,
  type HubSpotError,
} from '../hubspot/errors.ts';
import type { HubSpot, NewTask } from '../hubspot/hubspot.ts';
import { addDays, dayOf, type Instant } from '../model/instant.ts';
import type { Owner, Partner } from '../model/partner.ts';
import type { Status, Verdict } from '../model/verdict.ts';
import { claimAction, completeAction, failAction, type ActionKey, type Claim } from '../store/actions.ts';
import type { Store } from '../store/connect.ts';

export type TaskOutcome =
  /** `unrecorded`: why our database could not note it, or null. Later presses will then call it unclear. */
  | { readonly state: 'created'; readonly taskId: string; readonly unrecorded: unknown }
  | { readonly state: 'already_created'; readonly taskId: string }
  /** Another press is at work this very moment. */
  | { readonly state: 'being_created' }
  /** HubSpot refused or could not be reached; nothing was created, and the next press tries again. */
  | { readonly state: 'refused'; readonly error: HubSpotError }
  /** Nobody knows whether the task exists: the answer to a press at `since` was lost. `error` is of this press. */
  | { readonly state: 'unclear'; readonly since: Instant; readonly error: unknown };

export type TaskRequest = {
  readonly partner: Partner;
  readonly verdict: Pick<Verdict, 'episode' | 'status'>;
  /** The recommended play, or one of the others. */
  readonly advice: Advice;
  /** The partner's owner; null leaves the task unassigned. */
  readonly owner: Owner | null;
  /** The portal's: the task is due on one of its working days. */
  readonly timeZone: string;
  /** The HubSpot user who pressed. */
  readonly userId: string;
  readonly now: Instant;
};

/**
 * Longer than any create takes to end: beyond it, a claim without an end belongs to a press that died. Shorter would
 * call a slow press dead; longer would only delay an honest answer.
 */
const unclearAfterMs = 120_000;

/**
 * Creates the task unless it was created before. Safe to call any number of times, at once or after a failure.
 *
 * Rejects when the database fails before HubSpot was asked, or when it cannot take a claim back after a refusal.
 */
export async function createRecommendedTask(
  hubspot: Pick<HubSpot, 'createTask'>,
  store: Pick<Store, 'db'>,
  request: TaskRequest,
): Promise<TaskOutcome> {
  const key: ActionKey = {
    partnerId: request.partner.id,
    episode: request.verdict.episode,
    play: request.advice.play,
  };
  const claim = await claimAction(store.db, { ...key, userId: request.userId, now: request.now });
  if (!claim.claimed) {
    return outcomeOfEarlier(claim, request.now);
  }
  try {
    const { id } = await hubspot.createTask(newTask(request));
    return { state: 'created', taskId: id, unrecorded: await failureOf(completeAction(store.db, key, id)) };
  } catch (error) {
    if (!createdNothing(error)) {
      return { state: 'unclear', since: request.now, error };
    }
    await failAction(store.db, key, error.message);
    return { state: 'refused', error };
  }
}

/** The task exists whether or not we could note it: whoever pressed is told so, and the log what failed. */
async function failureOf(work: Promise<void>): Promise<unknown> {
  try {
    await work;
    return null;
  } catch (error) {
    return error;
  }
}

function outcomeOfEarlier({ taskId, claimedAt }: Claim, now: Instant): TaskOutcome {
  if (taskId !== null) {
    return { state: 'already_created', taskId };
  }
  return now - claimedAt > unclearAfterMs
    ? { state: 'unclear', since: claimedAt, error: null }
    : { state: 'being_created' };
}

/** Errors after which HubSpot certainly holds no task. A new kind of error is unclear until somebody lists it here. */
export function createdNothing(error: unknown): error is HubSpotError {
  return (
    error instanceof InvalidTokenError ||
    error instanceof MissingScopeError ||
    error instanceof RequestRefusedError ||
    error instanceof QuotaExhaustedError ||
    // Of a create it means: asked to wait, or locked. A 5xx, which may have done it, is an AmbiguousWriteError.
    error instanceof UnavailableError ||
    error instanceof UnreachableError
  );
}

const priorities: Readonly<Record<Status, NewTask['priority']>> = {
  inactive: 'HIGH',
  at_risk: 'HIGH',
  cooling: 'MEDIUM',
  never_activated: 'MEDIUM',
  reactivated: 'MEDIUM',
  active: 'LOW',
  excluded: 'LOW',
  unknown: 'LOW',
};

function newTask({ partner, verdict, advice, owner, timeZone, now }: TaskRequest): NewTask {
  return {
    companyId: partner.id,
    subject: advice.taskSubject,
    body: advice.taskBody,
    dueAt: dueAt(advice.dueInDays, timeZone, now),
    // HubSpot refuses a task for somebody who has left.
    ownerId: owner === null || owner.archived ? null : owner.id,
    priority: priorities[verdict.status],
  };
}

/**
 * The end of the working day (17:00) in the portal's zone, so that a task due today is not overdue at once; an hour from
 * now where that is past.
 */
function dueAt(dueInDays: number, timeZone: string, now: Instant): Instant {
  const day = addDays(dayOf(now, timeZone), dueInDays);
  const endOfDay = DateTime.fromISO(`${day}T17:00`, { zone: timeZone }).toMillis();
  return Math.max(endOfDay, now + 3_600_000);
}
