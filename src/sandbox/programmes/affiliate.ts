/**
 * Affiliates of a shop. Clicks and sales live in the network, conversations in HubSpot; few are active, most never were
 * (domain.md section 9: 8-12 % with sales, more than 70 % of signups never act; A3, A4).
 */
import { presets } from '../../assess/presets.ts';
import type { Activity } from '../../model/activity.ts';
import { millisecondsPerDay, type Instant } from '../../model/instant.ts';
import { addDeal, drawAmount, pipeline, salesPipeline } from './deals.ts';
import type { PartnerProfile, Programme, Scene } from './programme.ts';
import { commonMapping, commonProperties, europeanRegions } from './properties.ts';
import { affiliateVoice } from './voices.ts';

const placements = pipeline('77105', 'Paid placements', { open: 'Offered', won: 'Booked', lost: 'Declined' });

const partnerTypes = [
  { label: 'Content', value: 'content' },
  { label: 'Voucher', value: 'voucher' },
  { label: 'Cashback', value: 'cashback' },
  { label: 'Comparison', value: 'comparison' },
];
const tiers = [
  { label: 'Key', value: 'key' },
  { label: 'Standard', value: 'standard' },
];
const network = 'csv:affiliate-network';
const meanClicksADay = 25;
const placementShare = 0.3;

export const affiliate: Programme = {
  account: { portalId: '48120303', timeZone: 'Europe/London', currency: 'GBP' },
  trades: [
    'Deals',
    'Reviews',
    'Media',
    'Vouchers',
    'Guide',
    'Compare',
    'Blog',
    'Trends',
    'Shopping',
    'Magazine',
  ],
  tiers,
  partnerTypes,
  regions: europeanRegions,
  externalIdPrefix: '7',
  properties: commonProperties(partnerTypes, tiers, europeanRegions),
  pipelines: [salesPipeline, placements],
  settings: {
    ...presets.affiliate,
    mapping: {
      ...commonMapping,
      // A placement is ours to buy; it says nothing of what the affiliate does.
      deals: [{ pipelines: [placements.id], created: null, won: null }],
      activityDates: [],
    },
  },
  voice: affiliateVoice,
  shares: {
    sells: 0.02,
    engaged_without_sales: 0.13,
    declining: 0.015,
    stopped: 0.12,
    never_activated: 0.615,
    seasonal: 0.03,
    tracking_break: 0.0375,
    new: 0.02,
    reactivating: 0.0125,
  },
  historyDays: 730,
  stoppedDaysAgo: [185, 500],
  brokenStreams: ['productive', 'usage'],
  rates: {
    productive: { mean: 20, shape: 0.8, atLeast: 6 },
    usage: { mean: 60, shape: 1.2, atLeast: 12 },
    conversation: { mean: 1.2, shape: 1, atLeast: 0.1 },
    outreach: { mean: 2, shape: 2, atLeast: 0.3 },
  },
  dateProperties: [],
  produce: sell,
  use: click,
};

function sell(scene: Scene, partner: PartnerProfile, times: readonly Instant[]): void {
  const { random, externalId } = partner;
  for (const [index, occurredAt] of times.entries()) {
    report(scene, {
      partnerId: partner.companyId,
      kind: 'sale',
      occurredAt,
      quantity: 1,
      amount: { amount: drawAmount(random, 85), currency: scene.currency },
      source: network,
      sourceId: `sale-${externalId}-${index + 1}`,
    });
  }
  if (times.length > 0 && random.chance(placementShare)) addPlacement(scene, partner);
}

/** The network reports clicks as one number a day, dated at the day's beginning (domain.md 8.1). */
function click(scene: Scene, partner: PartnerProfile, times: readonly Instant[]): void {
  const { random, externalId, joinedAt } = partner;
  const days = new Set(
    times.map((at) => Math.max(Math.floor(at / millisecondsPerDay) * millisecondsPerDay, joinedAt)),
  );
  for (const occurredAt of days) {
    report(scene, {
      partnerId: partner.companyId,
      kind: 'click',
      occurredAt,
      quantity: 1 + Math.floor(random.exponential(meanClicksADay)),
      amount: null,
      source: network,
      sourceId: `clicks-${externalId}-${new Date(occurredAt).toISOString().slice(0, 10)}`,
    });
  }
}

function report({ otherSystems, builder }: Scene, activity: Activity): void {
  otherSystems.push(activity);
  builder.witness(activity.partnerId, activity.kind, activity.occurredAt);
}

function addPlacement(
  { builder, currency }: Scene,
  { random, companyId, ownerId, joinedAt }: PartnerProfile,
): void {
  const createdAt = Math.floor(
    random.between(Math.max(joinedAt, builder.now - 300 * millisecondsPerDay), builder.now),
  );
  addDeal(builder, random, {
    companyIds: [companyId],
    name: `${random.pick(['Newsletter', 'Home page', 'Gift guide'])} placement`,
    pipeline: placements,
    outcome: random.pick(['won', 'lost']),
    createdAt,
    closeAt: createdAt,
    amount: drawAmount(random, 400),
    currency,
    ownerId,
  });
}
