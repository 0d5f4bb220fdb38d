/**
 * An account made of a log of real events: every partner of the log is a company, every productive event a won deal.
 * A later `now` gives the same account with newer deals added, because every id is made of the log's own keys.
 */
import { createHash } from 'node:crypto';
import type { Activity } from '../../model/activity.ts';
import { UsageError } from '../../model/errors.ts';
import { millisecondsPerDay, toIso, type Instant } from '../../model/instant.ts';
import { isPartnerKind, productiveKinds, type Kind } from '../../model/kind.ts';
import type { Settings } from '../../model/settings.ts';
import type { PartnerTruth, PortalSeed, SeedRecord } from '../seed.ts';
import { drawKeys, drawOwners } from './account.ts';
import { salesPipeline } from './deals.ts';
import { dealKinds } from './portal-builder.ts';
import { partnerProperties, textProperty } from './properties.ts';
import { createRandom } from './random.ts';

export type EventsPortalOptions = {
  /** In any order; `partnerId` is the log's own key. An activity that stands there twice counts once, as it stood last. */
  readonly activities: AsyncIterable<Activity> | Iterable<Activity>;
  /** Events after it have not happened yet; their partners exist all the same. */
  readonly now: Instant;
  /** What the mapping says of partner properties and dates is dropped: a log has none. */
  readonly settings: Settings;
  /** Of the log, for error messages. */
  readonly name: string;
};

const productive: ReadonlySet<Kind> = new Set(productiveKinds);
const keysSeed = 20_101_201;

/** Rejects with a UsageError when the log is empty or begins after `now`, and with whatever reading the log throws. */
export async function createEventsPortal(options: EventsPortalOptions): Promise<PortalSeed> {
  const { now, name } = options;
  const settings = settingsFor(options.settings);
  const { companyIds, activities, firstDay } = await readLog(options.activities);
  if (activities.length === 0) throw new UsageError(`${name} holds no event: there is nothing to show.`);
  if (firstDay > now) {
    throw new UsageError(
      `${name} begins on ${toIso(firstDay).slice(0, 10)}, after the day asked for (${toIso(now).slice(0, 10)}): name a later day.`,
    );
  }
  const happened = activities.filter(({ occurredAt }) => occurredAt <= now);
  const sales = activities.filter(({ kind }) => productive.has(kind));
  const currency = sales.find(({ amount }) => amount !== null)?.amount?.currency ?? 'EUR';
  const random = createRandom(keysSeed);
  const owners = drawOwners(random);
  // Of all sales, then those that happened: an id must not depend on what is still to come.
  const deals = dealRecords(sales, currency).filter(({ record }) => record.createdAt <= now);

  return {
    portalId: '48120304',
    ...drawKeys(random),
    timeZone: 'UTC',
    currency,
    tier: 'professional',
    owners,
    pipelines: [salesPipeline],
    companyProperties: [textProperty(partnerProperties.externalId, 'Partner key')],
    records: [
      ...[...companyIds].map(([key, id], index) =>
        companyRecord(key, id, owners[index % owners.length]?.id ?? '', firstDay),
      ),
      ...deals.map(({ record }) => record),
    ],
    associations: deals.map(({ record, companyId }) => ({
      fromType: 'deal',
      fromId: record.id,
      toType: 'company',
      toId: companyId,
    })),
    otherSystems: happened.filter(({ kind }) => !productive.has(kind)),
    settings,
    truth: truthOf([...companyIds.values()], happened, settings),
  };
}

type Log = {
  /** Company id by the log's key, in order of first appearance. */
  readonly companyIds: ReadonlyMap<string, string>;
  /** Under company ids. */
  readonly activities: readonly Activity[];
  readonly firstDay: Instant;
};

