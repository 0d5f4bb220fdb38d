/** A portal's days are its own: learning, reading a partner and the back-test count the same ones, wherever midnight is. */
import { expect, test } from 'vitest';
import { learnStream } from '../../src/assess/cadence/learn.ts';
import { readHistory, readSeries } from '../../src/assess/history.ts';
import { presets } from '../../src/assess/presets.ts';
import { eventDaysOf, type LogPartner } from '../../src/insight/log.ts';
import { modelsFor } from '../../src/jobs/learn.ts';
import type { Activity } from '../../src/model/activity.ts';
import { streams, type EventDays } from '../../src/model/cadence.ts';
import { calendarOf } from '../../src/model/calendar.ts';
import { millisecondsPerDay, startOfDay, type Instant } from '../../src/model/instant.ts';
import type { PartnerKind } from '../../src/model/kind.ts';
import { createRandom } from '../../src/sandbox/programmes/random.ts';
import { upsertActivities } from '../../src/store/activities.ts';
import { readEventDays } from '../../src/store/event-days.ts';
import { savePartners } from '../../src/store/partners.ts';
import { streamPartnersToAssess } from '../../src/store/timelines.ts';
import { freshStore } from '../store/fresh.ts';
import { activity, collect, partner } from '../store/samples.ts';

const store = freshStore();
const hour = 3_600_000;
const ids = Array.from({ length: 90 }, (_, index) => String(1000 + index));
const settings = { ...presets.reseller, rules: presets.reseller.rules.slice(0, 1) };
const signal = new AbortController().signal;

/** Half an hour beside a midnight of the zone or of UTC, on days of the zone that come at a rate of the partner's own. */
function nightOwl(partnerId: string, timeZone: string, until: Instant): Activity[] {
  const random = createRandom(Number(partnerId));
  const calendar = calendarOf(timeZone);
  const gapDays = 6 + 40 * random.next();
  const deals: Activity[] = [];
  let day = calendar.dayNumberOf(until) - 800 + Math.floor(random.next() * 40);
  while (calendar.startOf(day) < until) {
    const beside = Math.floor(random.next() * 4);
    const midnight = beside < 2 ? calendar.startOf(day) : day * millisecondsPerDay;
    const occurredAt = midnight + (beside % 2 === 0 ? 0.5 : -0.5) * hour;
    deals.push(activity(partnerId, `${partnerId}-${day}`, { kind: 'deal_won', occurredAt }));
    // Two evenings in a row are one day for a clock elsewhere.
    deals.push(
      activity(partnerId, `${partnerId}-${day}-again`, { kind: 'deal_won', occurredAt: occurredAt + hour }),
    );
    if (random.next() < 1 / 25) break;
    day += Math.ceil(-Math.log(1 - random.next()) * gapDays);
  }
  return deals.filter(({ occurredAt }) => occurredAt <= until);
}

async function liveThrough(timeZone: string, until: Instant): Promise<void> {
  const { db } = store();
  await savePartners(
    db,
    's1',
    ids.map((id) => partner(id)),
  );
  await upsertActivities(
    db,
    ids.flatMap((id) => nightOwl(id, timeZone, until)),
  );
}

/** The days that judging reads off each partner, in the order of the partners. */
async function daysAsRead(timeZone: string, now: Instant): Promise<EventDays> {
  const all = { now, settingsVersion: 1, all: true, batchSize: 50 };
  const days = (await collect(streamPartnersToAssess(store().db, all))).map(
    ({ timeline }) => readSeries(readHistory(timeline, calendarOf(timeZone), now), streams.productive).days,
  );
  let count = 0;
  return {
    days: Int32Array.from(days.flat()),
    offsets: Uint32Array.from([0, ...days.map((own) => (count += own.length))]),
    partners: days.length,
  };
}

/** Each partner's days once, as fitting takes them. */
function perPartner({ days, offsets, partners }: EventDays): number[][] {
  return Array.from({ length: partners }, (_, index) => [
    ...new Set(days.subarray(offsets[index], offsets[index + 1])),
  ]);
}

// Midnight of the first is at noon or eleven of UTC, of the second at six or seven, and the third shifts by half an hour.
const zones = ['Pacific/Auckland', 'America/Denver', 'Australia/Lord_Howe'];

test.each(zones)(
  'in %s what is learned is what follows from the days that judging reads',
  async (timeZone) => {
    const now = startOfDay('2026-04-09', timeZone) + 0.25 * hour;
    await liveThrough(timeZone, now);
    const { db } = store();
    const { productive } = await readEventDays(db, { now, timeZone, batchSize: 20, signal });
    const read = await daysAsRead(timeZone, now);
    expect(perPartner(productive)).toEqual(perPartner(read));

    const { falseAlarmShare } = settings;
    const ruleDays = settings.rules[0]?.windowDays ?? 0;
    const today = calendarOf(timeZone).dayNumberOf(now);
    const follows = learnStream(read, today, { falseAlarmShare, ruleDays });
    const learned = (await modelsFor({ store: store(), settings, timeZone, now, signal }))?.streams
      .productive;
    expect(follows?.fittedOn).toBe('2026-04-09');
    expect(learned).toEqual(follows);
    // Else the zone would make no difference here, and nothing would have been shown.
    const elsewhere = await modelsFor({ store: store(), settings, timeZone: 'UTC', now, signal });
    expect(elsewhere?.streams.productive?.parameters).not.toEqual(follows?.parameters);
  },
);

test.each(zones)('in %s the back-test goes by the days that judging reads', async (timeZone) => {
  const now = startOfDay('2026-10-04', timeZone) + 12 * hour;
  await liveThrough(timeZone, now);
  const all = { now, settingsVersion: 1, all: true, batchSize: 50 };
  const log: readonly LogPartner[] = await collect(streamPartnersToAssess(store().db, all));
  const kinds: readonly PartnerKind[] = streams.productive;
  const days = perPartner(eventDaysOf(log, kinds, calendarOf(timeZone)));
  expect(days).toEqual(perPartner(await daysAsRead(timeZone, now)));
});
