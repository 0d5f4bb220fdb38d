/** `report`: the programme at a glance: counts by status, whom to call first, and each owner's week. */
import type { Command } from 'commander';
import { primaryReason } from '../assess/sentences.ts';
import { lowerFirst } from '../assess/words.ts';
import { choosePlay } from '../engage/choose.ts';
import { queuesOf, rankForCall, type CallCandidate } from '../engage/rank.ts';
import type { Instant } from '../model/instant.ts';
import type { Portal } from '../model/partner.ts';
import { playNames } from '../model/play.ts';
import { defaultCapacityPerOwner } from '../model/settings.ts';
import { statuses, statusNames } from '../model/verdict.ts';
import type { Store } from '../store/connect.ts';
import { spellOutcomes } from '../store/episodes.ts';
import { latestFacts } from '../store/facts.ts';
import { latestLearned } from '../store/learned.ts';
import { openProgrammeIssues } from '../store/programme-issues.ts';
import { readOwners } from '../store/owners.ts';
import { readPortal } from '../store/portal.ts';
import { currentSettings } from '../store/settings.ts';
import { streamToPublish } from '../store/publishing.ts';
import { yearlyAmounts } from '../store/activities.ts';
import { countByStatus } from '../store/verdicts.ts';
import { learnedText } from '../insight/learned-text.ts';
import { liftText } from '../insight/lift-text.ts';
import { liftOf, liftWindows } from '../insight/lift.ts';
import { counted, print, printJson, table } from './output.ts';
import { programmeText } from './programme-text.ts';
import { withStore } from './session.ts';

export function addReport(program: Command): void {
  program
    .command('report')
    .description("counts by status, the ten partners most worth a call, and each owner's week")
    .option('--json', 'print as JSON')
    .action(async (options: { json?: true }) => {
      const { byStatus, work, learned, issues, lifts, share, timeZone } = await withStore(
        async ({ store }) => ({
          byStatus: await countByStatus(store.db),
          work: await workList(store, Date.now()),
          learned: await latestLearned(store.db),
          issues: await openProgrammeIssues(store.db),
          lifts: liftOf(await spellOutcomes(store.db, { now: Date.now(), windows: liftWindows })),
          share: (await currentSettings(store.db))?.settings.holdOut.share ?? 0,
          timeZone: (await readPortal(store.db))?.timeZone ?? 'UTC',
        }),
      );
      if (options.json) {
        printJson({ byStatus, ...work, learned, issues, lift: lifts });
        return;
      }
      if (Object.keys(byStatus).length === 0) {
        print('Nobody has been judged yet. `rekindle run` judges the partners.');
        return;
      }
      const rows = statuses.flatMap((status) =>
        byStatus[status] === undefined ? [] : [[statusNames[status], byStatus[status]]],
      );
      // What looks like a mistake of ours comes before anybody's name.
      const first = programmeText(issues, timeZone);
      const measured = liftText(lifts, share);
      print(
        [
          ...(first === null ? [] : [first]),
          table(['status', 'partners'], rows),
          callListText(work.calls),
          ...weekText(work),
          ...(measured.length === 0 ? [] : [`What re-engaging brings\n${measured.join('\n')}`]),
          `Rhythms\n${learnedText(learned)}`,
        ].join('\n\n'),
      );
    });
}

export type Call = {
  readonly companyId: string;
  readonly name: string;
  readonly owner: string | null;
  readonly status: string;
  readonly reason: string;
  readonly action: string;
  /** What the partner brought in its best twelve months, in the portal's currency; null when no amount is known. */
  readonly bestYear: string | null;
};

/** What one owner has before them this week; `ownerId` is null where nobody owns the partners. */
type OwnersWeek = {
  readonly ownerId: string | null;
  readonly owner: string | null;
  readonly thisWeek: readonly Call[];
  readonly waiting: number;
};

type Work = {
  readonly capacityPerOwner: number;
  /** The partners most worth a call, best first (rankForCall documents the order). */
  readonly calls: readonly Call[];
  readonly weeks: readonly OwnersWeek[];
};

const callListLength = 10;

export async function callList(store: Store, now: Instant): Promise<readonly Call[]> {
  return (await workList(store, now)).calls;
}

