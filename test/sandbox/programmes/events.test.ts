import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { presets } from '../../../src/assess/presets.ts';
import { UsageError } from '../../../src/model/errors.ts';
import type { Activity } from '../../../src/model/activity.ts';
import { millisecondsPerDay } from '../../../src/model/instant.ts';
import type { Settings } from '../../../src/model/settings.ts';
import { createEventsPortal } from '../../../src/sandbox/programmes/events.ts';
import { judgeLastActivity } from './judge.ts';

const settings: Settings = {
  ...presets.reseller,
  mapping: { ...presets.reseller.mapping, deals: [{ pipelines: null, created: null, won: 'deal_won' }] },
};
const start = Date.UTC(2010, 11, 1);

const activity = fc.record({
  partnerId: fc.oneof(
    fc.integer({ min: 1, max: 9 }).map(String),
    fc.constantFrom('__proto__', 'Müller', '=1+1', ' '),
  ),
  kind: fc.constantFrom('order', 'sale', 'deal_won', 'click', 'email_outbound'),
  occurredAt: fc.integer({ min: 0, max: 400 }).map((days) => start + days * millisecondsPerDay),
  quantity: fc.integer({ min: 1, max: 9 }),
  amount: fc.option(fc.constant({ amount: '19.90', currency: 'GBP' })),
  source: fc.constant('csv:log'),
  sourceId: fc.integer({ min: 1, max: 40 }).map(String),
}) as fc.Arbitrary<Activity>;
const log = fc.array(activity, { minLength: 1, maxLength: 60 });
const lastDay = start + 400 * millisecondsPerDay;
const portalOf = (activities: readonly Activity[], now: number) =>
  createEventsPortal({ activities, now, settings, name: 'log.csv' });

const order = (partnerId: string, day: string, more: Partial<Activity> = {}): Activity => ({
  partnerId,
  kind: 'order',
  occurredAt: Date.parse(`${day}T00:00:00Z`),
  quantity: 1,
  amount: { amount: '12.50', currency: 'GBP' },
  source: 'csv:log',
  sourceId: `${partnerId}-${day}`,
  ...more,
});

describe('an account made of a log', () => {
  test('has one partner for each id of the log, there from its first day on, even before its first event', async () => {
    const portal = await portalOf([order('2', '2011-03-01'), order('1', '2010-12-05')], Date.UTC(2011, 0, 1));
    const companies = portal.records.filter(({ type }) => type === 'company');
    expect(
      companies.map(({ properties }) => [properties['name'], properties['partner_key'], properties['type']]),
    ).toEqual([
      ['Partner 2', '2', 'PARTNER'],
      ['Partner 1', '1', 'PARTNER'],
    ]);
    expect(companies.map(({ createdAt }) => createdAt)).toEqual([
      Date.UTC(2010, 11, 5),
      Date.UTC(2010, 11, 5),
    ]);
    expect(portal.settings.mapping.externalIdProperty).toBe('partner_key');
    expect(portal.truth.map(({ lastPartnerActivityAt }) => lastPartnerActivityAt)).toEqual([
      null,
      Date.UTC(2010, 11, 5),
    ]);
  });

  test('makes each productive event a won deal with its date, amount and currency', async () => {
    const portal = await portalOf(
      [order('7', '2011-01-18', { amount: { amount: '77183.6', currency: 'GBP' } })],
      lastDay,
    );
    const deal = portal.records.find(({ type }) => type === 'deal');
    expect(deal?.createdAt).toBe(Date.UTC(2011, 0, 18));
    expect(deal?.properties).toMatchObject({
      closedate: '2011-01-18T00:00:00.000Z',
      amount: '77183.6',
      deal_currency_code: 'GBP',
      hs_is_closed_won: 'true',
    });
    expect(portal.associations).toEqual([
      { fromType: 'deal', fromId: deal?.id, toType: 'company', toId: portal.truth[0]?.companyId },
    ]);
  });

  test('leaves other kinds to other systems, under the company', async () => {
    const portal = await portalOf(
      [order('7', '2011-01-18', { kind: 'portal_login', amount: null })],
      lastDay,
    );
    expect(portal.records.map(({ type }) => type)).toEqual(['company']);
    expect(portal.otherSystems).toMatchObject([
      { kind: 'portal_login', partnerId: portal.truth[0]?.companyId },
    ]);
    expect(portal.truth[0]?.lastPartnerActivityAt).toBe(Date.UTC(2011, 0, 18));
  });

  test('at a later day is the earlier account and newer deals', () =>
    fc.assert(
      fc.asyncProperty(log, fc.nat(400), fc.nat(400), async (activities, one, other) => {
        const first = Math.min(...activities.map(({ occurredAt }) => occurredAt));
        const [early, late] = [one, other]
          .sort((a, b) => a - b)
          .map((days) => first + days * millisecondsPerDay) as [number, number];
        const before = await portalOf(activities, early);
        const after = await portalOf(activities, late);
        const isOld = ({ createdAt }: { createdAt: number }) => createdAt <= early;
        expect(after.records.filter(isOld)).toEqual(before.records);
        expect(after.otherSystems.filter(({ occurredAt }) => occurredAt <= early)).toEqual(
          before.otherSystems,
        );
        expect(after.records.filter((record) => !isOld(record)).every(({ type }) => type === 'deal')).toBe(
          true,
        );
        expect({ ...after, records: [], associations: [], otherSystems: [], truth: [] }).toEqual({
          ...before,
          records: [],
          associations: [],
          otherSystems: [],
          truth: [],
        });
      }),
    ));

  test('keeps every id when the log grows at its end', () =>
    fc.assert(
      fc.asyncProperty(log, log, async (activities, more) => {
        const ids = (portal: Awaited<ReturnType<typeof portalOf>>) =>
          portal.records.map(({ type, id }) => `${type}/${id}`);
        const grown = new Set(ids(await portalOf([...activities, ...more], lastDay)));
        expect(ids(await portalOf(activities, lastDay)).filter((id) => !grown.has(id))).toEqual([]);
      }),
    ));

  test('counts an event once however often the log repeats it, and numbers records uniquely', () =>
    fc.assert(
      fc.asyncProperty(log, async (activities) => {
        const portal = await portalOf(activities, lastDay);
        const ids = portal.records.map(({ type, id }) => `${type}/${id}`);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.every((id) => /^\w+\/\d{12}$/.test(id))).toBe(true);
        const twice = await portalOf([...activities, ...activities], lastDay);
        expect(twice).toEqual(portal);
      }),
    ));

  test('knows of each partner what a judge who reads only the records would find', () =>
    fc.assert(
      fc.asyncProperty(log, fc.nat(400), async (activities, days) => {
        const now = Math.min(...activities.map(({ occurredAt }) => occurredAt)) + days * millisecondsPerDay;
        const portal = await portalOf(activities, now);
        const judged = judgeLastActivity(portal, now);
        for (const { companyId, lastPartnerActivityAt } of portal.truth) {
          expect(lastPartnerActivityAt).toBe(judged.get(companyId) ?? null);
        }
      }),
    ));

  test('refuses a log without events and a day before the log', async () => {
    await expect(portalOf([], lastDay)).rejects.toThrow(
      new UsageError('log.csv holds no event: there is nothing to show.'),
    );
    await expect(portalOf([order('1', '2011-01-18')], start)).rejects.toThrow(
      /begins on 2011-01-18, after the day asked for/,
    );
  });
});
