/**
 * A programme of any size for `bench assess`: partners of three types, and activities in the order in which a portal
 * would have seen them, so that those of one partner lie scattered over the table as they do in life.
 */
import type { Activity, Source, SourceState } from '../model/activity.ts';
import { millisecondsPerDay, type Instant } from '../model/instant.ts';
import type { Kind } from '../model/kind.ts';
import { createRandom, type Random } from '../sandbox/programmes/random.ts';
import type { SyncedPartner } from '../store/partners.ts';

export type ProgrammeSize = { readonly partners: number; readonly activities: number; readonly seed: number };

const historyDays = 730;
/** One in so many partners falls silent for good at some time of the history. */
const silentShare = 0.3;

type Line = {
  readonly kind: Kind;
  readonly source: Source;
  readonly weight: number;
  readonly paid?: true;
  readonly counted?: true;
};

/** What each type of partner does; weights are relative. */
const lines: readonly (readonly [type: string, lines: readonly Line[]])[] = [
  [
    'affiliate',
    [
      { kind: 'click', source: 'csv:network', weight: 80, counted: true },
      { kind: 'sale', source: 'csv:network', weight: 15, paid: true },
      { kind: 'email_inbound', source: 'hubspot.emails', weight: 5 },
    ],
  ],
  [
    'reseller',
    [
      { kind: 'deal_registered', source: 'hubspot.deals', weight: 20, paid: true },
      { kind: 'deal_won', source: 'hubspot.deals', weight: 10, paid: true },
      { kind: 'portal_login', source: 'csv:portal', weight: 40 },
      { kind: 'campaign_run', source: 'csv:portal', weight: 5 },
      { kind: 'meeting_held', source: 'hubspot.meetings', weight: 10 },
      { kind: 'email_outbound', source: 'hubspot.emails', weight: 15 },
    ],
  ],
  [
    'distributor',
    [
      { kind: 'order', source: 'csv:shop', weight: 60, paid: true },
      { kind: 'training_completed', source: 'csv:portal', weight: 20 },
      { kind: 'call_inbound', source: 'hubspot.calls', weight: 20 },
    ],
  ],
];

export function sourceStates(now: Instant): readonly SourceState[] {
  const kinds = new Map<Source, Set<Kind>>();
  for (const [, some] of lines) {
    for (const { source, kind } of some) kinds.set(source, (kinds.get(source) ?? new Set()).add(kind));
  }
  return [...kinds].map(([source, told]) => ({
    source,
    complete: true,
    completeUpTo: now,
    kinds: [...told],
  }));
}

/** Ids of one length, so that they sort as numbers do. */
export function partnerIdOf(index: number): string {
  return String(10_000_000_000 + index);
}

function typeOf(index: number): (typeof lines)[number] {
  return lines[index % lines.length] as (typeof lines)[number];
}

export function* benchPartners(size: ProgrammeSize, now: Instant, page: number): Generator<SyncedPartner[]> {
  for (let start = 0; start < size.partners; start += page) {
    const count = Math.min(page, size.partners - start);
    yield Array.from({ length: count }, (_, offset) => partnerAt(start + offset, now));
  }
}

function partnerAt(index: number, now: Instant): SyncedPartner {
  return {
    id: partnerIdOf(index),
    mergedIds: [],
    name: `Partner ${index}`,
    domain: `partner-${index}.example`,
    ownerId: String(1000 + (index % 50)),
    partnerType: typeOf(index)[0],
    tier: ['gold', 'silver', 'bronze'][index % 7] ?? null,
    region: ['EMEA', 'Americas', 'Asia'][index % 5] ?? null,
    externalId: `P-${index}`,
    individualRate: null,
    joinedAt: now - historyDays * millisecondsPerDay,
    snoozedUntil: null,
    updatedAt: now - millisecondsPerDay,
    published: {},
  };
}

/** Oldest first. Some partners do three times as much as others, and some have stopped. */
export function* benchActivities(size: ProgrammeSize, now: Instant, page: number): Generator<Activity[]> {
  const random = createRandom(size.seed, 1);
  const silentFrom = Float64Array.from({ length: size.partners }, () =>
    random.chance(silentShare) ? random.next() : 1,
  );
  for (let start = 0; start < size.activities; start += page) {
    const count = Math.min(page, size.activities - start);
    yield Array.from({ length: count }, (_, offset) => {
      const share = (start + offset) / size.activities;
      const ago = (1 - share) * historyDays * millisecondsPerDay;
      return activityOf(
        start + offset,
        whoActs(random, silentFrom, share),
        Math.floor(now - 1 - ago),
        random,
      );
    });
  }
}

function whoActs(random: Random, silentFrom: Float64Array, share: number): number {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const index = Math.floor(silentFrom.length * random.next() ** 1.5);
    if ((silentFrom[index] ?? 0) >= share) return index;
  }
  return 0;
}

function activityOf(number: number, partner: number, occurredAt: Instant, random: Random): Activity {
  const line = pickLine(typeOf(partner)[1], random);
  return {
    partnerId: partnerIdOf(partner),
    kind: line.kind,
    occurredAt,
    quantity: line.counted === true ? random.integer(1, 60) : 1,
    amount: line.paid === true ? { amount: `${random.integer(100, 90_000)}.50`, currency: 'EUR' } : null,
    source: line.source,
    sourceId: String(number),
  };
}

function pickLine(some: readonly Line[], random: Random): Line {
  let left = random.next() * some.reduce((sum, { weight }) => sum + weight, 0);
  for (const line of some) {
    left -= line.weight;
    if (left < 0) return line;
  }
  return some[0] as Line;
}

export type BenchDay = {
  /** Of the days after the history, from 1. */
  readonly number: number;
  readonly now: Instant;
  /** So much of the programme does something. */
  readonly share: number;
};

/** Evenly spread over the programme, and others every day. */
export function nextDay(size: ProgrammeSize, { number, now, share }: BenchDay): Activity[] {
  const random = createRandom(size.seed, 1 + number);
  const changed = Math.max(1, Math.round(size.partners * share));
  return Array.from({ length: changed }, (_, index) =>
    activityOf(
      size.activities + (number - 1) * changed + index,
      (Math.floor((index * size.partners) / changed) + number - 1) % size.partners,
      now - 1000 - index,
      random,
    ),
  );
}
