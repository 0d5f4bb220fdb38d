/** IT resellers that register deals and log in to a partner portal; about 30 % did neither for six months (B51). */
import { presets } from '../../assess/presets.ts';
import { millisecondsPerDay, type Instant } from '../../model/instant.ts';
import { addDeal, drawAmount, drawOutcome, pipeline, salesPipeline } from './deals.ts';
import type { PartnerProfile, Programme, Scene } from './programme.ts';
import { commonMapping, commonProperties, dateProperty, europeanRegions } from './properties.ts';
import { phaseEnd } from './rhythm.ts';
import { resellerVoice } from './voices.ts';

const registrations = pipeline('81720', 'Partner registrations', {
  open: 'Registered',
  won: 'Won',
  lost: 'Lost',
});
const renewals = pipeline('81733', 'Renewals', { open: 'Due', won: 'Renewed', lost: 'Churned' });

const partnerTypes = [{ label: 'Reseller', value: 'reseller' }];
const tiers = [
  { label: 'Platinum', value: 'platinum' },
  { label: 'Gold', value: 'gold' },
  { label: 'Silver', value: 'silver' },
  { label: 'Registered', value: 'registered' },
];
const login = 'partner_portal_last_login';
const campaign = 'partner_last_campaign';
const training = 'partner_last_training';

/** The chance that a deal is registered by two partners together. */
const sharedDealShare = 0.05;
const renewalShare = 0.15;

export const reseller: Programme = {
  account: { portalId: '48120301', timeZone: 'Europe/Berlin', currency: 'EUR' },
  trades: [
    'Systems',
    'IT Services',
    'Networks',
    'Consulting',
    'Cloud',
    'Data',
    'Software',
    'Solutions',
    'Digital',
  ],
  tiers,
  partnerTypes,
  regions: europeanRegions,
  externalIdPrefix: 'R',
  properties: [
    ...commonProperties(partnerTypes, tiers, europeanRegions),
    dateProperty(login, 'Last partner portal login'),
    dateProperty(campaign, 'Last through-channel campaign'),
    dateProperty(training, 'Last training completed'),
  ],
  pipelines: [salesPipeline, registrations, renewals],
  settings: {
    ...presets.reseller,
    mapping: {
      ...commonMapping,
      deals: [
        { pipelines: [registrations.id], created: 'deal_registered', won: 'deal_won' },
        // Renewals are made by the system and close without the partner.
        { pipelines: [renewals.id], created: null, won: null },
      ],
      activityDates: [
        { property: login, kind: 'portal_login' },
        { property: campaign, kind: 'campaign_run' },
        { property: training, kind: 'training_completed' },
      ],
    },
  },
  voice: resellerVoice,
  shares: {
    sells: 0.28,
    engaged_without_sales: 0.12,
    declining: 0.13,
    stopped: 0.21,
    never_activated: 0.07,
    seasonal: 0.05,
    tracking_break: 0.04,
    new: 0.05,
    reactivating: 0.05,
  },
  historyDays: 1095,
  stoppedDaysAgo: [190, 720],
  brokenStreams: ['usage'],
  rates: {
    productive: { mean: 5, shape: 1.2, atLeast: 1.5 },
    usage: { mean: 30, shape: 2, atLeast: 6 },
    conversation: { mean: 6, shape: 1.5, atLeast: 1 },
    outreach: { mean: 4, shape: 2, atLeast: 0.5 },
  },
  dateProperties: [
    { property: login, meanGapDays: 14, share: 1 },
    { property: campaign, meanGapDays: 70, share: 0.5 },
    { property: training, meanGapDays: 150, share: 0.6 },
  ],
  produce: registerDeals,
  use: null,
};

function registerDeals(scene: Scene, partner: PartnerProfile, times: readonly Instant[]): void {
  const { builder, currency, customers } = scene;
  const { random, companyId, ownerId } = partner;
  for (const createdAt of times) {
    const partners = random.chance(sharedDealShare)
      ? [companyId, ...coSeller(scene, partner, createdAt)]
      : [companyId];
    addDeal(builder, random, {
      companyIds:
        random.chance(0.5) && customers.length > 0 ? [...partners, random.pick(customers)] : partners,
      name: `${random.pick(['Licences', 'Rollout', 'Migration', 'Expansion', 'Pilot'])} ${random.integer(10, 900)} seats`,
      pipeline: registrations,
      ...drawOutcome(random, createdAt, phaseEnd(partner.life.productive, createdAt), builder.now),
      createdAt,
      amount: random.chance(0.95) ? drawAmount(random, 14_000) : null,
      currency,
      ownerId,
    });
  }
  if (random.chance(renewalShare)) addRenewal(scene, partner);
}

function coSeller({ sellers }: Scene, partner: PartnerProfile, at: Instant): string[] {
  if (sellers.length === 0) return [];
  const other = partner.random.pick(sellers);
  return other.companyId === partner.companyId || other.joinedAt > at ? [] : [other.companyId];
}

/** Not older than the partnership, and newer than many a partner's last own act: it must not count. */
function addRenewal(
  { builder, currency }: Scene,
  { random, companyId, ownerId, joinedAt }: PartnerProfile,
): void {
  const createdAt = Math.floor(
    random.between(Math.max(joinedAt, builder.now - 200 * millisecondsPerDay), builder.now),
  );
  addDeal(builder, random, {
    companyIds: [companyId],
    name: 'Renewal of internal-use licences',
    pipeline: renewals,
    outcome: 'won',
    createdAt,
    closeAt: Math.floor(random.between(createdAt, builder.now)),
    amount: drawAmount(random, 900),
    currency,
    ownerId,
  });
}
