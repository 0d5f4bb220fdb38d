/** Partner companies and what happens with them, from their stories to their records. */
import { dayOf, millisecondsPerDay, startOfDay, type Instant } from '../../model/instant.ts';
import type { SeedOwner } from '../seed.ts';
import { addPeople, companyProperties } from './companies.ts';
import { addDeal, drawAmount } from './deals.ts';
import { addFutureMeeting, addOpenTask, addOutreach, addPartnerEngagement } from './engagements.ts';
import type { CompanyName } from './names.ts';
import type { PortalBuilder } from './portal-builder.ts';
import { counterpart, type PartnerProfile, type Programme, type Rate, type Scene } from './programme.ts';
import { partnerProperties } from './properties.ts';
import { createRandom, type Random } from './random.ts';
import { sampleTimes, withOneBetween, type Phase } from './rhythm.ts';
import { drawJoinedAt, drawLife, type Calendar, type Life, type Story, type Stream } from './stories.ts';

export type PartnerRequest = {
  readonly programme: Programme;
  readonly calendar: Calendar;
  readonly owners: readonly SeedOwner[];
  readonly seed: number;
};

const mergedShare = 0.03;
const withoutOwnerShare = 0.06;
const futureMeetingShare = 0.1;
const openTaskShare = 0.12;

/** Adds the company of one partner with its people, and draws its life; nothing has happened with it yet. */
export function addPartner(
  builder: PortalBuilder,
  { programme, calendar, owners, seed }: PartnerRequest,
  index: number,
  story: Story,
  companyName: CompanyName,
): PartnerProfile {
  const random = createRandom(seed, index);
  const joinedAt = drawJoinedAt(random, story, calendar);
  const life = drawLife(random, story, joinedAt, calendar);
  const ownerId = random.chance(withoutOwnerShare) ? null : random.pick(owners).id;
  const externalId = `${programme.externalIdPrefix}${100_000 + index}`;
  const dates = drawDates(random, programme, story, life, calendar);
  const mergedIds = random.chance(mergedShare) ? [builder.takeId('company'), builder.takeId('company')] : [];
  const companyId = builder.add('company', {
    properties: {
      ...companyProperties(random, companyName, ownerId),
      type: 'PARTNER',
      [partnerProperties.partnerType]: random.pick(programme.partnerTypes).value,
      [partnerProperties.tier]: drawTier(random, programme),
      [partnerProperties.region]: random.pick(programme.regions).value,
      [partnerProperties.externalId]: externalId,
      [partnerProperties.joinedAt]: dayOf(joinedAt, programme.account.timeZone),
      ...dates,
    },
    createdAt: joinedAt,
    updatedAt: lastUpdate(joinedAt, Object.values(dates), programme.account.timeZone),
    mergedIds,
  });
  builder.startTruth(companyId, story);
  for (const { property, kind } of builder.mapping.activityDates) {
    const day = dates[property];
    if (day !== undefined) builder.witness(companyId, kind, startOfDay(day, programme.account.timeZone));
  }
  const contactIds = addPeople(builder, random, companyId, companyName.domain, joinedAt);
  return { companyId, story, joinedAt, life, ownerId, contactIds, externalId, random };
}

/** Everything that happened with a partner. */
export function addHistory(
  scene: Scene,
  partner: PartnerProfile,
  programme: Programme,
  calendar: Calendar,
): void {
  const { builder } = scene;
  const { random, life } = partner;
  const timesOf = (stream: Stream) =>
    withStory(
      partner,
      stream,
      sampleTimes(random, life[stream], drawRate(random, programme.rates[stream])),
      calendar,
    );

  programme.produce(scene, partner, timesOf('productive'));
  programme.use?.(scene, partner, timesOf('usage'));
  for (const at of timesOf('conversation')) addPartnerEngagement(builder, random, counterpart(partner), at);

  const start = Math.max(partner.joinedAt, builder.now - calendar.historyDays * millisecondsPerDay);
  const whole: readonly Phase[] = [{ from: start, to: builder.now, level: 1 }];
  for (const at of sampleTimes(random, whole, drawRate(random, programme.rates.outreach))) {
    addOutreach(builder, random, counterpart(partner), at);
  }
  if (random.chance(futureMeetingShare)) addFutureMeeting(builder, random, counterpart(partner));
  if (random.chance(openTaskShare)) addOpenTask(builder, random, counterpart(partner));
}

