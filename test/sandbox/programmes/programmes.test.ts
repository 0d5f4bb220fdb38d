import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { millisecondsPerDay, startOfDay, type Instant } from '../../../src/model/instant.ts';
import { settingsSchema } from '../../../src/model/settings.ts';
import { createProgramme, programmeNames } from '../../../src/sandbox/programmes/programmes.ts';
import { stories } from '../../../src/sandbox/programmes/stories.ts';
import type { PortalSeed, SeedRecord } from '../../../src/sandbox/seed.ts';
import { judgeLastActivity } from './judge.ts';

const noon = Date.UTC(2026, 10, 24, 12);
const account = fc.record({
  programme: fc.constantFrom(...programmeNames),
  partners: fc.integer({ min: 1, max: 120 }),
  seed: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  now: fc.integer({ min: Date.UTC(2016, 0, 1), max: Date.UTC(2035, 0, 1) }),
  otherCompanies: fc.integer({ min: 0, max: 60 }),
});
const anyAccount = (check: (seed: PortalSeed, now: Instant) => void) =>
  fc.assert(
    fc.property(account, (options) => check(createProgramme(options), options.now)),
    { numRuns: 40 },
  );

const ofType = (seed: PortalSeed, type: SeedRecord['type']) =>
  seed.records.filter((record) => record.type === type);
const share = (count: number, seed: PortalSeed) => count / seed.truth.length;

describe('any sample account', () => {
  test('is the same to the last byte for the same options, and another one for another seed', () => {
    fc.assert(
      fc.property(account, (options) => {
        const one = JSON.stringify(createProgramme(options));
        expect(JSON.stringify(createProgramme(options))).toBe(one);
        expect(
          JSON.stringify(createProgramme({ ...options, seed: options.seed === 0 ? 1 : options.seed - 1 })),
        ).not.toBe(one);
      }),
      { numRuns: 10 },
    );
  });

  test('numbers records uniquely within their type, merged ones included', () => {
    anyAccount((seed) => {
      const ids = seed.records.flatMap(({ type, id, mergedIds }) =>
        [id, ...mergedIds].map((each) => `${type}/${each}`),
      );
      expect(new Set(ids).size).toBe(ids.length);
      expect(seed.records.every(({ id }) => /^\d+$/.test(id))).toBe(true);
    });
  });

  test('links only records that exist, and every deal and engagement to a company', () => {
    anyAccount((seed) => {
      const known = new Set(seed.records.map(({ type, id }) => `${type}/${id}`));
      const linked = new Set<string>();
      for (const { fromType, fromId, toType, toId } of seed.associations) {
        expect(known).toContain(`${fromType}/${fromId}`);
        expect(known).toContain(`${toType}/${toId}`);
        if (toType === 'company') linked.add(`${fromType}/${fromId}`);
      }
      const loose = seed.records.filter(({ type, id }) => type !== 'company' && !linked.has(`${type}/${id}`));
      expect(loose).toEqual([]);
      const links = seed.associations.map((association) => JSON.stringify(association));
      expect(new Set(links).size).toBe(links.length);
    });
  });

  test('holds nothing that is dated after now, but meetings and tasks to come', () => {
    anyAccount((seed, now) => {
      for (const record of seed.records) {
        expect(Math.max(record.createdAt, record.updatedAt, record.archivedAt ?? 0)).toBeLessThanOrEqual(now);
        expect(record.updatedAt).toBeGreaterThanOrEqual(record.createdAt);
        const mayCome = record.type === 'meeting' || record.type === 'task';
        const dates = Object.values(record.properties).filter((value) => /^\d{4}-\d\d-\d\d(T|$)/.test(value));
        for (const date of mayCome ? [] : dates) {
          const at = date.includes('T') ? Date.parse(date) : startOfDay(date, seed.timeZone);
          expect(at).toBeLessThanOrEqual(now);
        }
      }
      expect(seed.otherSystems.every(({ occurredAt }) => occurredAt <= now)).toBe(true);
    });
  });

  test('knows of each partner what a judge who reads only the records would find', () => {
    anyAccount((seed, now) => {
      const judged = judgeLastActivity(seed, now);
      for (const { companyId, lastPartnerActivityAt, story } of seed.truth) {
        expect({ companyId, story, at: lastPartnerActivityAt }).toEqual({
          companyId,
          story,
          at: judged.get(companyId) ?? null,
        });
      }
    });
  });

  test('tells the truth about exactly the living partner companies', () => {
    anyAccount((seed) => {
      const partners = ofType(seed, 'company').filter(
        ({ properties, archivedAt }) => properties['type'] === 'PARTNER' && archivedAt === null,
      );
      expect(seed.truth.map(({ companyId }) => companyId).sort()).toEqual(
        partners.map(({ id }) => id).sort(),
      );
    });
  });

  test('keeps to its own definitions: settings, owners, pipelines, property options', () => {
    anyAccount((seed) => {
      expect(settingsSchema.parse(seed.settings)).toEqual(seed.settings);
      expect(seed.owners.length).toBeGreaterThanOrEqual(5);
      expect(seed.owners.length).toBeLessThanOrEqual(8);
      expect(seed.owners.filter(({ archived }) => archived)).toHaveLength(1);
      const owners = new Set(seed.owners.map(({ id }) => id));
      const stages = new Set(
        seed.pipelines.flatMap(({ id, stages }) => stages.map((stage) => `${id}/${stage.id}`)),
      );
      const definitions = new Map(seed.companyProperties.map((property) => [property.name, property]));
      const valid = ({ type, properties }: SeedRecord) =>
        owners.has(properties['hubspot_owner_id'] ?? seed.owners[0]?.id ?? '') &&
        (type !== 'deal' || stages.has(`${properties['pipeline']}/${properties['dealstage']}`)) &&
        Object.entries(properties).every(([name, value]) => {
          const options = definitions.get(name)?.options ?? [];
          return options.length === 0 || options.some((option) => option.value === value);
        });
      expect(seed.records.filter((record) => !valid(record))).toEqual([]);
      const { mapping } = seed.settings;
      const named = [
        mapping.tierProperty,
        mapping.externalIdProperty,
        ...mapping.activityDates.map(({ property }) => property),
      ];
      for (const name of named) expect([...definitions.keys()]).toContain(name);
    });
  });
});

