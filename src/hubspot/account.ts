/** Reads the account, its people and its pipelines. */
import type { Owner, Portal } from '../model/partner.ts';
import { RequestRefusedError } from './errors.ts';
import type { DailyUsage, PortalUser } from './hubspot.ts';
import { pageSizes } from './limits.ts';
import { nextCursor } from './paging.ts';
import type { Api } from './api.ts';
import { accountDetails, dailyUsage, ownerPage, pipelines, user } from './shapes/account.ts';
import { parseAnswer } from './shapes/common.ts';

export async function readPortal(api: Api): Promise<Portal> {
  return parseAnswer(accountDetails, await api.send('burst', 'read', api.requests.accountDetails()));
}

export async function readDailyUsage(api: Api): Promise<DailyUsage> {
  return parseAnswer(dailyUsage, await api.send('burst', 'read', api.requests.dailyUsage()));
}

/** Owners who left still own records, and a person wants to read their names: archived ones are a second list. */
export async function readOwners(api: Api, which: 'all' | 'active'): Promise<Owner[]> {
  const owners: Owner[] = [];
  for (const archived of which === 'all' ? [false, true] : [false]) {
    let after: string | undefined;
    do {
      const request = await api.requests.owners.getPage(undefined, after, pageSizes.owners, archived);
      const page = parseAnswer(ownerPage, await api.send('burst', 'read', request));
      owners.push(...page.owners);
      after = nextCursor(after ?? null, page.after, 'owners') ?? undefined;
    } while (after !== undefined);
  }
  return owners;
}

export async function readUser(api: Api, userId: string): Promise<PortalUser | null> {
  try {
    return parseAnswer(user, await api.send('burst', 'read', api.requests.user(userId)));
  } catch (error) {
    if (error instanceof RequestRefusedError && error.status === 404) return null;
    throw error;
  }
}

export async function readDealPipelines(api: Api): Promise<{ id: string; label: string }[]> {
  const request = await api.requests.pipelines.getAll('deals');
  return parseAnswer(pipelines, await api.send('burst', 'read', request));
}
