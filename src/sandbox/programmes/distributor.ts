/** Distributors of power tools: orders reach HubSpot as won deals, trainings as a date on the company (B7, B52). */
import { presets } from '../../assess/presets.ts';
import { silentVoice } from '../../model/voice.ts';
import type { Instant } from '../../model/instant.ts';
import { addDeal, drawAmount, pipeline, salesPipeline } from './deals.ts';
import type { PartnerProfile, Programme, Scene } from './programme.ts';
import { commonMapping, commonProperties, dateProperty, europeanRegions } from './properties.ts';

const orders = pipeline('90412', 'Orders', { open: 'Open', won: 'Invoiced', lost: 'Cancelled' });

const partnerTypes = [
  { label: 'Distributor', value: 'distributor' },
  { label: 'Specialist dealer', value: 'specialist_dealer' },
];
const tiers = [
  { label: 'A', value: 'a' },
  { label: 'B', value: 'b' },
  { label: 'C', value: 'c' },
];
const training = 'partner_last_training';

const cancelledShare = 0.05;
/** Orders that one distributor places and another delivers. */
const sharedOrderShare = 0.02;

export const distributor: Programme = {
  account: { portalId: '48120302', timeZone: 'Europe/Vienna', currency: 'EUR' },
  trades: [
    'Tools',
    'Hardware',
    'Trading',
    'Industrial Supply',
    'Machines',
    'Fasteners',
    'Wholesale',
    'Building Supply',
  ],
  tiers,
  partnerTypes,
  regions: europeanRegions,
  externalIdPrefix: 'D',
  properties: [
    ...commonProperties(partnerTypes, tiers, europeanRegions),
    dateProperty(training, 'Last product training'),
  ],
  pipelines: [salesPipeline, orders],
  settings: {
    ...presets.distributor,
    mapping: {
      ...commonMapping,
      deals: [{ pipelines: [orders.id], created: null, won: 'order' }],
      activityDates: [{ property: training, kind: 'training_completed' }],
    },
  },
  voice: () => silentVoice,
  shares: {
    sells: 0.42,
    engaged_without_sales: 0.05,
    declining: 0.13,
    stopped: 0.15,
    never_activated: 0.05,
    seasonal: 0.08,
    tracking_break: 0.04,
    new: 0.04,
    reactivating: 0.04,
  },
  historyDays: 1460,
  stoppedDaysAgo: [375, 900],
  brokenStreams: ['productive'],
  rates: {
    productive: { mean: 9, shape: 1.2, atLeast: 2 },
    usage: { mean: 2, shape: 2, atLeast: 0.5 },
    conversation: { mean: 4, shape: 1.5, atLeast: 0.7 },
    outreach: { mean: 3, shape: 2, atLeast: 0.5 },
  },
  dateProperties: [{ property: training, meanGapDays: 140, share: 0.8 }],
  produce: placeOrders,
  use: null,
};

function placeOrders(
  { builder, currency, sellers }: Scene,
  partner: PartnerProfile,
  times: readonly Instant[],
): void {
  const { random, companyId, ownerId, externalId } = partner;
  for (const [index, at] of times.entries()) {
    const other = sellers.length > 0 && random.chance(sharedOrderShare) ? random.pick(sellers) : partner;
    addDeal(builder, random, {
      companyIds:
        other.companyId === companyId || other.joinedAt > at ? [companyId] : [companyId, other.companyId],
      name: `Order ${externalId}-${index + 1}`,
      pipeline: orders,
      // The last order is what the partner's story says it is; among those before it, some were cancelled.
      outcome: index < times.length - 1 && random.chance(cancelledShare) ? 'lost' : 'won',
      createdAt: at,
      closeAt: at,
      amount: drawAmount(random, 6_500),
      currency,
      ownerId,
    });
  }
}