describe.each(programmeNames)('the %s programme of 240 partners', (programme) => {
  const seed = createProgramme({ programme, partners: 240, seed: 1, now: noon });

  test('never counts outreach, notes, tasks or meetings that fell through as activity', () => {
    const silent = new Set(
      seed.truth.filter(({ story }) => story === 'never_activated').map(({ companyId }) => companyId),
    );
    const touched = seed.associations.filter(({ toType, toId }) => toType === 'company' && silent.has(toId));
    expect(new Set(touched.map(({ fromType }) => fromType))).toEqual(
      new Set([
        'contact',
        'call',
        'email',
        'meeting',
        'note',
        'task',
        'communication',
        ...(programme === 'reseller' ? ['deal'] : []),
      ]),
    );
    const never = seed.truth.filter(({ story }) => story === 'never_activated');
    expect(never.map(({ lastPartnerActivityAt }) => lastPartnerActivityAt)).toEqual(never.map(() => null));
  });

  test('has merged, archived and shared records, owners who left, and records of strangers', () => {
    expect(ofType(seed, 'company').filter(({ mergedIds }) => mergedIds.length > 0).length).toBeGreaterThan(2);
    expect(ofType(seed, 'company').filter(({ archivedAt }) => archivedAt !== null).length).toBeGreaterThan(2);
    const left = seed.owners.find(({ archived }) => archived)?.id;
    expect(seed.records.some(({ properties }) => properties['hubspot_owner_id'] === left)).toBe(true);
    const partners = new Set(seed.truth.map(({ companyId }) => companyId));
    expect(seed.associations.some(({ fromType, toId }) => fromType === 'deal' && !partners.has(toId))).toBe(
      true,
    );
    expect(seed.associations.some(({ fromType, toId }) => fromType === 'call' && !partners.has(toId))).toBe(
      true,
    );
  });

  test('has calls and mails in both directions and meetings with every outcome, past and to come', () => {
    const values = (type: SeedRecord['type'], name: string) =>
      new Set(ofType(seed, type).map(({ properties }) => properties[name]));
    expect(values('call', 'hs_call_direction')).toEqual(new Set(['INBOUND', 'OUTBOUND']));
    expect(values('email', 'hs_email_direction')).toEqual(new Set(['INCOMING_EMAIL', 'EMAIL']));
    expect(values('meeting', 'hs_meeting_outcome')).toEqual(
      new Set(['COMPLETED', 'SCHEDULED', undefined, 'CANCELED', 'NO_SHOW', 'RESCHEDULED']),
    );
    const times = ofType(seed, 'meeting').map(({ properties }) =>
      Date.parse(properties['hs_timestamp'] ?? ''),
    );
    expect(times.some((at) => at > noon)).toBe(true);
    expect(times.some((at) => at < noon)).toBe(true);
    expect(values('deal', 'hs_is_closed_lost')).toEqual(new Set(['true', 'false']));
  });

  test('tells every story, and a tracking break that silences nine partners on one day', () => {
    const counts = Map.groupBy(seed.truth, ({ story }) => story);
    expect(new Set(counts.keys())).toEqual(new Set(stories));
    const broken = counts.get('tracking_break') ?? [];
    expect(broken).toHaveLength(9);
    const days = broken.map(({ companyId }) => lastDayOfBrokenSource(seed, companyId));
    expect(new Set(days)).toEqual(
      new Set([new Date(noon - 60 * millisecondsPerDay).toISOString().slice(0, 10)]),
    );
  });
});

