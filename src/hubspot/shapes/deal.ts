import Big from 'big.js';
import { z } from 'zod';
import type { Deal } from '../../model/record.ts';
import { instantProperty, property, recordOf } from './common.ts';

export const dealProperties = [
  'dealname',
  'pipeline',
  'dealstage',
  'amount',
  'deal_currency_code',
  'createdate',
  'closedate',
  'hs_is_closed',
  'hs_is_closed_won',
  'hubspot_owner_id',
] as const;

/** Exact decimal text; HubSpot may write large amounts with an exponent. */
const amount = property.transform((value, context) => {
  if (value === null) return null;
  try {
    return new Big(value).toFixed();
  } catch {
    context.addIssue({ code: 'custom', message: 'expected an amount' });
    return z.NEVER;
  }
});

const yes = property.transform((value) => value === 'true');

const record = recordOf(
  z.object({
    dealname: property,
    pipeline: property,
    dealstage: property,
    amount,
    deal_currency_code: property,
    createdate: instantProperty,
    closedate: instantProperty,
    // Stage ids differ by pipeline; these two do not (hubspot-api.md 6.1).
    hs_is_closed: yes,
    hs_is_closed_won: yes,
    hubspot_owner_id: property,
  }),
);

/** @param currency the portal's, which a deal without a currency of its own is in */
export function dealShape(currency: string) {
  return record.transform(({ id, properties, createdAt, updatedAt }): Deal => {
    const { amount, hs_is_closed_won: won } = properties;
    return {
      type: 'deal',
      id,
      name: properties.dealname,
      pipelineId: properties.pipeline,
      stageId: properties.dealstage,
      amount: amount === null ? null : { amount, currency: properties.deal_currency_code ?? currency },
      // The property may be backdated by whoever imports old deals; that is when the deal began.
      createdAt: properties.createdate ?? createdAt,
      closedAt: properties.closedate,
      won,
      closed: won || properties.hs_is_closed,
      ownerId: properties.hubspot_owner_id,
      updatedAt,
    };
  });
}
