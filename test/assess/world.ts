/** Small builders for assessment tests: a day becomes an instant at noon of the portal's zone. */
import type { SourceState, TimelineEntry } from '../../src/model/activity.ts';
import { presets } from '../../src/assess/presets.ts';
import type { Context } from '../../src/assess/assess.ts';
import type { ProgrammeFacts } from '../../src/model/facts.ts';
import { startOfDay, type Day, type Instant } from '../../src/model/instant.ts';
import { kinds, type Kind } from '../../src/model/kind.ts';
import type { Partner } from '../../src/model/partner.ts';
import { everyone, type Rule, type Settings } from '../../src/model/settings.ts';

export { everyone };

export const hourMs = 3_600_000;
const zone = 'Europe/Berlin';

export function at(day: Day, hours = 12, timeZone = zone): Instant {
  return startOfDay(day, timeZone) + hours * hourMs;
}

export function partner(overrides: Partial<Partner> = {}): Partner {
  return {
    id: '101',
    mergedIds: [],
    name: 'Nordwind IT',
    domain: 'nordwind.example',
    ownerId: null,
    partnerType: 'reseller',
    tier: 'gold',
    region: 'EMEA',
    externalId: null,
    individualRate: null,
    joinedAt: at('2020-01-01'),
    snoozedUntil: null,
    ...overrides,
  };
}

export function entry(kind: Kind, day: Day, quantity = 1, timeZone = zone): TimelineEntry {
  return { kind, occurredAt: at(day, 12, timeZone), quantity, amount: null, source: 'csv:test' };
}

/** One source for everything, complete up to the instant of judgement unless told otherwise. */
export function source(overrides: Partial<SourceState> = {}): SourceState {
  return { source: 'csv:test', complete: true, completeUpTo: at('2026-06-30', 1), kinds, ...overrides };
}

export function absence(overrides: Partial<Extract<Rule, { test: 'absence' }>> = {}): Rule {
  return {
    id: 'deals_180',
    test: 'absence',
    behaviour: 'sales',
    windowDays: 180,
    minimum: 1,
    severity: 'inactive',
    audience: everyone,
    ...overrides,
  };
}

export function settings(overrides: Partial<Settings> = {}): Settings {
  return { ...presets.reseller, ...overrides };
}

export function context(
  day: Day,
  overrides: Omit<Partial<Context>, 'settings'> & { settings?: Settings } = {},
): Context {
  const { settings: definition = presets.reseller, ...rest } = overrides;
  const timeZone = rest.timeZone ?? zone;
  return {
    settings: { version: 3, settings: definition },
    sources: [source()],
    timeZone,
    now: at(day, 2, timeZone),
    cadence: null,
    facts: null,
    ...rest,
  };
}

/** A programme that was looked at and had nothing to tell. */
export const noFacts: ProgrammeFacts = {
  asOf: '2026-01-01',
  partners: 0,
  currency: 'EUR',
  amounts: [],
  peaks: [],
  histories: [],
  tiers: {},
  bounds: { medium: 0.5, high: 0.8 },
  returns: null,
};