/** The source that broke: portal logins, orders, or the network's clicks and sales. */
function lastDayOfBrokenSource(seed: PortalSeed, companyId: string): string | undefined {
  const login = ofType(seed, 'company').find(({ id }) => id === companyId)?.properties[
    'partner_portal_last_login'
  ];
  if (login !== undefined) return login;
  const orders = new Set(
    seed.associations
      .filter(({ fromType, toId }) => fromType === 'deal' && toId === companyId)
      .map(({ fromId }) => fromId),
  );
  const feeds = new Set(
    seed.settings.mapping.deals
      .filter(({ won }) => won === 'order')
      .flatMap(({ pipelines }) => pipelines ?? []),
  );
  const times = [
    ...ofType(seed, 'deal')
      .filter(({ id, properties }) => orders.has(id) && feeds.has(properties['pipeline'] ?? ''))
      .map(({ createdAt }) => createdAt),
    ...seed.otherSystems
      .filter(({ partnerId }) => partnerId === companyId)
      .map(({ occurredAt }) => occurredAt),
  ];
  return new Date(Math.max(...times)).toISOString().slice(0, 10);
}

describe('the programmes match the numbers they are made after', () => {
  const halfYear = noon - 182 * millisecondsPerDay;
  const seeds = [1, 2, 3];

  test('about 30 % of resellers had neither a deal nor a portal login in six months', () => {
    for (const number of seeds) {
      const seed = createProgramme({ programme: 'reseller', partners: 240, seed: number, now: noon });
      const mine = {
        ...seed.settings.mapping,
        activityDates: seed.settings.mapping.activityDates.filter(({ kind }) => kind === 'portal_login'),
      };
      const deals = new Set(ofType(seed, 'deal').map(({ id }) => id));
      const judged = judgeLastActivity(
        {
          ...seed,
          settings: { ...seed.settings, mapping: mine },
          associations: seed.associations.filter(
            ({ fromType, fromId }) => fromType === 'deal' && deals.has(fromId),
          ),
        },
        noon,
      );
      const quiet = seed.truth.filter(({ companyId }) => (judged.get(companyId) ?? 0) < halfYear);
      expect(share(quiet.length, seed)).toBeGreaterThan(0.26);
      expect(share(quiet.length, seed)).toBeLessThan(0.34);
    }
  });

  test.each([Date.UTC(2026, 1, 10), Date.UTC(2026, 6, 10), noon])(
    'about a tenth of affiliates sell, more than half never acted, some click without selling (at %i)',
    (now) => {
      for (const number of seeds) {
        const seed = createProgramme({ programme: 'affiliate', partners: 240, seed: number, now });
        const recent = seed.otherSystems.filter(
          ({ occurredAt }) => occurredAt > now - 182 * millisecondsPerDay,
        );
        const selling = new Set(
          recent.filter(({ kind }) => kind === 'sale').map(({ partnerId }) => partnerId),
        );
        const clicking = new Set(
          recent.filter(({ kind }) => kind === 'click').map(({ partnerId }) => partnerId),
        );
        expect(share(selling.size, seed)).toBeGreaterThanOrEqual(0.08);
        expect(share(selling.size, seed)).toBeLessThanOrEqual(0.13);
        expect(share([...clicking].filter((id) => !selling.has(id)).length, seed)).toBeGreaterThan(0.1);
        const never = seed.truth.filter(({ lastPartnerActivityAt }) => lastPartnerActivityAt === null);
        expect(share(never.length, seed)).toBeGreaterThan(0.5);
        expect(ofType(seed, 'email').length).toBeGreaterThan(100);
      }
    },
  );

  test('distributors order through the Orders pipeline and train, and some have done neither for a year', () => {
    const seed = createProgramme({ programme: 'distributor', partners: 240, seed: 1, now: noon });
    const quiet = seed.truth.filter(
      ({ lastPartnerActivityAt }) => (lastPartnerActivityAt ?? 0) < noon - 365 * millisecondsPerDay,
    );
    expect(share(quiet.length, seed)).toBeGreaterThan(0.15);
    expect(share(quiet.length, seed)).toBeLessThan(0.3);
    expect(seed.settings.mapping.deals).toEqual([
      {
        pipelines: [seed.pipelines.find(({ label }) => label === 'Orders')?.id],
        created: null,
        won: 'order',
      },
    ]);
  });

  test('deals are shared by two partners', () => {
    for (const programme of ['reseller', 'distributor'] as const) {
      const seed = createProgramme({ programme, partners: 240, seed: 1, now: noon });
      const partners = new Set(seed.truth.map(({ companyId }) => companyId));
      const links = seed.associations.filter(
        ({ fromType, toId }) => fromType === 'deal' && partners.has(toId),
      );
      const shared = [...Map.groupBy(links, ({ fromId }) => fromId).values()].filter(
        ({ length }) => length === 2,
      );
      expect(shared.length).toBeGreaterThan(10);
    }
  });
});
