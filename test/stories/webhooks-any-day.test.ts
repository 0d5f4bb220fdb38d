/**
 * Whatever people do in HubSpot, followed webhook by webhook: the night after finds nothing to correct and nothing to
 * write. fast-check prints the seed and the shortest list of steps that breaks it.
 */
import { fc, test as property } from '@fast-check/vitest';
import { expect } from 'vitest';
import { millisecondsPerDay } from '../../src/model/instant.ts';
import type { Mutation } from '../../src/sandbox/mutation.ts';
import type { SeedType } from '../../src/sandbox/seed.ts';
import { createTinyPortal, tinyNow } from '../world/tiny-portal.ts';
import { openWebhookAccount, pictureOf, type WebhookAccount } from '../world/webhook-account.ts';

type Step = {
  readonly what:
    | 'create'
    | 'edit'
    | 'mark'
    | 'unmark'
    | 'delete'
    | 'restore'
    | 'link'
    | 'unlink'
    | 'merge'
    | 'follow';
  /** Choose among the records that there are. */
  readonly company: number;
  readonly record: number;
  readonly type: 'deal' | 'meeting' | 'call';
};

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom(
    'create',
    'edit',
    'mark',
    'unmark',
    'delete',
    'restore',
    'link',
    'unlink',
    'merge',
    'follow',
  ),
  company: fc.nat(20),
  record: fc.nat(60),
  type: fc.constantFrom('deal', 'meeting', 'call'),
});

/** Living or deleted records of a type, in a fixed order. */
function idsOf({ sandbox }: WebhookAccount, type: SeedType, living: boolean): string[] {
  return sandbox
    .truth(type)
    .records.filter(({ archivedAt }) => (archivedAt === null) === living)
    .map(({ id }) => id)
    .sort();
}

function mutationOf(account: WebhookAccount, { what, company, record, type }: Step): Mutation | null {
  const companies = idsOf(account, 'company', true);
  const records = idsOf(account, type, what !== 'restore');
  const companyId = companies[company % companies.length] ?? '';
  const recordId = records[record % Math.max(1, records.length)] ?? '';
  const when = new Date(tinyNow - record * 5 * millisecondsPerDay).toISOString();
  const properties: Record<Step['type'], Record<string, string>> = {
    deal: { pipeline: 'default', dealstage: 'closedwon', amount: String(company), closedate: when },
    meeting: { hs_timestamp: when, hs_meeting_outcome: record % 2 === 0 ? 'COMPLETED' : 'CANCELED' },
    call: { hs_timestamp: when, hs_call_direction: record % 3 === 0 ? 'OUTBOUND' : 'INBOUND' },
  };
  const ends = { fromType: 'company', fromId: companyId, toType: type, toId: recordId } as const;
  switch (what) {
    case 'create':
      return {
        do: 'create',
        type,
        properties: properties[type],
        createdAt: tinyNow - record * 5 * millisecondsPerDay,
        associations: [{ toType: 'company', toId: companyId }],
      };
    case 'edit':
      return recordId === '' ? null : { do: 'edit', type, id: recordId, properties: properties[type] };
    case 'mark':
    case 'unmark': {
      const value = what === 'mark' ? 'PARTNER' : 'PROSPECT';
      return { do: 'edit', type: 'company', id: companyId, properties: { type: value } };
    }
    case 'delete':
      if (record % 4 === 0) return { do: 'delete', type: 'company', id: companyId };
      return recordId === '' ? null : { do: 'delete', type, id: recordId };
    case 'restore': {
      const gone = idsOf(account, 'company', false);
      if (record % 2 === 0 && gone.length > 0) {
        return { do: 'restore', type: 'company', id: gone[company % gone.length] ?? '' };
      }
      return recordId === '' ? null : { do: 'restore', type, id: recordId };
    }
    case 'link':
      return recordId === '' ? null : { do: 'associate', ...ends };
    case 'unlink':
      return recordId === '' ? null : { do: 'dissociate', ...ends };
    case 'merge': {
      const other = companies[record % companies.length] ?? '';
      return other === companyId
        ? null
        : { do: 'merge', type: 'company', primaryId: companyId, mergedId: other };
    }
    case 'follow':
      return null;
  }
}

property.prop([fc.array(step, { minLength: 1, maxLength: 25 })], { numRuns: 10 })(
  'the night after any day corrects nothing and writes nothing',
  async (steps) => {
    const account = await openWebhookAccount(createTinyPortal(), tinyNow);
    try {
      await account.run();
      for (const each of steps) {
        if (each.what === 'follow') await account.follow();
        const mutation = mutationOf(account, each);
        // What HubSpot would refuse, such as restoring what was merged, does not happen.
        if (mutation !== null) {
          try {
            account.sandbox.mutate(mutation);
          } catch (error) {
            if (!(error instanceof Error) || error.name !== 'UsageError') throw error;
          }
        }
      }
      await account.follow();
      account.writes();
      const before = await pictureOf(account);
      const { summary } = await account.run({ full: true, acceptFewerPartners: true });
      expect(summary).toMatchObject({ sync: { differences: 0 }, publish: { changed: 0 } });
      expect(account.writes()).toBe(0);
      expect(before).toEqual(await pictureOf(account));
    } finally {
      await account.close();
    }
  },
  600_000,
);
