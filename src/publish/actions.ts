/**
 * Carries out what a person or a workflow does to one partner, once per request however often it is asked: first the
 * intention is kept, then HubSpot is written, then outcome, audit and our own picture are kept together. A process that
 * dies between two of these leaves a request that the next attempt brings to its end.
 *
 * Setting properties to the same values twice does no harm, so that part is simply done again. A note on the timeline is
 * claimed first, as create-task.ts does with tasks, and what is unclear is never repeated.
 */
import { createHash } from 'node:crypto';
import { AmbiguousWriteError, HubSpotError, InvalidBatchError } from '../hubspot/errors.ts';
import { heldOutUntil } from '../engage/hold-out.ts';
import type { HubSpot, WrittenCompany } from '../hubspot/hubspot.ts';
import { propertyKeys, propertyName, type PropertyKey } from '../hubspot/properties.ts';
import { dayOf, millisecondsPerDay, startOfDay, toIso, type Instant } from '../model/instant.ts';
import type { Owner, Partner } from '../model/partner.ts';
import type { Actor, Evidence, PartnerAction } from '../model/partner-action.ts';
import { isExcluded, type Settings } from '../model/settings.ts';
import type { Status, Verdict } from '../model/verdict.ts';
import type { Store } from '../store/connect.ts';
import { readDrawnSpell } from '../store/episodes.ts';
import {
  beginRequest,
  claimNote,
  finishRequest,
  latestActions,
  readRequest,
  saveNoteId,
  unclaimNote,
  type StoredRequest,
} from '../store/partner-actions.ts';
import { createdNothing } from './create-task.ts';
import { about, planAction, type ActionPlan } from './action-plan.ts';
import { spellOf } from './spell.ts';

const outOfActivity: ReadonlySet<Status> = new Set(['cooling', 'at_risk', 'inactive', 'never_activated']);

export type ActionRequest = {
  /** Under which whoever asks will ask again; unique among all requests. */
  readonly key: string;
  readonly action: PartnerAction;
  readonly actor: Actor;
  readonly partner: Partner;
  readonly verdict: Verdict | null;
  readonly settings: Settings;
  /** The owner that is this person in HubSpot, to whom a note is attributed; null for nobody. */
  readonly author: Owner | null;
  readonly timeZone: string;
  /** When it was asked for the first time, which may be long ago where HubSpot repeats it. */
  readonly askedAt: Instant;
  readonly now: Instant;
};

export type ActionOutcome =
  /** `unchanged`: it was so already. `unclear`: done, but nobody knows whether the note is on the timeline. */
  | {
      readonly state: 'done' | 'unchanged' | 'unclear';
      readonly sentence: string;
      /** The verdict is to follow. */
      readonly judgeAnew: boolean;
      /** An earlier request under the same key did it. */
      readonly repeated: boolean;
    }
  /** Nothing was done; the same may be asked again where `retryable`. `error` is for the log. */
  | {
      readonly state: 'refused';
      readonly sentence: string;
      readonly retryable: boolean;
      readonly error: unknown;
    };

export type ActingHubSpot = Pick<HubSpot, 'readCompanies' | 'updateCompanies' | 'createNote'>;
type Context = { readonly hubspot: ActingHubSpot; readonly store: Pick<Store, 'db'> };

/** HubSpot's workflows ask for three days at most; whoever comes later plays back an old request. */
const longestRetryMs = 4 * millisecondsPerDay;
/** Longer than creating a note takes: a claim that is older belongs to an attempt that died. */
const unclearAfterMs = 120_000;

