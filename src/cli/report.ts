/** `report`: the programme at a glance: counts by status, and whom to call first. */
import type { Command } from 'commander';
import { primaryReason } from '../assess/sentences.ts';
import { rankForCall } from '../engage/rank.ts';
import { recommend } from '../engage/recommend.ts';
import type { Instant } from '../model/instant.ts';
import { playNames } from '../model/play.ts';
import { statuses, statusNames } from '../model/verdict.ts';
import type { Store } from '../store/connect.ts';
import { latestLearned } from '../store/learned.ts';
import { readOwners } from '../store/owners.ts';
import { readPortal } from '../store/portal.ts';
import { streamToPublish } from '../store/publishing.ts';
import { yearlyAmounts } from '../store/activities.ts';
import { countByStatus } from '../store/verdicts.ts';
import { learnedText } from './learned-text.ts';
import { print, printJson, table } from './output.ts';
import { withStore } from './session.ts';

export function addReport(program: Command): void {
  program
    .command('report')
    .description('counts by status and the ten partners most worth a call')
    .option('--json', 'print as JSON')
    .action(async (options: { json?: true }) => {
      const { byStatus, calls, learned } = await withStore(async ({ store }) => ({
        byStatus: await countByStatus(store.db),
        calls: await callList(store, Date.now()),
        learned: await latestLearned(store.db),
      }));
      if (options.json) {
        printJson({ byStatus, calls, learned });
        return;
      }
      if (Object.keys(byStatus).length === 0) {
        print('Nobody has been judged yet. `rekindle run` judges the partners.');
        return;
      }
      const rows = statuses.flatMap((status) =>
        byStatus[status] === undefined ? [] : [[statusNames[status], byStatus[status]]],
      );
      print(
        [table(['status', 'partners'], rows), callListText(calls), `Rhythms\n${learnedText(learned)}`].join(
          '\n\n',
        ),
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

const callListLength = 10;

/** The partners most worth a call, best first (rankForCall documents the order). */
export async function callList(store: Store, now: Instant): Promise<Call[]> {
  const portal = await readPortal(store.db);
  if (portal === null) return [];
  const owners = await readOwners(store.db);
  const values = await yearlyAmounts(store.db, { currency: portal.currency, until: now });
  const judged = [];
  for await (const batch of streamToPublish(store.db, 500)) {
    for (const { partner, verdict } of batch) {
      if (verdict !== null)
        judged.push({ partner, verdict, value: Number(values.get(partner.id) ?? Number.NaN) || null });
    }
  }
  return rankForCall(judged, { now, timeZone: portal.timeZone })
    .slice(0, callListLength)
    .map(({ partner, verdict }) => {
      const ownerName = partner.ownerId === null ? null : (owners.get(partner.ownerId)?.name ?? null);
      const play = recommend(partner, verdict, { timeZone: portal.timeZone, ownerName })?.play ?? null;
      return {
        companyId: partner.id,
        name: partner.name ?? partner.id,
        owner: ownerName,
        status: statusNames[verdict.status],
        reason: primaryReason(verdict)?.sentence ?? '',
        action: play === null ? '' : playNames[play],
        bestYear: values.get(partner.id) ?? null,
      };
    });
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
  return `The ${calls.length} partners most worth a call\n${table(['partner', 'owner', 'status', 'best year', 'recommended', 'why'], rows)}`;
}
