/** What `doctor` says of load: the requests of the day, and the changes that wait to be followed. */
import type { QuotaKeeper } from '../hubspot/daily-quota.ts';
import type { HubSpot } from '../hubspot/hubspot.ts';
import { quotaKeeper } from '../jobs/quota.ts';
import { dayOf, toIso } from '../model/instant.ts';
import { defaultQuota } from '../model/settings.ts';
import type { Store } from '../store/connect.ts';
import { waitingHints } from '../store/hints.ts';
import { readRequests } from '../store/request-days.ts';
import { currentSettings } from '../store/settings.ts';

type Verdict = { readonly state: 'ok' | 'warn'; readonly sentence: string };

/** Of the account's requests of a day: beyond this, other apps may soon find none. */
const muchUsed = 0.8;
/** A refresh takes seconds and a run minutes; a first backfill may take longer, and then this is worth knowing. */
const longWaitMs = 15 * 60_000;

/** Counts, and never refuses for our share: whoever asks why nothing goes on is to be answered. */
export async function doctorsQuota(store: Store): Promise<QuotaKeeper> {
  const keeper = await quotaKeeper(store);
  return {
    ...keeper,
    record: async (day, requests) => ({ ...(await keeper.record(day, requests)), dailyShare: 1 }),
  };
}

export async function checkQuota(hubspot: HubSpot, store: Store | null): Promise<Verdict> {
  const { used, limit } = await hubspot.readDailyUsage();
  const account = `${used} of ${limit} requests of today are used by all private apps together`;
  const much = used >= limit * muchUsed;
  const remark = much
    ? ' HubSpot shows which apps use them; lower quota.dailyShare to leave more to the others.'
    : '';
  if (store === null) return { state: much ? 'warn' : 'ok', sentence: `${account}.${remark}` };
  const { timeZone } = await hubspot.readPortal();
  const ours = await readRequests(store.db, dayOf(Date.now(), timeZone));
  const { dailyShare } = (await currentSettings(store.db))?.settings.quota ?? defaultQuota;
  const allowed = Math.floor(limit * dailyShare);
  const spent = ours >= allowed;
  return {
    state: much || spent ? 'warn' : 'ok',
    sentence:
      `${account}, ${ours} of them by Rekindle, which may use ${allowed} (quota.dailyShare ${Math.round(dailyShare * 100)} %).` +
      (spent
        ? ' Runs go on at midnight in the account; to let them go on sooner, raise quota.dailyShare.'
        : remark),
  };
}

export async function checkWaitingChanges(store: Store): Promise<Verdict> {
  const { count, since } = await waitingHints(store.db);
  if (since === null) return { state: 'ok', sentence: 'None.' };
  const sentence = `${count} ${count === 1 ? 'record waits' : 'records wait'} to be read again, the first since ${toIso(since)}.`;
  if (Date.now() - since <= longWaitMs) return { state: 'ok', sentence };
  return {
    state: 'warn',
    sentence:
      `${sentence} They are followed while \`serve\` or \`worker\` is up and no run goes on, after the first run that ` +
      'ended well. `rekindle runs list --refreshes` shows whether following them fails.',
  };
}
