/** The account, its people and its pipelines. */
import { z } from 'zod';
import type { Owner, Portal } from '../../model/partner.ts';
import type { DailyUsage, PortalUser } from '../hubspot.ts';
import { id, instant, paging } from './common.ts';

const timeZone = z.string().refine((zone) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== '';
  } catch {
    return false;
  }
}, 'expected the name of a time zone');

export const accountDetails = z
  .object({ portalId: id, timeZone, companyCurrency: z.string().min(1) })
  .transform(({ portalId, timeZone, companyCurrency }): Portal => ({
    id: portalId,
    timeZone,
    currency: companyCurrency,
  }));

/** One line per pool; all private apps share one. Should there be more, the fullest is the one that will stop us. */
export const dailyUsage = z
  .object({
    results: z
      .array(
        z.object({
          currentUsage: z.number().min(0),
          usageLimit: z.number().positive(),
          resetsAt: instant.nullish(),
        }),
      )
      .min(1, 'expected at least one pool'),
  })
  .transform(({ results }): DailyUsage => {
    const [fullest] = results.sort((a, b) => b.currentUsage / b.usageLimit - a.currentUsage / a.usageLimit);
    return {
      used: fullest?.currentUsage ?? 0,
      limit: fullest?.usageLimit ?? 0,
      resetsAt: fullest?.resetsAt ?? null,
    };
  });

const owner = z
  .object({
    id,
    email: z.string().nullish(),
    firstName: z.string().nullish(),
    lastName: z.string().nullish(),
    archived: z.boolean(),
  })
  .transform(({ id, email, firstName, lastName, archived }): Owner => {
    const name = [firstName, lastName].filter(Boolean).join(' ');
    return { id, name: name || email || `Owner ${id}`, email: email || null, archived };
  });

export const ownerPage = z
  .object({ results: z.array(owner), paging })
  .transform(({ results, paging }) => ({ owners: results, after: paging }));

/** Who is not said to be a super admin is none. */
export const user = z
  .object({ id, email: z.string().nullish(), superAdmin: z.boolean().nullish() })
  .transform(({ id, email, superAdmin }): PortalUser => ({
    id,
    email: email || null,
    superAdmin: superAdmin === true,
  }));

export const pipelines = z
  .object({ results: z.array(z.object({ id: z.string().min(1), label: z.string() })) })
  .transform(({ results }) => results);
