/**
 * The definitions of "inactive" that Rekindle ships, as data: a portal starts from one and changes it on the settings
 * page. Numbers in brackets (A3, B6 ...) are the items of reference/domain.md, sections 2, 3 and 9.
 *
 * Property names are the customer's own, so a preset names only what every portal has. What a preset leaves `null` or
 * empty is asked for on the settings page; until then the rules that need it are reported as not judged.
 */
import {
  defaultCapacityPerOwner,
  defaultFalseAlarmShare,
  defaultHoldOut,
  defaultQuota,
  everyone,
  type Audience,
  type Rule,
  type Settings,
} from '../model/settings.ts';
import { silentVoice } from '../model/voice.ts';

const ofType = (...partnerTypes: string[]): Audience => ({ ...everyone, partnerTypes });

/** Affiliates promote: clicks and sales, counted in months (A3, A4, A7, A8). */
function affiliateRules(audience: Audience): Rule[] {
  return [
    // A3 "have not generated clicks or sales in the past 3-6 months": the far end of the band is inactive ...
    {
      id: 'promotion_180',
      test: 'absence',
      behaviour: 'promotion',
      windowDays: 180,
      minimum: 1,
      severity: 'inactive',
      audience,
    },
    // ... and the near end is at risk. A7 "previously active but have since stopped" is the degree of the same reason.
    {
      id: 'promotion_90',
      test: 'absence',
      behaviour: 'promotion',
      windowDays: 90,
      minimum: 1,
      severity: 'at_risk',
      audience,
    },
    // A4 "a high number of clicks, but no sales": another remedy than inactivity, so a reason of its own.
    {
      id: 'clicks_without_sales_90',
      test: 'conversion',
      behaviour: 'clicks',
      windowDays: 90,
      minimumClicks: 50,
      severity: 'at_risk',
      audience,
    },
    // A8 "engagement levels have reduced significantly": halved against the same partner's quarter before.
    {
      id: 'clicks_halved_90',
      test: 'decline',
      behaviour: 'clicks',
      windowDays: 90,
      drop: 0.5,
      baselineMinimum: 5,
      severity: 'cooling',
      audience,
    },
    // A8 for the result: clicks may hold while sales halve.
    {
      id: 'promotion_sales_halved_90',
      test: 'decline',
      behaviour: 'promotion_sales',
      windowDays: 90,
      drop: 0.5,
      baselineMinimum: 5,
      severity: 'at_risk',
      audience,
    },
  ];
}

/** IT resellers register deals, log in to the portal and run campaigns with us (B3, B5, B6, B21, B45, B51). */
function resellerRules(audience: Audience): Rule[] {
  return [
    // B6, B21 "zero deals in 180 days".
    {
      id: 'deals_180',
      test: 'absence',
      behaviour: 'sales',
      windowDays: 180,
      minimum: 1,
      severity: 'inactive',
      audience,
    },
    // B21, B51 "no partner portal login in 90 days".
    {
      id: 'portal_90',
      test: 'absence',
      behaviour: 'portal',
      windowDays: 90,
      minimum: 1,
      severity: 'inactive',
      audience,
    },
    // B6, B45 through-channel marketing for six months.
    {
      id: 'marketing_180',
      test: 'absence',
      behaviour: 'marketing',
      windowDays: 180,
      minimum: 1,
      severity: 'inactive',
      audience,
    },
    // B11 "a decline", B27 early warning. Deals are few, so the windows are long and the baseline is kept (section 9).
    {
      id: 'deals_halved_180',
      test: 'decline',
      behaviour: 'sales',
      windowDays: 180,
      drop: 0.5,
      baselineMinimum: 5,
      severity: 'cooling',
      audience,
    },
  ];
}

/** Distributors order and train, counted in years (B5, B7, B52). */
function distributorRules(audience: Audience): Rule[] {
  return [
    // B7, B52 "hasn't placed an order ... in over a year".
    {
      id: 'orders_365',
      test: 'absence',
      behaviour: 'orders',
      windowDays: 365,
      minimum: 1,
      severity: 'inactive',
      audience,
    },
    // B7, B52 "... or accessed new product training in over a year".
    {
      id: 'training_365',
      test: 'absence',
      behaviour: 'training',
      windowDays: 365,
      minimum: 1,
      severity: 'inactive',
      audience,
    },
    // B11, B27: orders halved against the half-year before.
    {
      id: 'orders_halved_180',
      test: 'decline',
      behaviour: 'orders',
      windowDays: 180,
      drop: 0.5,
      baselineMinimum: 5,
      severity: 'cooling',
      audience,
    },
  ];
}

