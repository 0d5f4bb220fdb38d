/**
 * A settings version: the programme's definition of "inactive" as data. Immutable once saved; every verdict names its
 * version. The zod messages are read by administrators.
 */
import { z } from 'zod';
import { kinds, partnerKinds } from './kind.ts';
import type { JudgedPartner } from './partner.ts';
import { silentVoice, voiceSchema } from './voice.ts';

/** A named set of kinds that a programme wants to see. Names are part of reason codes: never rename one. */
export const behaviours = {
  leads: ['lead_submitted'],
  sales: ['deal_registered', 'deal_won'],
  orders: ['order'],
  co_selling: ['co_sell'],
  clicks: ['click'],
  promotion_sales: ['sale'],
  promotion: ['click', 'sale'],
  portal: ['portal_login'],
  training: ['training_completed'],
  content: ['content_used'],
  marketing: ['campaign_run'],
  conversation: ['meeting_held', 'call_inbound', 'email_inbound', 'form_submitted'],
} as const satisfies Record<string, readonly (typeof partnerKinds)[number][]>;
export type Behaviour = keyof typeof behaviours;
const behaviourNames = Object.keys(behaviours) as [Behaviour, ...Behaviour[]];

const days = z
  .int('must be a whole number of days')
  .min(1, 'must be at least 1 day')
  .max(3650, 'must be at most 3650 days');

const joinDay = z.iso
  .date('write a day that exists, such as 2026-03-31, or null for any day')
  .nullable()
  .default(null);

/**
 * Empty lists and days that are null mean "everyone"; a partner without a tier matches no rule that names tiers, and one
 * of which nobody knows when it joined no rule that names a day.
 */
const audienceSchema = z
  .strictObject({
    partnerTypes: z.array(z.string()).default([]),
    tiers: z.array(z.string()).default([]),
    regions: z.array(z.string()).default([]),
    /** Joined on this day or later, in the portal's zone. */
    joinedSince: joinDay,
    /** Joined on an earlier day than this. */
    joinedBefore: joinDay,
  })
  .refine(
    ({ joinedSince, joinedBefore }) =>
      joinedSince === null || joinedBefore === null || joinedSince < joinedBefore,
    {
      path: ['joinedBefore'],
      message: 'must be later than joinedSince, or nobody could ever have joined in time',
    },
  );
export type Audience = z.infer<typeof audienceSchema>;

export const everyone: Audience = {
  partnerTypes: [],
  tiers: [],
  regions: [],
  joinedSince: null,
  joinedBefore: null,
};

const ruleCommon = {
  id: z.string().regex(/^[a-z0-9_]{1,64}$/, 'use lower-case letters, digits and _'),
  audience: audienceSchema.default(everyone),
};

const absenceRule = z.strictObject({
  ...ruleCommon,
  /** Fires when the behaviour's quantity in the last `windowDays` days stays below `minimum`. */
  test: z.literal('absence'),
  behaviour: z.enum(behaviourNames),
  windowDays: days,
  minimum: z.number().positive().default(1),
  severity: z.enum(['at_risk', 'inactive']),
});

const declineRule = z.strictObject({
  ...ruleCommon,
  /** Fires when the last `windowDays` days brought at most (1 - drop) of the `windowDays` days before them. */
  test: z.literal('decline'),
  behaviour: z.enum(behaviourNames),
  windowDays: days,
  drop: z
    .number()
    .min(0.1, 'must be at least 0.1 (a fall by a tenth)')
    .max(1, 'must be at most 1 (everything): write 0.5 for a fall by half'),
  /** Activities (episodes, not quantities) the earlier window needs before a decline means anything. */
  baselineMinimum: z.number().int().min(1),
  severity: z.enum(['cooling', 'at_risk']),
});

const conversionRule = z.strictObject({
  ...ruleCommon,
  /** Fires when clicks in the window reach both `minimumClicks` and the programme's median, and no sale came of them. */
  test: z.literal('conversion'),
  behaviour: z.literal('clicks'),
  windowDays: days,
  minimumClicks: z.number().int().min(1),
  severity: z.enum(['cooling', 'at_risk']),
});

const ruleSchema = z.discriminatedUnion('test', [absenceRule, declineRule, conversionRule]);
export type Rule = z.infer<typeof ruleSchema>;

/** Shares of the account's request limits. Not 0: who may ask nothing learns nothing. */
const atLeastAHundredth = (share: z.ZodNumber): z.ZodNumber =>
  share.min(0.01, 'must be at least 0.01 (one hundredth)');

/** Before there are settings, and for older ones that say nothing of it. */
export const defaultQuota = { burstShare: null, dailyShare: 0.8 };

export const defaultFalseAlarmShare = 0.05;
export const defaultCapacityPerOwner = 10;

/** Nobody is left alone unless an administrator says so. */
export const defaultHoldOut = {
  share: 0,
  exemptHighPotential: true,
  exemptTiers: [] as string[],
  exemptPartnerIds: [] as string[],
};

export const partnerDefinitionSchema = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('property'),
    property: z.string().min(1),
    values: z.array(z.string().min(1)).min(1, 'name at least one value that marks a partner'),
  }),
  z.strictObject({ by: z.literal('list'), listId: z.string().regex(/^\d+$/, 'a list id is a number') }),
]);
export type PartnerDefinition = z.infer<typeof partnerDefinitionSchema>;

const companyId = z
  .string('write a HubSpot company id in quotes, such as "7001234"')
  .regex(/^\d+$/, 'a HubSpot company id is a number');