/** A partner company in the recycling bin, with a recent deal: neither may be seen by anyone. */
export function addArchivedPartner(
  scene: Scene,
  { programme, calendar, seed }: PartnerRequest,
  index: number,
  companyName: CompanyName,
): void {
  const { builder, currency } = scene;
  const random = createRandom(seed, index);
  const archivedAt = Math.floor(calendar.now - random.between(1, 60) * millisecondsPerDay);
  const createdAt = archivedAt - random.integer(200, 900) * millisecondsPerDay;
  const companyId = builder.add('company', {
    properties: { ...companyProperties(random, companyName, null), type: 'PARTNER' },
    createdAt,
    archivedAt,
  });
  const closeAt = archivedAt - random.integer(1, 30) * millisecondsPerDay;
  const pipeline = programme.pipelines.at(-1);
  if (pipeline === undefined) return;
  addDeal(builder, random, {
    companyIds: [companyId],
    name: 'Deal of a deleted partner',
    pipeline,
    outcome: 'won',
    createdAt: closeAt,
    closeAt,
    amount: drawAmount(random, 1_000),
    currency,
    ownerId: null,
    archivedAt,
  });
}

function drawRate(random: Random, { mean, shape, atLeast }: Rate): number {
  return Math.max(atLeast, random.gamma(shape, mean));
}

/** Higher tiers are rarer: each half as likely as the one below. */
function drawTier(random: Random, { tiers }: Programme): string {
  const fromBelow = Math.min(Math.floor(random.exponential(1 / Math.LN2)), tiers.length - 1);
  return tiers[tiers.length - 1 - fromBelow]?.value ?? '';
}

/** The latest date of each kind, counted back from the end of the partner's last time in swing. */
function drawDates(
  random: Random,
  { dateProperties, account }: Programme,
  story: Story,
  life: Life,
  calendar: Calendar,
): Record<string, string> {
  const dates: Record<string, string> = {};
  for (const { property, meanGapDays, share } of dateProperties) {
    const last = life.usage.at(-1);
    const has = random.chance(share);
    const gapMs = random.exponential(meanGapDays / Math.max(last?.level ?? 1, 0.5)) * millisecondsPerDay;
    if (last === undefined || !has) continue;
    // A source that broke was alive until that very day, for all whom it served.
    const broke = story === 'tracking_break' && calendar.brokenStreams.includes('usage');
    const at = broke ? calendar.breakAt : Math.floor(last.to - 1 - gapMs);
    if (at >= last.from) dates[property] = dayOf(at, account.timeZone);
  }
  return dates;
}

function lastUpdate(joinedAt: Instant, days: readonly string[], timeZone: string): Instant {
  return Math.max(joinedAt, ...days.map((day) => startOfDay(day, timeZone)));
}

/** Chance may contradict a story (a seller that happened not to sell); the story wins. */
function withStory(
  { story, life, random }: PartnerProfile,
  stream: Stream,
  times: readonly Instant[],
  { breakAt, brokenStreams }: Calendar,
): readonly Instant[] {
  const last = life[stream].at(-1);
  if (last === undefined || (stream === 'conversation' && story !== 'engaged_without_sales')) return times;
  const ago = (days: number) => Math.max(last.from, last.to - days * millisecondsPerDay);
  switch (story) {
    case 'tracking_break':
      return brokenStreams.includes(stream)
        ? withOneBetween(random, times, breakAt, breakAt + millisecondsPerDay)
        : withOneBetween(random, times, ago(80), last.to);
    case 'sells':
    case 'engaged_without_sales':
    case 'declining':
    case 'reactivating':
      return withOneBetween(random, times, ago(80), last.to);
    case 'seasonal':
    case 'stopped':
      return withOneBetween(random, times, last.from, last.to);
    case 'new':
    case 'never_activated':
      return times;
  }
}
