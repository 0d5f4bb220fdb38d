/** The home page, assembled from what is known of the programme. Pure. */
import { count as counted, upperFirst } from '../assess/words.ts';
import { reasonLabel } from '../hubspot/properties.ts';
import type { HomeFacts, OwnersWeek, Queued } from '../insight/home.ts';
import { issueAdvice } from '../insight/issue-advice.ts';
import { learnedText } from '../insight/learned-text.ts';
import { liftText } from '../insight/lift-text.ts';
import { dayOf, toIso } from '../model/instant.ts';
import { kindNames } from '../model/kind.ts';
import type { Owner } from '../model/partner.ts';
import { playNames } from '../model/play.ts';
import { statusNames, statuses, type ReasonCode, type Status } from '../model/verdict.ts';
import type { Movement, Movements } from '../store/home.ts';
import type { RunRecord } from '../store/runs.ts';
import { freshnessOf } from './freshness.ts';
import type { HomeOverview, HomeResponse } from './home-contract.ts';
import { instantText } from './instant-text.ts';

const reasonsShown = 8;

/** @param email of whoever looks */
export function homeOf(facts: HomeFacts, email: string): HomeResponse {
  const { settings, counts, timeZone } = facts;
  const runs = facts.runs.map((run) => runOf(run, timeZone));
  if (settings === null || counts.length === 0) {
    return {
      state: 'before_first_run',
      sentence:
        settings === null
          ? 'Rekindle has no definition of an inactive partner yet. An administrator chooses one on the settings page; the first run then judges every partner.'
          : 'Nobody has been judged yet. The first run judges every partner; an administrator starts it.',
      runs,
    };
  }
  return {
    state: 'ready',
    ...statusesOf(facts),
    definitionChanges: facts.definitionChanges.map(
      ({ version, savedAt, note }) =>
        `Definition ${version} since ${dayOf(savedAt, timeZone)}${note === '' ? '' : `: ${note}`}`,
    ),
    fell: movementsOf(facts.fell, facts, (movement) => movement.reason),
    cameBack: movementsOf(facts.cameBack, facts, (movement) => lastAct(movement, facts)),
    queue: queueOf(facts, email),
    reasons: reasonsOf(facts),
    corrections: correctionsOf(facts),
    issues: facts.issues.map((issue) => ({
      id: issue.id,
      sentence: issue.sentence,
      advice: issueAdvice(issue, timeZone),
    })),
    lift: liftText(facts.lifts, settings.settings.holdOut.share),
    freshness: freshnessOfHome(facts),
    runs,
    rhythms: learnedText(facts.learned),
    definition: `Definition ${settings.version} is in force.`,
  };
}

function named(value: Status): { value: Status; label: string } {
  return { value, label: statusNames[value] };
}

function statusesOf({ counts, trend }: HomeFacts): Pick<HomeOverview, 'partners' | 'statuses' | 'trend'> {
  const partners = new Map<Status, number>();
  for (const count of counts) partners.set(count.status, (partners.get(count.status) ?? 0) + count.partners);
  const before = trend.at(-2)?.counts;
  const known = statuses.filter((status) => partners.has(status) || (before?.[status] ?? 0) > 0);
  return {
    partners: [...partners.values()].reduce((sum, count) => sum + count, 0),
    statuses: known.map((status) => ({
      ...named(status),
      partners: partners.get(status) ?? 0,
      weekAgo: before === undefined ? null : (before[status] ?? 0),
    })),
    trend: trend.map((point) => ({
      day: point.day,
      counts: statuses.flatMap((status) => {
        const count = point.counts[status];
        return count === undefined ? [] : [{ ...named(status), partners: count }];
      }),
    })),
  };
}

type Person = HomeOverview['fell']['shown'][number]['partner'];

function personOf(
  partner: { readonly id: string; readonly name: string | null; readonly ownerId: string | null },
  owners: ReadonlyMap<string, Owner>,
): Person {
  return {
    id: partner.id,
    name: partner.name ?? `Company ${partner.id}`,
    owner: owners.get(partner.ownerId ?? '')?.name ?? null,
  };
}

function movementsOf(
  { total, shown }: Movements,
  { owners, timeZone }: HomeFacts,
  becauseOf: (movement: Movement) => string | null,
): HomeOverview['fell'] {
  return {
    total,
    shown: shown.map((movement) => ({
      partner: personOf(movement, owners),
      from: named(movement.from),
      to: named(movement.to),
      since: dayOf(movement.changedAt, timeZone),
      because: becauseOf(movement),
    })),
  };
}

