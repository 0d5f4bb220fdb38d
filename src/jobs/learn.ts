/**
 * Learns from the portal's own history what is usual there: a scan of all timelines, once a week, and when the settings
 * hold the model against another rule. What it teaches is adopted only when the history has grown enough or says something
 * else than before, because every verdict follows from it and has to be made anew. How the model does in the test on the
 * past is kept of each scan.
 */
import { isDeepStrictEqual } from 'node:util';
import { learnStream, retested } from '../assess/cadence/learn.ts';
import {
  streams,
  type BackTest,
  type CadenceModels,
  type Learned,
  type Stream,
  type StreamModel,
} from '../model/cadence.ts';
import { calendarOf } from '../model/calendar.ts';
import { millisecondsPerDay, type Instant } from '../model/instant.ts';
import type { PartnerKind } from '../model/kind.ts';
import { behaviours, type Settings } from '../model/settings.ts';
import type { Store } from '../store/connect.ts';
import { readEventDays } from '../store/event-days.ts';
import { latestLearned, noteChecked, saveBackTests, saveLearned } from '../store/learned.ts';
import { fenced, type Lease } from '../store/lease.ts';
import { markAllDirty } from '../store/partners.ts';
import type { Db } from '../store/tables.ts';

const daysBetweenScans = 7;
/** By so much the history must have grown before the fit is worth judging everybody anew. */
const growthThatMatters = 1.1;
/** Where no rule asks for a stream's kinds: the day count that peers use (domain.md 9). */
const usualRuleDays = 90;
const partnersPerPage = 2000;

type LearnContext = {
  readonly store: Store;
  readonly settings: Settings;
  /** The portal's, for its days. */
  readonly timeZone: string;
  readonly now: Instant;
  readonly signal: AbortSignal;
};

type Known = Learned & { readonly checkedAt: Instant };

const nothing: Learned['streams'] = { productive: null, engagement: null };
const names = Object.keys(streams) as Stream[];

/** Scans where a scan is due, and keeps what it teaches. Whoever it changes is judged by the run that follows. */
export async function learnIfDue(context: LearnContext & { readonly lease: Lease }): Promise<void> {
  const { store, settings, now, lease } = context;
  const known = await latestLearned(store.db);
  if (!isDue(known, settings, now)) return;
  const learned = await scan(context);
  const changes = matters(known?.streams ?? nothing, learned, settings);
  await fenced(store.db, lease, async (transaction) => {
    if (known === null || changes) await saveLearned(transaction, learned, now);
    else await keepTests(transaction, known, { learned, settings, now });
    if (changes) await markAllDirty(transaction);
  });
}

/** What judging goes by stays, so nobody is judged anew; what is told of how it does rolls on. */
async function keepTests(
  db: Db,
  known: Learned,
  {
    learned,
    settings,
    now,
  }: Pick<LearnContext, 'settings' | 'now'> & { readonly learned: Learned['streams'] },
): Promise<void> {
  const tests = eachStream((stream): BackTest | null => {
    const [model, later] = [known.streams[stream], learned[stream]];
    return model === null || later === null ? null : retested(model, later, ruleDaysOf(stream, settings));
  });
  const says = names.some(
    (stream) =>
      !isDeepStrictEqual({ ...known.streams[stream], ...tests[stream] }, { ...known.streams[stream] }),
  );
  if (says) await saveBackTests(db, known.version, tests, now);
  await noteChecked(db, now);
}

function eachStream<T>(of: (stream: Stream) => T): Readonly<Record<Stream, T>> {
  return { productive: of('productive'), engagement: of('engagement') };
}

/** What a run would judge by now. Saves nothing. */
export async function modelsFor(context: LearnContext): Promise<CadenceModels | null> {
  const { store, settings, now } = context;
  const known = await latestLearned(store.db);
  if (!isDue(known, settings, now)) return known;
  const learned = await scan(context);
  const changes = matters(known?.streams ?? nothing, learned, settings);
  return changes ? { version: (known?.version ?? 0) + 1, streams: learned } : known;
}

/** The same under a draft; what a week, or saving what is in force, has brought besides is not its doing. */
export async function modelsForDraft(
  context: LearnContext,
  inForce: Settings,
): Promise<CadenceModels | null> {
  const known = await latestLearned(context.store.db);
  const isAsBefore = names.every(
    (stream) => ruleDaysOf(stream, context.settings) === ruleDaysOf(stream, inForce),
  );
  return known === null || isAsBefore || isTestedBy(known, context.settings)
    ? known
    : await modelsFor(context);
}

function isDue(known: Known | null, settings: Settings, now: Instant): boolean {
  return (
    known === null ||
    now - known.checkedAt >= daysBetweenScans * millisecondsPerDay ||
    !isTestedBy(known, settings)
  );
}

/** Whether the model was held against the rule that the settings have: it decides only where it beats that one. */
function isTestedBy({ streams: known }: Pick<Learned, 'streams'>, settings: Settings): boolean {
  return names.every((stream) => {
    const model = known[stream];
    return model === null || model.ruleDays === ruleDaysOf(stream, settings);
  });
}

async function scan({ store, settings, timeZone, now, signal }: LearnContext): Promise<Learned['streams']> {
  const events = await readEventDays(store.db, { now, timeZone, batchSize: partnersPerPage, signal });
  const today = calendarOf(timeZone).dayNumberOf(now);
  const learned = (stream: Stream): StreamModel | null =>
    learnStream(events[stream], today, {
      falseAlarmShare: settings.falseAlarmShare,
      ruleDays: ruleDaysOf(stream, settings),
    });
  return eachStream(learned);
}

/** What the programme's own rules allow before they hold a silence in these kinds against a partner. */
function ruleDaysOf(stream: Stream, settings: Settings): number {
  const kinds: readonly PartnerKind[] = streams[stream];
  const windows = settings.rules.flatMap(({ test, behaviour, windowDays }) =>
    test === 'absence' && behaviours[behaviour].some((kind) => kinds.includes(kind)) ? [windowDays] : [],
  );
  return windows.length === 0 ? usualRuleDays : Math.min(...windows);
}

function matters(known: Learned['streams'], learned: Learned['streams'], settings: Settings): boolean {
  return names.some((stream) => {
    const [before, after] = [known[stream], learned[stream]];
    if (before === null || after === null) return before !== after;
    return (
      // Learned by a version that knew no ranges.
      before.draws === undefined ||
      before.decides !== after.decides ||
      before.alarm.by !== after.alarm.by ||
      before.falseAlarmShare !== settings.falseAlarmShare ||
      after.repeats >= before.repeats * growthThatMatters
    );
  });
}
