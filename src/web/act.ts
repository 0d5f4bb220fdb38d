/** One action on one partner, whoever asks: what the card's and the workflows' addresses share. */
import type { ActingHubSpot, ActionOutcome } from '../publish/actions.ts';
import { performAction } from '../publish/actions.ts';
import { judgeNow } from '../jobs/judge-now.ts';
import type { RefreshResult } from '../jobs/refresh.ts';
import { dayOf, type Instant } from '../model/instant.ts';
import type { Owner } from '../model/partner.ts';
import type { ActionName, Actor } from '../model/partner-action.ts';
import type { Store } from '../store/connect.ts';
import { isHinted } from '../store/hints.ts';
import { readOwners } from '../store/owners.ts';
import type { ActionFields } from './action-contract.ts';
import { readAction } from './action-input.ts';
import type { CardFacts } from './card-view.ts';
import { readFacts } from './facts.ts';
import type { Logger } from './log.ts';

export type ActOptions = {
  readonly store: Store;
  readonly hubspot: ActingHubSpot;
  /** Follows hints, and reads the records of these partners again; absent where another process does. */
  readonly refresh?: (anew: readonly string[]) => Promise<RefreshResult>;
  readonly log: Logger;
  readonly clock: () => Instant;
};

type Asked = {
  readonly companyId: string;
  readonly key: string;
  readonly name: ActionName;
  readonly fields: ActionFields;
  readonly actor: Actor;
  /** When it was asked for the first time; now unless given. */
  readonly askedAt?: Instant;
  readonly correlationId: string;
};

export type Acted = {
  readonly outcome: ActionOutcome;
  /** False while a verdict that has to follow does not yet. */
  readonly isJudged: boolean;
  /** As things stand afterwards. */
  readonly facts: CardFacts;
};

export type Act = (asked: Asked) => Promise<Acted>;

/** How long somebody waits for the verdict, and for the whole of it: HubSpot's proxy hangs up after 15 s (hubspot-platform.md 6.6). */
const longest = { verdictMs: 7_000, answerMs: 12_000 };

/** @param tookMs what the action itself took: seconds, where a run has just used up HubSpot's window */
export function patienceAfter(tookMs: number): number {
  return Math.max(0, Math.min(longest.verdictMs, longest.answerMs - tookMs));
}

/** Who asks again while the first call is at work waits for its answer instead of starting a second one. */
export function actOnPartners(options: ActOptions): Act {
  const atWork = new Map<string, Promise<Acted>>();
  return async (asked) => {
    const { companyId, key, name, fields } = asked;
    const same = JSON.stringify([key, companyId, name, Object.entries(fields).sort()]);
    const running = atWork.get(same);
    if (running !== undefined) return await running;
    const acting = act(options, asked);
    atWork.set(same, acting);
    try {
      return await acting;
    } finally {
      atWork.delete(same);
    }
  };
}

async function act(options: ActOptions, asked: Asked): Promise<Acted> {
  const { store, log, clock } = options;
  const begunAt = clock();
  const facts = await readFacts(store, asked.companyId, begunAt);
  const outcome = await perform(options, facts, asked);
  logOutcome(log, asked, outcome);
  const { partner } = facts;
  if (partner === null || outcome.state === 'refused' || !outcome.judgeAnew) {
    return { outcome, isJudged: true, facts };
  }
  const isJudged =
    outcome.repeated && !(await isHinted(store.db, { type: 'company', recordId: partner.id }))
      ? true
      : await judge(options, partner.id, asked, patienceAfter(clock() - begunAt));
  return { outcome, isJudged, facts: await readFacts(store, partner.id, clock()) };
}

async function perform(options: ActOptions, facts: CardFacts, asked: Asked): Promise<ActionOutcome> {
  const { store, clock } = options;
  const { partner, verdict, settings, timeZone } = facts;
  const now = clock();
  if (partner === null || settings === null) {
    return refusal('This company is no partner that Rekindle knows, so there is nothing to record about it.');
  }
  const action = readAction(asked.name, asked.fields, dayOf(now, timeZone));
  if ('problem' in action) return refusal(action.problem);
  const { key, actor, askedAt = now } = asked;
  return await performAction(options, {
    key,
    askedAt,
    action,
    actor,
    partner,
    verdict,
    settings: settings.settings,
    author: await authorOf(store, actor),
    timeZone,
    now,
  });
}

function refusal(sentence: string): ActionOutcome {
  return { state: 'refused', sentence, retryable: false, error: null };
}

/** A user and an owner have different ids in HubSpot; they share the address. */
async function authorOf({ db }: Store, actor: Actor): Promise<Owner | null> {
  if (actor.from === 'workflow' || actor.email === null) return null;
  const email = actor.email.toLowerCase();
  const owners = await readOwners(db);
  return [...owners.values()].find((owner) => owner.email?.toLowerCase() === email) ?? null;
}

/** The action is done and kept: that its verdict is late is no failure of it. */
async function judge(
  options: ActOptions,
  partnerId: string,
  asked: Asked,
  patienceMs: number,
): Promise<boolean> {
  const { store, refresh, clock, log } = options;
  try {
    return await judgeNow(
      { store, refresh: refresh ?? (async () => ({ state: 'too_early' })), clock, patienceMs },
      partnerId,
      { readRecords: asked.name === 'recalculate' },
    );
  } catch (error) {
    log.error(
      { correlationId: asked.correlationId, error },
      'A partner that somebody acted on could not be judged at once; it is tried again',
    );
    return false;
  }
}

function logOutcome(log: Logger, { name, actor, correlationId }: Asked, outcome: ActionOutcome): void {
  const data = { correlationId, action: name, from: actor.from, state: outcome.state };
  const error = outcome.state === 'refused' ? outcome.error : null;
  if (error === null) log.info(data, 'Somebody acted on a partner');
  else log.error({ ...data, error }, 'An action on a partner met a failure');
}
