/** What we believe of the partners against what the account holds: every record that differs in anything is wrong. */
import { propertyKeys, propertyName, samePropertyValue } from '../hubspot/properties.ts';
import type { Activity } from '../model/activity.ts';
import { linkedTypes, type LinkedType } from '../model/record.ts';
import type { Settings } from '../model/settings.ts';
import type { ExpectedPartner, ExpectedRecord } from '../sandbox/expectation.ts';
import { currentActivities, currentLinks, currentPartners, storedRecords } from '../store/picture.ts';
import type { Db } from '../store/tables.ts';
import { activitiesOf, sourceOf } from '../sync/derive.ts';

/** The account's own truth. */
export type Truth = {
  readonly mapping: Settings['mapping'];
  partners(): Promise<readonly ExpectedPartner[]>;
  records(type: LinkedType): Promise<readonly ExpectedRecord[]>;
};

export type Comparison = {
  readonly wrong: number;
  readonly compared: number;
  /** The first of them, in words. */
  readonly differences: readonly string[];
};

const shownDifferences = 10;

/** Compares as often as wanted: earlier dates of a company stay in our history, so they are no surplus later. */
export class Comparer {
  readonly #db: Db;
  readonly #truth: Truth;
  readonly #earlierDates = new Set<string>();

  constructor(db: Db, truth: Truth) {
    this.#db = db;
    this.#truth = truth;
  }

  async compare(): Promise<Comparison> {
    const findings = new Findings();
    await this.#comparePartners(findings);
    for (const type of linkedTypes) await this.#compareRecords(findings, type);
    return findings;
  }

  async #comparePartners(findings: Findings): Promise<void> {
    const expected = await this.#truth.partners();
    const stored = new Map((await currentPartners(this.#db)).map((partner) => [partner.id, partner]));
    findings.match(
      'partner',
      expected.map(({ partner }) => [partner.id, facts(partner)]),
      [...stored].map(([id, partner]) => [id, facts(partner)]),
    );
    for (const { partner, published } of expected) {
      const local = stored.get(partner.id)?.published;
      if (local === undefined) continue;
      for (const key of propertyKeys) {
        const [name, there] = [propertyName(key), published[propertyName(key)] ?? ''];
        if (!samePropertyValue(key, local[name] ?? null, there))
          findings.add(`partner ${partner.id}: ${name} is "${there}" there and "${local[name] ?? ''}" here`);
      }
    }
    await this.#compareDates(findings, expected);
  }

  async #compareDates(findings: Findings, expected: readonly ExpectedPartner[]): Promise<void> {
    const activities = expected.flatMap((one) => one.activities);
    const wanted = new Set(activities.map(keyOf));
    const idsOf = new Map(expected.map(({ partner }) => [partner.id, [partner.id, ...partner.mergedIds]]));
    const stored = await currentActivities(this.#db, 'hubspot.company_properties');
    const isEarlier = (activity: Activity): boolean =>
      (idsOf.get(activity.partnerId) ?? []).some((partnerId) =>
        this.#earlierDates.has(keyOf({ ...activity, partnerId })),
      );
    findings.match(
      'date',
      activities.map((activity) => [keyOf(activity), activity]),
      stored
        .filter((activity) => wanted.has(keyOf(activity)) || !isEarlier(activity))
        .map((activity) => [keyOf(activity), activity]),
    );
    for (const key of wanted) this.#earlierDates.add(key);
  }

  async #compareRecords(findings: Findings, type: LinkedType): Promise<void> {
    const expected = await this.#truth.records(type);
    const links = await currentLinks(this.#db, type);
    findings.match(
      `link of ${type}`,
      expected.flatMap(
        ({ record, partnerIds }) => partnerIds.map((id) => [`${record.id} to ${id}`, '']) as Entry[],
      ),
      links.map(({ recordId, partnerId }) => [`${recordId} to ${partnerId}`, '']),
    );
    const stored = await storedRecords(this.#db, type, [...new Set(links.map(({ recordId }) => recordId))]);
    findings.match(
      type,
      expected.map(({ record }) => [record.id, record]),
      stored.map((record) => [record.id, record]),
    );
    findings.match(
      `activity of ${type}`,
      expected
        .flatMap(({ record, partnerIds }) => activitiesOf(record, partnerIds, this.#truth.mapping))
        .map((activity) => [keyOf(activity), activity]),
      (await currentActivities(this.#db, sourceOf[type])).map((activity) => [keyOf(activity), activity]),
    );
  }
}

/** Without what we publish, which is compared by meaning. */
function facts(partner: ExpectedPartner['partner']): unknown {
  const { id, name, domain, ownerId, partnerType, tier, region, externalId } = partner;
  const { individualRate, joinedAt, snoozedUntil, updatedAt } = partner;
  const mergedIds = partner.mergedIds.toSorted();
  const words = { id, name, domain, ownerId, partnerType, tier, region, externalId };
  return { ...words, individualRate, joinedAt, snoozedUntil, updatedAt, mergedIds };
}

function keyOf({ sourceId, kind, partnerId }: Activity): string {
  return `${sourceId} (${kind}) of ${partnerId}`;
}

type Entry = readonly [key: string, value: unknown];

class Findings implements Comparison {
  wrong = 0;
  compared = 0;
  readonly differences: string[] = [];

  add(difference: string): void {
    this.wrong += 1;
    if (this.differences.length < shownDifferences) this.differences.push(difference);
  }

  match(what: string, expected: readonly Entry[], stored: readonly Entry[]): void {
    this.compared += expected.length;
    const here = new Map(stored);
    for (const [key, value] of expected) {
      if (!here.has(key)) this.add(`${what} ${key} is missing here`);
      else {
        const [there, local] = [stable(value), stable(here.get(key))];
        if (there !== local) this.add(`${what} ${key} is ${there} there and ${local} here`);
      }
      here.delete(key);
    }
    for (const key of here.keys()) this.add(`${what} ${key} is here and not there`);
  }
}

/** Equal values give equal texts, in whatever order their fields were written. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