/** Rejects only when the database fails; what HubSpot refuses is an outcome. */
export async function performAction(context: Context, request: ActionRequest): Promise<ActionOutcome> {
  const { db } = context.store;
  const fingerprint = fingerprintOf(request);
  try {
    if ((await readRequest(db, request.key)) === null) {
      const planned = await makePlan(context, request);
      if ('refusal' in planned) return refused(planned.refusal, { retryable: false });
      const { key, partner, askedAt } = request;
      await beginRequest(db, { key, partnerId: partner.id, fingerprint, plan: planned, begunAt: askedAt });
    }
    const begun = await readRequest<ActionPlan>(db, request.key);
    if (begun === null) throw new Error(`The request ${request.key} was begun and is not there.`);
    if (begun.fingerprint !== fingerprint) {
      return refused('This request was used for something else already. Reload the page and try again.', {
        retryable: false,
      });
    }
    return await carryOut(context, request, begun);
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    return refused(hubspotSentence(error), { retryable: error.retryable, error });
  }
}

function fingerprintOf({ partner, action }: ActionRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([partner.id, Object.entries(action).sort()]))
    .digest('hex');
}

function refused(
  sentence: string,
  { retryable, error = null }: { retryable: boolean; error?: unknown },
): ActionOutcome {
  return { state: 'refused', sentence, retryable, error };
}

/** What passes is told to whoever acts; what an administrator has to mend is told in the words that say how. */
function hubspotSentence(error: HubSpotError): string {
  return error.retryable
    ? 'HubSpot does not take changes from Rekindle at the moment. Try again in a few minutes.'
    : error.message;
}

async function makePlan(
  { hubspot, store }: Context,
  { action, partner, verdict, settings, timeZone, now }: ActionRequest,
): Promise<ReturnType<typeof planAction>> {
  const asked = propertyKeys.map(propertyName);
  const { found } = await hubspot.readCompanies([partner.id], asked);
  const { excludedBecause = null, ...withoutException } = partner;
  const company = found.find(({ id }) => id === partner.id);
  if (company === undefined || company.archived) {
    return { refusal: 'HubSpot has deleted or merged this company a moment ago. Open the record again.' };
  }
  const today = dayOf(now, timeZone);
  const spell = await readDrawnSpell(store.db, partner.id);
  return planAction(action, {
    shown: company.properties,
    today,
    excludedBecause,
    excludedBySettings: isExcluded(withoutException, settings),
    inSpell: verdict !== null && outOfActivity.has(verdict.status),
    heldOutUntil: verdict === null ? null : heldOutUntil(spell, verdict, today),
    ...(await spellOf(store.db, partner.id, verdict, now)),
  });
}

async function carryOut(
  context: Context,
  request: ActionRequest,
  begun: StoredRequest<ActionPlan>,
): Promise<ActionOutcome> {
  const { plan, outcome } = begun;
  if (outcome !== null) {
    return { ...outcome, judgeAnew: plan.judgeAnew, repeated: true };
  }
  if (request.now - begun.begunAt > longestRetryMs) {
    return refused('This request is days old. Ask for it anew.', { retryable: false });
  }
  if (await isOutdated(context, request, begun.begunAt)) {
    return await finish(context, request, {
      ...nothingOf(plan),
      sentence: 'Not done: something newer was recorded about the same before this could be carried out.',
    });
  }
  const note = await ensureNote(context, request, begun);
  if (note === 'at_work') {
    return refused('This is just being done. Try again in a few minutes to see how it ended.', {
      retryable: true,
    });
  }
  const written = await writeProperties(context.hubspot, request.partner.id, plan);
  const done = await finish(context, request, plan, written);
  return note === 'unclear' && done.state !== 'refused'
    ? { ...done, state: 'unclear', sentence: `${done.sentence} ${noteUnclear}` }
    : done;
}

const noteUnclear =
  'HubSpot’s answer was lost, so we do not know whether the note is on the company’s timeline: look there, and add it by hand if it is not.';

/** Older never replaces newer (I8): a retry may come long after somebody has decided otherwise. */
async function isOutdated(
  { store }: Context,
  { partner, action }: ActionRequest,
  begunAt: Instant,
): Promise<boolean> {
  // A record of what happened replaces nothing.
  if (['outreach', 'correction', 'recalculation'].includes(about[action.do])) return false;
  const latest = await latestActions(store.db, partner.id);
  return latest.some((entry) => entry.about === about[action.do] && entry.at > begunAt);
}