async function readLog(rows: EventsPortalOptions['activities']): Promise<Log> {
  const companyIdOf = createIds();
  const companyIds = new Map<string, string>();
  const activities = new Map<string, Activity>();
  let first = Infinity;
  for await (const activity of rows) {
    const companyId = companyIds.get(activity.partnerId) ?? companyIdOf(activity.partnerId);
    companyIds.set(activity.partnerId, companyId);
    first = Math.min(first, activity.occurredAt);
    activities.set(identityOf(activity), { ...activity, partnerId: companyId });
  }
  const firstDay = Math.floor(first / millisecondsPerDay) * millisecondsPerDay;
  return { companyIds, activities: [...activities.values()], firstDay };
}

/** What identifies an activity for ever (model/activity.ts). */
function identityOf({ source, sourceId, kind, partnerId }: Activity): string {
  return JSON.stringify([source, sourceId, kind, partnerId]);
}

/**
 * Twelve-digit ids made of keys. Two keys that meet in one id are told apart by who came first, so a log that only
 * grows at its end keeps every id.
 */
function createIds(): (key: string) => string {
  const used = new Set<number>();
  return (key) => {
    const digest = createHash('sha256').update(key).digest().readUIntBE(0, 6);
    let id = 100_000_000_000 + (digest % 900_000_000_000);
    while (used.has(id)) id += 1;
    used.add(id);
    return String(id);
  };
}

function companyRecord(key: string, id: string, ownerId: string, createdAt: Instant): SeedRecord {
  return {
    type: 'company',
    id,
    properties: {
      name: `Partner ${key}`,
      type: 'PARTNER',
      hubspot_owner_id: ownerId,
      [partnerProperties.externalId]: key,
    },
    createdAt,
    updatedAt: createdAt,
    archivedAt: null,
    mergedIds: [],
  };
}

function dealRecords(
  sales: readonly Activity[],
  currency: string,
): { record: SeedRecord; companyId: string }[] {
  const dealIdOf = createIds();
  return sales.map((sale) => {
    const { partnerId, occurredAt, amount, sourceId } = sale;
    const record: SeedRecord = {
      type: 'deal',
      id: dealIdOf(identityOf(sale)),
      properties: {
        dealname: `Sale ${sourceId}`,
        pipeline: salesPipeline.id,
        dealstage: 'closedwon',
        hs_is_closed: 'true',
        hs_is_closed_won: 'true',
        hs_is_closed_lost: 'false',
        closedate: toIso(occurredAt),
        deal_currency_code: amount?.currency ?? currency,
        ...(amount === null ? {} : { amount: amount.amount }),
      },
      createdAt: occurredAt,
      updatedAt: occurredAt,
      archivedAt: null,
      mergedIds: [],
    };
    return { record, companyId: partnerId };
  });
}

function settingsFor(settings: Settings): Settings {
  return {
    ...settings,
    partnerDefinition: { by: 'property', property: 'type', values: ['PARTNER'] },
    mapping: {
      deals: settings.mapping.deals,
      partnerTypeProperty: null,
      tierProperty: null,
      regionProperty: null,
      externalIdProperty: partnerProperties.externalId,
      joinedAtProperty: null,
      individualRateProperty: null,
      activityDates: [],
    },
  };
}

/** A sale is what the mapping makes of a won deal, which may be nothing. */
function truthOf(
  companyIds: readonly string[],
  happened: readonly Activity[],
  { mapping }: Settings,
): PartnerTruth[] {
  const kinds = dealKinds(mapping, salesPipeline.id);
  const saleCounts = [kinds.created, kinds.won].some((kind) => kind !== null && isPartnerKind(kind));
  const latest = new Map<string, Instant>();
  for (const { partnerId, kind, occurredAt } of happened) {
    if (productive.has(kind) ? !saleCounts : !isPartnerKind(kind)) continue;
    latest.set(partnerId, Math.max(latest.get(partnerId) ?? occurredAt, occurredAt));
  }
  return companyIds.map((companyId) => ({
    companyId,
    story: 'event_log',
    lastPartnerActivityAt: latest.get(companyId) ?? null,
  }));
}
