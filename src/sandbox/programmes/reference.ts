/**
 * The reference portal that syncs are measured on (reliability.md section 2): 10,000 partners of 100,000 companies,
 * 60,000 of 200,000 deals and 300,000 of 1,000,000 engagements of six even types on partners; smaller at a smaller scale.
 * The same options give the same account. Nothing in it was modified in its last two days: those belong to the runs.
 */
import { presets } from '../../assess/presets.ts';
import { dayOf, millisecondsPerDay, toIso, type Instant } from '../../model/instant.ts';
import { engagementTypes, linkedTypes, type EngagementType, type LinkedType } from '../../model/record.ts';
import type { PortalSeed, SeedAssociation, SeedOwner, SeedRecord, SeedType } from '../seed.ts';
import { drawKeys, drawOwners } from './account.ts';
import { salesPipeline } from './deals.ts';
import { createCompanyNames } from './names.ts';
import {
  commonMapping,
  commonProperties,
  dateProperty,
  europeanRegions,
  partnerProperties,
} from './properties.ts';
import { createRandom, type Random } from './random.ts';

/** Scale 1. `archived` ones come on top: they exist for nobody but whoever restores them. */
const sizes = {
  companies: 100_000,
  partners: 10_000,
  archivedPartners: 100,
  deals: { all: 200_000, onPartners: 60_000, archived: 400 },
  engagements: { all: 1_000_000, onPartners: 300_000, archived: 1_200 },
} as const;

const portalId = '48129901';
const timeZone = 'Europe/Berlin';
const currency = 'EUR';
const login = 'partner_portal_last_login';
const partnerTypes = [{ label: 'Reseller', value: 'reseller' }];
const tiers = [
  { label: 'Gold', value: 'gold' },
  { label: 'Silver', value: 'silver' },
  { label: 'Registered', value: 'registered' },
];

const historyDays = 730;
const quietDays = 2;
const sharedDealShare = 0.01;
/** Of the records that hang on no partner, so many hang on another company; the others on none. */
const elsewhereShare = 0.8;

export type ReferenceOptions = {
  /** From 0.001 to 1. */
  readonly scale: number;
  readonly seed: number;
  readonly now: Instant;
};

/** Who is who, for whoever changes the account: ids by the part they play. */
export type Cast = {
  readonly partners: readonly string[];
  readonly others: readonly string[];
  readonly archivedPartners: readonly string[];
  readonly owners: readonly SeedOwner[];
  readonly records: Readonly<
    Record<
      LinkedType,
      {
        readonly onPartners: readonly string[];
        readonly elsewhere: readonly string[];
        readonly archived: readonly string[];
      }
    >
  >;
};

export type ReferencePortal = { readonly seed: PortalSeed; readonly cast: Cast };

export function createReferencePortal(options: ReferenceOptions): ReferencePortal {
  const random = createRandom(options.seed, -7);
  const owners = drawOwners(random);
  const keys = drawKeys(random);
  const records: SeedRecord[] = [];
  const associations: SeedAssociation[] = [];
  const scene: Scene = { ...options, owners, records, associations };
  const companies = addCompanies(scene);
  const linked = Object.fromEntries(linkedTypes.map((type) => [type, addLinked(scene, companies, type)]));
  return {
    seed: {
      ...keys,
      portalId,
      timeZone,
      currency,
      tier: 'professional',
      owners,
      pipelines: [salesPipeline],
      companyProperties: [
        ...commonProperties(partnerTypes, tiers, europeanRegions),
        dateProperty(login, 'Last partner portal login'),
      ],
      records,
      associations,
      otherSystems: [],
      settings: {
        ...presets.reseller,
        mapping: {
          ...commonMapping,
          deals: [{ pipelines: null, created: 'deal_registered', won: 'deal_won' }],
          activityDates: [{ property: login, kind: 'portal_login' }],
        },
      },
      truth: [],
    },
    cast: { ...companies, owners, records: linked as Cast['records'] },
  };
}

type Scene = ReferenceOptions & {
  readonly owners: readonly SeedOwner[];
  readonly records: SeedRecord[];
  readonly associations: SeedAssociation[];
};
type Companies = Pick<Cast, 'partners' | 'others' | 'archivedPartners'>;

