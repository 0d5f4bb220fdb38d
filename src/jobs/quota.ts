/** Who counts our requests for a connection: the database, for all processes, under the settings in force. */
import type { QuotaKeeper } from '../hubspot/daily-quota.ts';
import { defaultQuota } from '../model/settings.ts';
import type { Store } from '../store/connect.ts';
import { readPortal } from '../store/portal.ts';
import { addRequests } from '../store/request-days.ts';
import { currentSettings } from '../store/settings.ts';

/** Settings that are saved while the connection is open hold from the next count on. */
export async function quotaKeeper(store: Store): Promise<QuotaKeeper> {
  const portal = await readPortal(store.db);
  return {
    timeZone: portal?.timeZone ?? null,
    record: async (day, requests) => {
      // First, so that nothing is counted twice should they not be readable.
      const inForce = await currentSettings(store.db);
      const { burstShare, dailyShare } = inForce?.settings.quota ?? defaultQuota;
      return { requests: await addRequests(store.db, day, requests), burstShare, dailyShare };
    },
  };
}
