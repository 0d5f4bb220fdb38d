/**
 * A day of work in the reference portal (reliability.md 2.2): 1,000 companies, 2,000 deals and 10,000 engagements change,
 * fewer at a smaller scale, in every way in which records of a CRM do.
 */
import { millisecondsPerDay, toIso, type Instant } from '../../model/instant.ts';
import { engagementTypes, linkedTypes, type LinkedType } from '../../model/record.ts';
import type { Mutation } from '../mutation.ts';
import type { SeedAssociation } from '../seed.ts';
import type { Sandbox } from '../server.ts';
import { partnerProperties } from './properties.ts';
import { createRandom, type Random } from './random.ts';
import { drawProperties, scaled, type Cast, type ReferencePortal } from './reference.ts';

type Happening = { readonly at: Instant; readonly mutation: Mutation };

/** How many of each at scale 1. */
const companies = {
  editedPartners: 300,
  editedOthers: 625,
  unmarked: 10,
  marked: 10,
  createdPartners: 10,
  createdOthers: 20,
  archivedPartners: 5,
  restoredPartners: 5,
  comeAndGone: 5,
  /** Of each of three kinds: two partners, a partner that stays one, a partner that becomes something else. */
  merged: 5,
} as const;
type RecordCounts = {
  readonly createdOnPartners: number;
  readonly createdElsewhere: number;
  readonly editedOnPartners: number;
  readonly editedElsewhere: number;
  /** Half of them on partners. */
  readonly archived: number;
  readonly restored: number;
  readonly comeAndGone: number;
  readonly erased: number;
  readonly associated: number;
  readonly dissociated: number;
  readonly moved: number;
};
const deals: RecordCounts = {
  createdOnPartners: 300,
  createdElsewhere: 300,
  editedOnPartners: 400,
  editedElsewhere: 750,
  archived: 60,
  restored: 20,
  comeAndGone: 10,
  erased: 10,
  associated: 50,
  dissociated: 50,
  moved: 50,
};
/** All six types together. */
const engagements: RecordCounts = {
  createdOnPartners: 3_000,
  createdElsewhere: 3_600,
  editedOnPartners: 800,
  editedElsewhere: 1_900,
  archived: 240,
  restored: 60,
  comeAndGone: 60,
  erased: 40,
  associated: 120,
  dissociated: 120,
  moved: 60,
};
/** What happens on a day happens with few partners. */
const busyPartners = 300;

const hourMs = 3_600_000;
const workBegins = 6 * hourMs;
const workEnds = 19 * hourMs;

/** The type whose edits all come at once: an import, a workflow over everything. */
const denseType: LinkedType = 'note';

type DayOptions = {
  readonly portal: ReferencePortal;
  readonly scale: number;
  readonly seed: number;
  /** Any instant of the day, before the work begins. */
  readonly now: Instant;
};

/** In the order of time. */
export function createReferenceDay({ portal, scale, seed, now }: DayOptions): Happening[] {
  const random = createRandom(seed, -8);
  const midnight = Math.floor(now / millisecondsPerDay) * millisecondsPerDay;
  const partners = new Deck(random, portal.cast.partners);
  const day: Day = {
    random,
    cast: portal.cast,
    partners,
    busy: partners.draw(scaled(busyPartners, scale)),
    happenings: [],
    at: () => midnight + random.integer(workBegins, workEnds - 2 * hourMs),
    count: (number) => scaled(number, scale),
  };
  changeCompanies(day);
  for (const type of linkedTypes) {
    const share = type === 'deal' ? 1 : 1 / engagementTypes.length;
    changeRecords(day, portal, type, type === 'deal' ? deals : engagements, (number) =>
      scaled(number * share, scale),
    );
  }
  return day.happenings.sort((one, other) => one.at - other.at);
}

/** The account's clock stands still at the last of them. */
export function liveThrough(sandbox: Sandbox, happenings: readonly Happening[]): void {
  let now = sandbox.now();
  sandbox.setClock(() => now);
  for (const { at, mutation } of happenings) {
    now = Math.max(now, at);
    sandbox.mutate(mutation);
  }
}

/** Records are drawn once: what a later happening finds does not depend on an earlier one. */
class Deck {
  readonly #random: Random;
  readonly #ids: string[];

  constructor(random: Random, ids: readonly string[]) {
    this.#random = random;
    this.#ids = [...ids];
  }

