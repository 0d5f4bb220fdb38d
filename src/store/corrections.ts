/** What people called wrong, with whose verdict it was and how the partner stands now. */
import type { Instant } from '../model/instant.ts';
import type { Status } from '../model/verdict.ts';
import { readActions, type ActionRecord } from './partner-actions.ts';
import type { Db } from './tables.ts';

export type Correction = ActionRecord & {
  /** Null where HubSpot has none. */
  readonly name: string | null;
  /** Null where the partner has no verdict any more. */
  readonly statusNow: Status | null;
};

/** The latest first. */
export async function readCorrections(
  db: Db,
  limit: number,
): Promise<{ readonly total: number; readonly latest: readonly Correction[] }> {
  const records = await readActions(db, { action: 'correct', limit });
  const ids = [...new Set(records.map(({ partnerId }) => partnerId))];
  const partners = await db
    .selectFrom('partner')
    .leftJoin('verdict', 'verdict.partner_id', 'partner.id')
    .select(['partner.id', 'partner.name', 'partner.domain', 'verdict.status'])
    .where('partner.id', 'in', ids.length === 0 ? [''] : ids)
    .execute();
  const known = new Map(partners.map((partner) => [partner.id, partner]));
  return {
    total: records.length < limit ? records.length : await countCorrections(db, 0),
    latest: records.map((record) => {
      const partner = known.get(record.partnerId);
      return {
        ...record,
        name: partner?.name ?? partner?.domain ?? null,
        statusNow: partner?.status ?? null,
      };
    }),
  };
}

/** How many since then. */
export async function countCorrections(db: Db, since: Instant): Promise<number> {
  const { corrections } = await db
    .selectFrom('action_audit')
    .select((expression) => expression.fn.countAll<string>().as('corrections'))
    .where('action', '=', 'correct')
    .where('at', '>=', new Date(since))
    .executeTakeFirstOrThrow();
  return Number(corrections);
}