function lastAct({ lastActivityAt, lastActivityKind }: Movement, { timeZone }: HomeFacts): string | null {
  if (lastActivityAt === null || lastActivityKind === null) return null;
  return `${upperFirst(kindNames[lastActivityKind])} on ${dayOf(lastActivityAt, timeZone)}.`;
}

function queueOf({ queue, owners, currency }: HomeFacts, email: string): HomeOverview['queue'] {
  const { capacityPerOwner, weeks } = queue;
  const ofOwner = ({ ownerId, thisWeek, waiting }: OwnersWeek): HomeOverview['queue']['weeks'][number] => {
    const owner = owners.get(ownerId ?? '');
    return {
      owner: ownerId === null ? 'Nobody: name an owner' : (owner?.name ?? `Owner ${ownerId}`),
      yours: email !== '' && owner?.email?.toLowerCase() === email.toLowerCase(),
      thisWeek: thisWeek.map((item) => queuedOf(item, owners, currency)),
      waiting,
    };
  };
  return {
    sentence: `Each owner sees the ${capacityPerOwner === 1 ? 'partner' : `${capacityPerOwner} partners`} most worth a call this week: by what the partner brought and the chance that a call finds the partnership alive.`,
    weeks: weeks.map(ofOwner),
    others: Math.max(0, queue.owners - weeks.length),
  };
}

type QueuedView = HomeOverview['queue']['weeks'][number]['thisWeek'][number];

function queuedOf(
  { partner, verdict, bestYear, play }: Queued,
  owners: ReadonlyMap<string, Owner>,
  currency: string,
): QueuedView {
  return {
    partner: personOf(partner, owners),
    status: named(verdict.status),
    because: verdict.reasons[0]?.sentence ?? null,
    action: play === null ? null : playNames[play],
    potential: verdict.segment === null ? null : upperFirst(verdict.segment.potential),
    bestYear: bestYear === null ? null : money(bestYear, currency),
  };
}

const wholeNumber = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

function money(amount: string, currency: string): string {
  return `${currency} ${wholeNumber.format(Number(amount))}`;
}

function reasonsOf({ counts }: HomeFacts): HomeOverview['reasons'] {
  const partners = new Map<ReasonCode, number>();
  for (const { reason, partners: count } of counts) {
    if (reason !== null) partners.set(reason, (partners.get(reason) ?? 0) + count);
  }
  return [...partners]
    .sort(([one, few], [other, many]) => many - few || one.localeCompare(other))
    .slice(0, reasonsShown)
    .map(([code, count]) => ({ code, label: reasonLabel(code), partners: count }));
}

function correctionsOf({ corrections }: HomeFacts): HomeOverview['corrections'] {
  if (corrections === 0) return null;
  return `In the last 30 days people called ${counted(corrections, 'verdict')} wrong. Administrators read why on the settings page, under Corrections.`;
}

function freshnessOfHome({ sources, runs, now, timeZone }: HomeFacts): HomeOverview['freshness'] {
  const incomplete = sources.filter(({ complete }) => !complete).map(({ source }) => source);
  const run = runs.find(({ outcome }) => outcome !== null) ?? null;
  const freshness = freshnessOf({ sources, run, incomplete: false, now, timeZone });
  if (incomplete.length === 0) return freshness;
  return {
    ...freshness,
    stale: true,
    sentence: `${freshness.sentence} Not read completely: ${incomplete.join(', ')}; what partners did there counts as unknown.`,
  };
}

type RunView = HomeOverview['runs'][number];

function runOf(run: RunRecord, timeZone: string): RunView {
  return {
    startedAt: toIso(run.startedAt),
    outcome: run.outcome ?? 'running',
    sentence: runSentence(run, timeZone),
  };
}

const outcomes: Readonly<Record<RunView['outcome'], string>> = {
  ok: 'Ended well',
  partial: 'Ended with parts missing',
  failed: 'Failed',
  aborted: 'Was stopped',
  running: 'Still running',
};

function runSentence({ outcome, summary, error, nextAction, resumeAt }: RunRecord, timeZone: string): string {
  const how = outcomes[outcome ?? 'running'];
  const done =
    summary === null
      ? ''
      : `: ${wholeNumber.format(summary.sync.partners)} ${summary.sync.partners === 1 ? 'partner' : 'partners'} read, ${wholeNumber.format(summary.assess.assessed)} judged, ${wholeNumber.format(summary.publish.changed)} written in ${duration(summary.seconds)}`;
  // The ledger's words for it have the time in UTC.
  const next = resumeAt === null ? nextAction : `It goes on after ${instantText(resumeAt, timeZone)}.`;
  return [`${how}${done}.`, ...(error === null ? [] : [error]), ...(next === null ? [] : [next])].join(' ');
}

function duration(seconds: number): string {
  return seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
}