  /** Fewer where there are no more. */
  draw(count: number): string[] {
    return Array.from({ length: Math.min(count, this.#ids.length) }, () => {
      const position = this.#random.integer(0, this.#ids.length - 1);
      const drawn = this.#ids[position] as string;
      this.#ids[position] = this.#ids.at(-1) as string;
      this.#ids.pop();
      return drawn;
    });
  }
}

type Day = {
  readonly random: Random;
  readonly cast: Cast;
  readonly partners: Deck;
  readonly busy: readonly string[];
  readonly happenings: Happening[];
  readonly at: () => Instant;
  readonly count: (number: number) => number;
};

function changeCompanies(day: Day): void {
  const { random, cast, partners, happenings, at, count } = day;
  const type = 'company';
  const others = new Deck(random, cast.others);
  const edit = (ids: readonly string[], propertiesAt: (at: Instant) => Record<string, string>): void => {
    for (const id of ids) {
      const when = at();
      happenings.push({ at: when, mutation: { do: 'edit', type, id, properties: propertiesAt(when) } });
    }
  };
  edit(partners.draw(count(companies.editedPartners)), (when) =>
    random.chance(0.5)
      ? { [partnerProperties.tier]: random.pick(['gold', 'silver', 'registered']) }
      : { partner_portal_last_login: toIso(when).slice(0, 10) },
  );
  edit(others.draw(count(companies.editedOthers)), () => ({ phone: `+49 30 ${random.integer(1e5, 1e6)}` }));
  edit(partners.draw(count(companies.unmarked)), () => ({ type: 'OTHER' }));
  edit(others.draw(count(companies.marked)), () => ({ type: 'PARTNER' }));
  create(day, count(companies.createdPartners), 'PARTNER');
  create(day, count(companies.createdOthers), 'PROSPECT');
  for (const id of partners.draw(count(companies.archivedPartners)))
    happenings.push({ at: at(), mutation: { do: 'delete', type, id } });
  for (const id of cast.archivedPartners.slice(0, count(companies.restoredPartners)))
    happenings.push({ at: at(), mutation: { do: 'restore', type, id } });
  comeAndGo(day, type, partners.draw(count(companies.comeAndGone)));
  const pairs = [
    [partners, partners],
    [partners, others],
    [others, partners],
  ] as const;
  for (const [primaries, merged] of pairs) {
    for (const primaryId of primaries.draw(count(companies.merged))) {
      const [mergedId] = merged.draw(1);
      if (mergedId !== undefined)
        happenings.push({ at: at(), mutation: { do: 'merge', type, primaryId, mergedId } });
    }
  }
}

function create({ random, happenings, at, cast }: Day, howMany: number, type: string): void {
  for (let index = 0; index < howMany; index += 1) {
    const properties = {
      name: `New company ${type.toLowerCase()} ${index}`,
      type,
      hubspot_owner_id: random.pick(cast.owners).id,
      ...(type === 'PARTNER' ? { [partnerProperties.tier]: 'registered' } : {}),
    };
    happenings.push({ at: at(), mutation: { do: 'create', type: 'company', properties } });
  }
}

/** Archived by mistake, and back an hour later: nothing about it looks modified. */
function comeAndGo({ happenings, at }: Day, type: LinkedType | 'company', ids: readonly string[]): void {
  for (const id of ids) {
    const when = at();
    happenings.push({ at: when, mutation: { do: 'delete', type, id } });
    happenings.push({ at: when + hourMs, mutation: { do: 'restore', type, id } });
  }
}

function changeRecords(
  day: Day,
  portal: ReferencePortal,
  type: LinkedType,
  counts: RecordCounts,
  count: (number: number) => number,
): void {
  const { random, cast, happenings, at, busy } = day;
  const onPartners = new Deck(random, cast.records[type].onPartners);
  const elsewhere = new Deck(random, cast.records[type].elsewhere);
  const each = (ids: readonly string[], mutation: (id: string) => Mutation): void => {
    for (const id of ids) happenings.push({ at: at(), mutation: mutation(id) });
  };
  for (const [number, targets] of [
    [counts.createdOnPartners, busy],
    [counts.createdElsewhere, cast.others],
  ] as const) {
    for (let index = count(number); index > 0; index -= 1) {
      const when = at();
      const properties = drawProperties(random, type, when, random.pick(cast.owners).id);
      const associations = [{ toType: 'company' as const, toId: random.pick(targets) }];
      happenings.push({ at: when, mutation: { do: 'create', type, properties, associations } });
    }
  }
  const dense = at();
  for (const id of [
    ...onPartners.draw(count(counts.editedOnPartners)),
    ...elsewhere.draw(count(counts.editedElsewhere)),
  ]) {
    const when = type === denseType ? dense : at();
    const properties = drawProperties(random, type, when, random.pick(cast.owners).id);
    happenings.push({ at: when, mutation: { do: 'edit', type, id, properties } });
  }
  const half = Math.ceil(count(counts.archived) / 2);
  each([...onPartners.draw(half), ...elsewhere.draw(half)], (id) => ({ do: 'delete', type, id }));
  each(cast.records[type].archived.slice(0, count(counts.restored)), (id) => ({ do: 'restore', type, id }));
  comeAndGo(day, type, onPartners.draw(count(counts.comeAndGone)));
  each(onPartners.draw(count(counts.erased)), (id) => ({ do: 'erase', type, id }));
  changeAssociations(day, portal, type, {
    associated: elsewhere.draw(count(counts.associated)),
    dissociated: onPartners.draw(count(counts.dissociated)),
    moved: onPartners.draw(count(counts.moved)),
  });
}

/** A changed association modifies no record: nothing but reading associations tells. */
function changeAssociations(
  { random, happenings, at, busy }: Day,
  { seed }: ReferencePortal,
  type: LinkedType,
  ids: { readonly associated: string[]; readonly dissociated: string[]; readonly moved: string[] },
): void {
  const cut = new Set([...ids.dissociated, ...ids.moved]);
  const hangsOn = new Map<string, SeedAssociation>();
  for (const association of seed.associations) {
    if (association.fromType === type && cut.has(association.fromId))
      hangsOn.set(association.fromId, association);
  }
  for (const id of cut) {
    const association = hangsOn.get(id);
    if (association !== undefined)
      happenings.push({ at: at(), mutation: { do: 'dissociate', ...association } });
  }
  for (const id of [...ids.associated, ...ids.moved]) {
    const ends = { fromType: type, fromId: id, toType: 'company' as const, toId: random.pick(busy) };
    happenings.push({ at: at(), mutation: { do: 'associate', ...ends } });
  }
}