/** Referral partners bring leads (B2); technology partners sell together with us (B4). */
function referralAndTechnologyRules(): Rule[] {
  return [
    {
      id: 'leads_180',
      test: 'absence',
      behaviour: 'leads',
      windowDays: 180,
      minimum: 1,
      severity: 'inactive',
      audience: ofType('referral'),
    },
    // B11 "a decline in lead generation".
    {
      id: 'leads_halved_180',
      test: 'decline',
      behaviour: 'leads',
      windowDays: 180,
      drop: 0.5,
      baselineMinimum: 5,
      severity: 'cooling',
      audience: ofType('referral'),
    },
    {
      id: 'co_selling_365',
      test: 'absence',
      behaviour: 'co_selling',
      windowDays: 365,
      minimum: 1,
      severity: 'inactive',
      audience: ofType('technology'),
    },
  ];
}

/** What every preset shares. `type` = `PARTNER` is HubSpot's own way to mark a partner company (DESIGN.md section 2). */
const common: Pick<
  Settings,
  | 'partnerDefinition'
  | 'combination'
  | 'falseAlarmShare'
  | 'capacityPerOwner'
  | 'holdOut'
  | 'brake'
  | 'schedule'
  | 'quota'
  | 'writeBack'
  | 'programme'
  | 'excludedPartnerIds'
> = {
  partnerDefinition: { by: 'property', property: 'type', values: ['PARTNER'] },
  // "Hasn't registered a deal or engaged in marketing" (B6), "hadn't logged in or registered a deal" (B51): neither nor.
  combination: 'all',
  falseAlarmShare: defaultFalseAlarmShare,
  capacityPerOwner: defaultCapacityPerOwner,
  holdOut: defaultHoldOut,
  brake: { share: 0.2, minimum: 50 },
  schedule: { timeUtc: '02:30' },
  quota: defaultQuota,
  writeBack: true,
  programme: silentVoice,
  excludedPartnerIds: [],
};

const mapping: Settings['mapping'] = {
  deals: [],
  partnerTypeProperty: null,
  tierProperty: null,
  regionProperty: null,
  externalIdProperty: null,
  joinedAtProperty: null,
  individualRateProperty: null,
  activityDates: [],
};

const dealsAreRegistered: Settings['mapping']['deals'] = [
  { pipelines: null, created: 'deal_registered', won: 'deal_won' },
];

export const presets: Readonly<Record<Settings['preset'], Settings>> = {
  affiliate: {
    ...common,
    preset: 'affiliate',
    // Clicks and sales come from the network (CSV or REST); a deal in HubSpot is none of an affiliate's activities.
    mapping,
    rules: affiliateRules(everyone),
    graceDays: 30,
    momentumDays: 30,
    warningDays: 14,
  },
  reseller: {
    ...common,
    preset: 'reseller',
    mapping: { ...mapping, deals: dealsAreRegistered },
    rules: resellerRules(everyone),
    graceDays: 60,
    momentumDays: 60,
    warningDays: 30,
  },
  distributor: {
    ...common,
    preset: 'distributor',
    mapping: { ...mapping, deals: [{ pipelines: null, created: null, won: 'order' }] },
    rules: distributorRules(everyone),
    graceDays: 60,
    momentumDays: 60,
    warningDays: 30,
  },
  mixed: {
    ...common,
    preset: 'mixed',
    // The rules below ask for a type, so this preset alone needs a property for it; the name is the usual one.
    // Orders of distributors come from a pipeline of their own or another system; either is added to the mapping.
    mapping: { ...mapping, deals: dealsAreRegistered, partnerTypeProperty: 'partner_type' },
    rules: [
      ...affiliateRules(ofType('affiliate')),
      ...resellerRules(ofType('reseller')),
      ...distributorRules(ofType('distributor')),
      ...referralAndTechnologyRules(),
    ],
    graceDays: 60,
    momentumDays: 60,
    warningDays: 30,
  },
};