/** How many there are at a scale: never none. */
export function scaled(count: number, scale: number): number {
  return Math.max(1, Math.round(count * scale));
}

/**
 * Ids as HubSpot gives them: they grow, they are no neighbours, they are unique within a type only, and they differ in
 * length, so that whoever orders them as text goes wrong here (reliability.md section 3).
 */
function idOf(count: number): string {
  return String((count % 4 === 0 ? 21_400_000_000 : 218_000_000_000) + count * 31);
}

/** An instant of a working day, so that no verdict changes while a nightly run is measured. */
function drawOfficeHour(random: Random, now: Instant, daysAgo: readonly [number, number]): Instant {
  const day = Math.floor(now / millisecondsPerDay) - random.integer(daysAgo[0], daysAgo[1]);
  return day * millisecondsPerDay + random.integer(6 * hourMs, 18 * hourMs - 1);
}

const hourMs = 3_600_000;
/** The day of `now` itself counts as one. */
const written: readonly [number, number] = [quietDays + 1, historyDays];

function addCompanies(scene: Scene): Companies {
  const random = createRandom(scene.seed, 0);
  const nextName = createCompanyNames(random, ['Systems', 'Networks', 'Consulting', 'Cloud', 'Software']);
  const partners: string[] = [];
  const others: string[] = [];
  const archivedPartners: string[] = [];
  const add = (index: number, isPartner: boolean, archivedAt: Instant | null): string => {
    const { name, domain, city } = nextName();
    const updatedAt = drawOfficeHour(random, scene.now, written);
    const createdAt = updatedAt - random.integer(1, 900) * millisecondsPerDay;
    const id = idOf(index);
    const properties = {
      name,
      city,
      domain,
      hubspot_owner_id: random.pick(scene.owners).id,
      ...(isPartner ? partnerFields(random, index, createdAt, updatedAt) : { type: otherType(random) }),
    };
    scene.records.push({ type: 'company', id, properties, createdAt, updatedAt, archivedAt, mergedIds: [] });
    return id;
  };
  const count = scaled(sizes.companies, scene.scale);
  const partnerCount = scaled(sizes.partners, scene.scale);
  for (let index = 1; index <= count; index += 1) {
    // Spread evenly: partners are neither the oldest companies of a CRM nor the newest.
    const isPartner = Math.floor((index * partnerCount) / count) > partners.length;
    (isPartner ? partners : others).push(add(index, isPartner, null));
  }
  for (let extra = 1; extra <= scaled(sizes.archivedPartners, scene.scale); extra += 1) {
    archivedPartners.push(add(count + extra, true, drawOfficeHour(random, scene.now, [quietDays + 1, 60])));
  }
  return { partners, others, archivedPartners };
}

function otherType(random: Random): string {
  return random.pick(['PROSPECT', 'VENDOR', 'OTHER']);
}

function partnerFields(
  random: Random,
  index: number,
  createdAt: Instant,
  updatedAt: Instant,
): Record<string, string> {
  return {
    type: 'PARTNER',
    [partnerProperties.partnerType]: 'reseller',
    [partnerProperties.tier]: random.pick(tiers).value,
    [partnerProperties.region]: random.pick(europeanRegions).value,
    [partnerProperties.externalId]: `P${index}`,
    [partnerProperties.joinedAt]: dayOf(createdAt, timeZone),
    ...(random.chance(0.7) ? { [login]: dayOf(updatedAt, timeZone) } : {}),
  };
}