function nothingOf(plan: ActionPlan): ActionPlan {
  const { snoozedUntil: _snooze, excludedBecause: _exclusion, releaseHoldOut: _release, ...rest } = plan;
  return { ...rest, properties: {}, note: null, judgeAnew: false, state: 'unchanged' };
}

/** `at_work`: another attempt creates it this very moment. `unclear`: one did, and its end was lost. */
async function ensureNote(
  { hubspot, store }: Context,
  { key, partner, author, timeZone, now }: ActionRequest,
  { plan, noteId }: StoredRequest<ActionPlan>,
): Promise<'there' | 'at_work' | 'unclear'> {
  if (plan.note === null || noteId !== null) return 'there';
  if (!(await claimNote(store.db, key, now))) {
    const other = await readRequest(store.db, key);
    if (other === null || other.noteId !== null) return 'there';
    return now - (other.noteClaimedAt ?? now) > unclearAfterMs ? 'unclear' : 'at_work';
  }
  try {
    const { id } = await hubspot.createNote({
      companyId: partner.id,
      body: plan.note.text,
      at: Math.min(now, startOfDay(plan.note.on, timeZone) + millisecondsPerDay / 2),
      ownerId: author === null || author.archived ? null : author.id,
    });
    await saveNoteId(store.db, key, id);
    return 'there';
  } catch (error) {
    if (error instanceof AmbiguousWriteError || !createdNothing(error)) return 'unclear';
    await unclaimNote(store.db, key);
    throw error;
  }
}

type Written = {
  readonly properties: Readonly<Record<string, string>>;
  readonly updatedAt: WrittenCompany['updatedAt'];
};

/** @throws HubSpotError when HubSpot did not take them */
async function writeProperties(
  hubspot: ActingHubSpot,
  partnerId: string,
  plan: ActionPlan,
): Promise<Written | null> {
  const entries = Object.entries(plan.properties) as [PropertyKey, string][];
  if (entries.length === 0) return null;
  const properties = Object.fromEntries(entries.map(([key, value]) => [propertyName(key), value]));
  try {
    const { written, failed } = await hubspot.updateCompanies([{ id: partnerId, properties }]);
    const [confirmed] = written;
    if (confirmed !== undefined) return { properties, updatedAt: confirmed.updatedAt };
    throw new HubSpotError(notTaken(failed[0]?.message ?? 'it did not say why'));
  } catch (error) {
    if (error instanceof InvalidBatchError)
      throw new HubSpotError(notTaken(error.hubspotMessage), { cause: error });
    throw error;
  }
}

function notTaken(reason: string): string {
  return (
    `HubSpot did not take the change: ${reason.replace(/\.?$/, '.')} An administrator runs \`rekindle provision\` if a ` +
    'property or one of its options is missing, or loosens the validation rule that HubSpot names.'
  );
}

async function finish(
  { store }: Context,
  request: ActionRequest,
  plan: ActionPlan,
  written: Written | null = null,
): Promise<ActionOutcome> {
  const { key, action, actor, partner, verdict, now } = request;
  const { state, sentence, judgeAnew, snoozedUntil, excludedBecause, releaseHoldOut } = plan;
  const outcome = await finishRequest(
    store.db,
    key,
    { state, sentence },
    {
      partnerId: partner.id,
      at: now,
      action,
      about: about[action.do],
      actor,
      evidence: verdict === null ? null : evidenceOf(verdict),
      sentence,
    },
    {
      written,
      judgeAnew,
      ...(releaseHoldOut === undefined ? {} : { releaseHoldOut }),
      ...(snoozedUntil === undefined ? {} : { snoozedUntil }),
      ...(excludedBecause === undefined ? {} : { excludedBecause }),
    },
  );
  return { ...outcome, judgeAnew, repeated: false };
}

function evidenceOf(verdict: Verdict): Evidence {
  return {
    status: verdict.status,
    health: verdict.health,
    reasons: verdict.reasons.map(({ sentence }) => sentence),
    episode: verdict.episode,
    settingsVersion: verdict.settingsVersion,
    assessedAt: toIso(verdict.assessedAt),
  };
}