const property = z.string('name a property of companies, or write null if there is none').nullable();

const dealMapping = z.strictObject({
  /** Pipeline ids this line is for; `null` for every pipeline that no other line names. */
  pipelines: z.array(z.string()).min(1).nullable(),
  /** The kind of activity that creating such a deal is, at its create date; null for none. */
  created: z.enum(kinds).nullable(),
  /** The kind of activity that winning such a deal is, at its close date; null for none. */
  won: z.enum(kinds).nullable(),
});

/** How the portal's own fields map to our words. Property names here are the customer's, entered by an administrator. */
const mapping = z.strictObject({
  deals: z.array(dealMapping),
  partnerTypeProperty: property,
  tierProperty: property,
  regionProperty: property,
  externalIdProperty: property,
  joinedAtProperty: property,
  /** Where the portal keeps what a partner earns by an agreement of its own, as text. */
  individualRateProperty: property.default(null),
  /** Company date properties that other systems keep up to date; each new date is one activity. */
  activityDates: z.array(z.strictObject({ property: z.string().min(1), kind: z.enum(partnerKinds) })),
});

export const settingsSchema = z.strictObject({
  preset: z.enum(['affiliate', 'reseller', 'distributor', 'mixed']),
  partnerDefinition: partnerDefinitionSchema,
  mapping,
  rules: z.array(ruleSchema).min(1, 'at least one rule is needed, or nobody can ever be judged'),
  /** `any`: one inactive rule suffices. `all`: every inactive rule that applies must fire, or the partner is at risk. */
  combination: z.enum(['any', 'all']),
  /** Days after joining in which absence means nothing. */
  graceDays: z.int().min(0).max(3650),
  /** Reactivated partners must stay free of reasons this many days before they count as active again. */
  momentumDays: days,
  /** A rule warns this many days before it would fire: the partner is cooling. 0 turns early warning off. */
  warningDays: z.int().min(0).max(365),
  /**
   * The false-alarm budget of the warning by a partner's own rhythm: of the silences that end by themselves, so many are
   * warned of.
   */
  falseAlarmShare: z
    .number()
    .min(0.01, 'must be at least 0.01 (one silence in a hundred)')
    .max(0.3, 'must be at most 0.3: with more false alarms nobody would look any more')
    .default(defaultFalseAlarmShare),
  /** How many partners one owner can take care of in a week. */
  capacityPerOwner: z
    .int('must be a whole number of partners')
    .min(1, 'must be at least 1 partner a week')
    .default(defaultCapacityPerOwner),
  /** Who is left alone in a spell of inactivity, to measure what re-engaging brings. Counts for spells that open from now on. */
  holdOut: z
    .strictObject({
      /** Of the spells that open, so many are left alone for 90 days; 0 for none. */
      share: z
        .number('write a share such as 0.1 (one spell in ten), or 0 for no hold-out')
        .min(0, 'must be at least 0 (no hold-out)')
        .max(0.5, 'must be at most 0.5: beyond that fewer partners are won back and nothing more is learned')
        .default(defaultHoldOut.share),
      /** Partners that are never left alone. */
      exemptHighPotential: z.boolean().default(defaultHoldOut.exemptHighPotential),
      exemptTiers: z
        .array(z.string().trim().min(1, 'name a tier, or leave it out'))
        .default(defaultHoldOut.exemptTiers),
      exemptPartnerIds: z.array(companyId).default(defaultHoldOut.exemptPartnerIds),
    })
    .default(defaultHoldOut),
  /** The blast-radius brake: more than `share` of all partners, and at least `minimum`, changing status at once. */
  brake: z.strictObject({
    share: z
      .number()
      .min(0.01, 'must be at least 0.01 (one partner in a hundred)')
      .max(1, 'must be at most 1 (all partners): write 0.2 for one partner in five'),
    minimum: z.int().min(1),
  }),
  /** When the nightly run is due, `HH:MM` in UTC, so that no clock change skips or doubles it. */
  schedule: z.strictObject({
    timeUtc: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time such as 02:30'),
  }),
  /** Whether runs write to HubSpot. Without it they read, judge and show, and no property changes. */
  writeBack: z.boolean().default(true),
  /** What we take of the requests that HubSpot allows the account. */
  quota: z
    .strictObject({
      /** Of every ten seconds. `null`: nearly everything while we are alone, less as soon as others are seen. */
      burstShare: atLeastAHundredth(z.number())
        .max(0.97, 'must be at most 0.97; null takes that by itself while nobody else is seen')
        .nullable()
        .default(defaultQuota.burstShare),
      /** Of the day, which all private apps of the account share. */
      dailyShare: atLeastAHundredth(z.number())
        .max(1, 'must be at most 1 (everything that HubSpot allows)')
        .default(defaultQuota.dailyShare),
    })
    .default(defaultQuota),
  /** What the programme tells its partners of itself; no verdict depends on it. */
  programme: voiceSchema.default(silentVoice),
  /** HubSpot company ids that are never judged, nor whatever they are merged into. */
  excludedPartnerIds: z.array(companyId).default([]),
});
export type Settings = z.infer<typeof settingsSchema>;

/** By the settings, or by a person who said so on the partner itself. */
export function isExcluded(
  { id, mergedIds, excludedBecause }: JudgedPartner,
  { excludedPartnerIds }: Settings,
): boolean {
  return excludedBecause !== undefined || [id, ...mergedIds].some((one) => excludedPartnerIds.includes(one));
}

export type SettingsVersion = { readonly version: number; readonly settings: Settings };