async function workList(store: Store, now: Instant): Promise<Work> {
  const portal = await readPortal(store.db);
  const settings = await currentSettings(store.db);
  const capacityPerOwner = settings?.settings.capacityPerOwner ?? defaultCapacityPerOwner;
  if (portal === null) return { capacityPerOwner, calls: [], weeks: [] };
  const owners = await readOwners(store.db);
  const candidates = await judgedCandidates(store, portal.currency, now);
  const returns = (await latestFacts(store.db))?.facts.returns ?? null;
  const ranked = rankForCall(candidates, { now, timeZone: portal.timeZone, returns });
  const toCall = (candidate: Candidate): Call => callOf(candidate, portal, owners);
  return {
    capacityPerOwner,
    calls: ranked.slice(0, callListLength).map(toCall),
    weeks: queuesOf(ranked, capacityPerOwner).map(({ ownerId, thisWeek, waiting }) => ({
      ownerId,
      owner: ownerName(ownerId, owners),
      thisWeek: thisWeek.map(toCall),
      waiting,
    })),
  };
}

type Candidate = CallCandidate & { readonly bestYear: string | null };

async function judgedCandidates(store: Store, currency: string, now: Instant): Promise<Candidate[]> {
  const values = await yearlyAmounts(store.db, { currency, until: now });
  const judged: Candidate[] = [];
  for await (const batch of streamToPublish(store.db, 500)) {
    for (const { partner, verdict, spell } of batch) {
      if (verdict === null) continue;
      const bestYear = values.get(partner.id) ?? null;
      judged.push({ partner, verdict, spell, bestYear, value: Number(bestYear) || null });
    }
  }
  return judged;
}

type Owners = Awaited<ReturnType<typeof readOwners>>;

function ownerName(ownerId: string | null, owners: Owners): string | null {
  return ownerId === null ? null : (owners.get(ownerId)?.name ?? null);
}

function callOf({ partner, verdict, bestYear }: Candidate, { timeZone }: Portal, owners: Owners): Call {
  const owner = ownerName(partner.ownerId, owners);
  const play = choosePlay(verdict, timeZone);
  return {
    companyId: partner.id,
    name: partner.name ?? partner.id,
    owner,
    status: statusNames[verdict.status],
    reason: primaryReason(verdict)?.sentence ?? '',
    action: play === null ? '' : playNames[play],
    bestYear,
  };
}

export function callListText(calls: readonly Call[]): string {
  if (calls.length === 0) return 'Nobody needs a call.';
  const rows = calls.map(({ name, owner, status, bestYear, action, reason }) => [
    name,
    owner ?? 'nobody',
    status,
    bestYear === null ? '' : Math.round(Number(bestYear)),
    action,
    reason.length > 70 ? `${reason.slice(0, 69)}…` : reason,
  ]);
  const whose = calls.length === 1 ? 'partner' : `${calls.length} partners`;
  return `The ${whose} most worth a call\n${table(['partner', 'owner', 'status', 'best year', 'recommended', 'why'], rows)}`;
}

/** Each owner's week: what a person can do, rather than everything that would be worth doing. */
function weekText({ weeks, capacityPerOwner }: Work): string[] {
  if (weeks.length === 0) return [];
  const rows = weeks.map(({ ownerId, owner, thisWeek, waiting }) => [
    owner ?? (ownerId === null ? 'nobody: name an owner' : `owner ${ownerId}`),
    thisWeek.length,
    waiting,
    namesOf(thisWeek),
  ]);
  return [
    `This week, by owner (${counted(capacityPerOwner, 'partner')} each; \`capacityPerOwner\` in the settings)\n${table(['owner', 'this week', 'waiting', 'partners, best first'], rows)}`,
  ];
}

const namesPerLine = 2;

function namesOf(calls: readonly Call[]): string {
  const lines: string[] = [];
  for (let from = 0; from < calls.length; from += namesPerLine) {
    const names = calls
      .slice(from, from + namesPerLine)
      .map(({ name, status }) => `${name} (${lowerFirst(status)})`);
    lines.push(names.join(', '));
  }
  return lines.join(',\n');
}