function addLinked(scene: Scene, companies: Companies, type: LinkedType): Cast['records'][LinkedType] {
  const random = createRandom(scene.seed, 1 + linkedTypes.indexOf(type));
  const part = type === 'deal' ? sizes.deals : sizes.engagements;
  const share = type === 'deal' ? 1 : 1 / engagementTypes.length;
  const [all, onPartnersCount, archivedCount] = [part.all, part.onPartners, part.archived].map((count) =>
    scaled(count * share, scene.scale),
  ) as [number, number, number];
  const [onPartners, elsewhere, archived]: [string[], string[], string[]] = [[], [], []];
  for (let index = 1; index <= all + archivedCount; index += 1) {
    const isArchived = index > all;
    const id = idOf(index);
    const createdAt = drawOfficeHour(random, scene.now, written);
    const archivedAt = isArchived ? drawOfficeHour(random, scene.now, [quietDays + 1, 60]) : null;
    const isOnPartner = isArchived || Math.floor((index * onPartnersCount) / all) > onPartners.length;
    scene.records.push({
      ...drawRecord(random, scene, type, createdAt),
      id,
      createdAt,
      archivedAt,
      mergedIds: [],
    });
    (isArchived ? archived : isOnPartner ? onPartners : elsewhere).push(id);
    link(scene, random, companies, { type, id, isOnPartner });
  }
  return { onPartners, elsewhere, archived };
}

function link(
  scene: Scene,
  random: Random,
  { partners, others }: Companies,
  record: { type: LinkedType; id: string; isOnPartner: boolean },
): void {
  const { type, id, isOnPartner } = record;
  const hang = (toId: string): void => {
    scene.associations.push({ fromType: type, fromId: id, toType: 'company', toId });
  };
  if (isOnPartner) {
    const first = random.pick(partners);
    hang(first);
    const second = type === 'deal' && random.chance(sharedDealShare) ? random.pick(partners) : first;
    if (second !== first) hang(second);
  } else if (random.chance(elsewhereShare)) hang(random.pick(others));
}

type Drawn = Pick<SeedRecord, 'type' | 'properties' | 'updatedAt'>;

/** A record as it was when it was made, and perhaps touched later. */
function drawRecord(random: Random, { now, owners }: Scene, type: LinkedType, at: Instant): Drawn {
  const properties = drawProperties(random, type, at, random.pick(owners).id);
  const latest = now - (quietDays + 1) * millisecondsPerDay;
  const touched = at + random.integer(0, 20) * millisecondsPerDay + random.integer(0, 999);
  return { type: type as SeedType, properties, updatedAt: Math.max(at, Math.min(touched, latest)) };
}

export function drawProperties(
  random: Random,
  type: LinkedType,
  at: Instant,
  ownerId: string,
): Record<string, string> {
  return type === 'deal' ? drawDeal(random, at, ownerId) : drawEngagement(random, type, at, ownerId);
}

const stages = ['appointmentscheduled', 'contractsent', 'closedwon', 'closedwon', 'closedlost'];

function drawDeal(random: Random, at: Instant, ownerId: string): Record<string, string> {
  return {
    dealname: `Licences ${random.integer(1, 999)}`,
    pipeline: salesPipeline.id,
    dealstage: random.pick(stages),
    amount: (random.integer(10_000, 5_000_000) / 100).toFixed(2),
    deal_currency_code: random.chance(0.9) ? currency : 'USD',
    closedate: toIso(at),
    hubspot_owner_id: ownerId,
  };
}

function drawEngagement(
  random: Random,
  type: EngagementType,
  at: Instant,
  ownerId: string,
): Record<string, string> {
  const common = { hs_timestamp: toIso(at), hubspot_owner_id: ownerId };
  const isInbound = random.chance(0.4);
  switch (type) {
    case 'call': {
      const hs_call_status = random.pick(['COMPLETED', 'COMPLETED', 'NO_ANSWER']);
      return { ...common, hs_call_direction: isInbound ? 'INBOUND' : 'OUTBOUND', hs_call_status };
    }
    case 'email': {
      const hs_email_status = random.chance(0.95) ? 'SENT' : 'BOUNCED';
      return { ...common, hs_email_direction: isInbound ? 'INCOMING_EMAIL' : 'EMAIL', hs_email_status };
    }
    case 'meeting':
      return {
        ...common,
        hs_meeting_start_time: toIso(at),
        hs_meeting_outcome: random.pick(['COMPLETED', 'SCHEDULED', 'CANCELED']),
      };
    case 'task':
      return { ...common, hs_task_status: random.pick(['COMPLETED', 'NOT_STARTED']), hs_task_type: 'TODO' };
    case 'note':
      return common;
    case 'communication':
      return { ...common, hs_communication_channel_type: 'WHATS_APP', hs_communication_logged_from: 'CRM' };
  }
}
