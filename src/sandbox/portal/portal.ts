/**
 * The account: its records, associations, properties and people, and everything that can be done to them. It knows
 * nothing of HTTP. Refusals are ApiErrors; a refused call has changed nothing.
 */
import { dayOf } from '../../model/instant.ts';
import type { Day, Instant } from '../../model/instant.ts';
import type { PortalSeed, SeedAssociation, SeedRecord, SeedType } from '../seed.ts';
import { ApiError, invalid, notFound } from './api-error.ts';
import { AccountClock } from './account-clock.ts';
import { AssociationGraph } from './association-graph.ts';
import type { Change, ChangeListener, ChangeSource } from './change.ts';
import { objectTypeOf, objectTypes } from './object-types.ts';
import { PropertyReader } from './property-reader.ts';
import { PropertyRegistry } from './property-registry.ts';
import { checkWrite } from './property-writes.ts';
import type { WriteRefusal } from './property-writes.ts';
import { RecordIds } from './record-ids.ts';
import { RecordTable } from './record-table.ts';
import { compareIds } from './sorted-ids.ts';

export type Properties = Readonly<Record<string, string>>;

/** HubSpot's limit: a record that took part in more merges cannot be merged again (hubspot-api.md 2.4). */
const mergeLimit = 250;

export class Portal {
  readonly seed: PortalSeed;
  readonly properties: PropertyRegistry;
  readonly associations: AssociationGraph;
  readonly reader: PropertyReader;
  readonly clock: AccountClock;
  readonly ids: RecordIds;
  readonly #tables = new Map<SeedType, RecordTable>();
  readonly #ownerIds: ReadonlySet<string>;
  readonly #listeners: ChangeListener[] = [];

  constructor(seed: PortalSeed, clock: () => Instant) {
    this.seed = seed;
    this.clock = new AccountClock(clock);
    this.properties = new PropertyRegistry(seed);
    this.associations = new AssociationGraph(seed.associations);
    const byType = Map.groupBy(seed.records, (record) => record.type);
    for (const { type } of objectTypes) this.#tables.set(type, new RecordTable(type, byType.get(type) ?? []));
    this.#ownerIds = new Set(seed.owners.map((owner) => owner.id));
    this.ids = new RecordIds(seed.records);
    this.reader = new PropertyReader({
      properties: this.properties,
      associations: this.associations,
      table: (type) => this.table(type),
      stages: new Map(
        seed.pipelines.flatMap(({ stages }) => stages.map((stage) => [stage.id, stage] as const)),
      ),
    });
  }

  table(type: SeedType): RecordTable {
    const table = this.#tables.get(type);
    if (table === undefined) throw new Error(`The sandbox holds no records of type "${type}".`);
    return table;
  }

  now(): Instant {
    return this.clock.now();
  }

  /** The day it is in the account's time zone. */
  today(): Day {
    return dayOf(this.now(), this.seed.timeZone);
  }

  observe(listener: ChangeListener): void {
    this.#listeners.push(listener);
  }

  /** The living record that answers for `id`: its own, or its survivor's. */
  living(type: SeedType, id: string): SeedRecord | undefined {
    const record = this.table(type).resolve(id);
    return record?.archivedAt === null ? record : undefined;
  }

  /** Why `properties` cannot be written to `record` (undefined: to a new one), or what would be stored. */
  checkWrite(
    type: SeedType,
    record: SeedRecord | undefined,
    properties: Properties,
  ): { readonly stored: Properties } | WriteRefusal {
    return checkWrite(this.properties, type, record, properties, (id) => this.#ownerIds.has(id));
  }

  create(
    type: SeedType,
    properties: Properties,
    options: {
      readonly source: ChangeSource;
      readonly id?: string | undefined;
      readonly createdAt?: Instant | undefined;
      readonly associations?: readonly {
        readonly toType: SeedType;
        readonly toId: string;
        readonly typeIds: readonly number[];
      }[];
    },
  ): SeedRecord {
    const stored = this.#accept(type, undefined, properties);
    const missing = objectTypeOf(type).requiredOnCreate.filter((name) => (stored[name] ?? '') === '');
    if (missing.length > 0) {
      throw invalid(`Error creating ${type.toUpperCase()}. Some required properties were not set.`, {
        context: { properties: missing },
      });
    }
    if (options.id !== undefined && this.table(type).resolve(options.id) !== undefined) {
      throw new ApiError(409, 'CONFLICT', `${type} ${options.id} exists already.`);
    }
    const targets = (options.associations ?? []).map((target) => {
      const living = this.living(target.toType, target.toId);
      if (living === undefined) throw invalid(`${target.toType} ${target.toId} does not exist.`);
      return { ...target, toId: living.id };
    });
    if (options.id !== undefined) this.ids.reserve(options.id);
    const now = this.now();
    const record: SeedRecord = {
      type,
      id: options.id ?? this.ids.next(),
      properties: withoutEmpty(stored),
      createdAt: options.createdAt ?? now,
      updatedAt: now,
      archivedAt: null,
      mergedIds: [],
    };
    this.table(type).put(record);
    this.#tell({ kind: 'creation', record }, options.source);
    for (const { toType, toId, typeIds } of targets) {
      this.associate({ fromType: type, fromId: record.id, toType, toId }, typeIds, options.source);
    }
    return record;
  }

  /**
   * Writes properties of a living record. Equal values are a write too: they move the modified date (stricter for us
   * than the alternative, so that needless writes show) but are no property change (hubspot-api.md 6: unproven).
   */
  update(type: SeedType, id: string, properties: Properties, source: ChangeSource): SeedRecord {
    const record = this.living(type, id);
    if (record === undefined) throw notFound();
    const written = this.#accept(type, record, properties);
    const changed = Object.fromEntries(
      Object.entries(written).filter(([name, value]) => (record.properties[name] ?? '') !== value),
    );
    const next: SeedRecord = {
      ...record,
      properties: withoutEmpty({ ...record.properties, ...written }),
      updatedAt: Math.max(this.now(), record.updatedAt),
    };
    this.table(type).put(next);
    this.#tell({ kind: 'update', type, id: record.id, written, changed }, source);
    return next;
  }

  /** Moves to the archive; the modified date stays (hubspot-api.md 7.2). Nothing happens to what is archived or gone. */
  archive(type: SeedType, id: string, source: ChangeSource): void {
    const record = this.living(type, id);
    if (record === undefined) return;
    this.table(type).put({ ...record, archivedAt: this.now() });
    this.#tell({ kind: 'deletion', type, id: record.id }, source);
  }

  restore(type: SeedType, id: string, source: ChangeSource): void {
    const record = this.table(type).resolve(id);
    if (record === undefined) throw notFound();
    if (record.archivedAt === null) return;
    this.table(type).put({ ...record, archivedAt: null });
    this.#tell({ kind: 'restore', type, id: record.id }, source);
  }

  /** Deletes for good, with its associations (gdpr-delete). */
  erase(type: SeedType, id: string, source: ChangeSource): void {
    const record = this.table(type).resolve(id);
    if (record === undefined) throw notFound();
    for (const association of this.associations.of(type, record.id)) this.associations.remove(association);
    this.table(type).remove(record.id);
    this.#tell({ kind: 'erasure', type, id: record.id }, source);
  }

  /** A merge makes a new record to which both old ids resolve; values are the primary's, gaps filled by the other. */
  merge(type: SeedType, primaryId: string, mergedId: string, source: ChangeSource): SeedRecord {
    const primary = this.living(type, primaryId);
    const merged = this.living(type, mergedId);
    if (primary === undefined || merged === undefined) throw notFound();
    if (primary.id === merged.id) throw invalid('A record cannot be merged with itself.');
    const mergedIds = [...primary.mergedIds, ...merged.mergedIds, primary.id, merged.id];
    if (mergedIds.length > mergeLimit)
      throw invalid(`A record cannot take part in more than ${mergeLimit} merges.`);
    const survivor: SeedRecord = {
      type,
      id: this.ids.next(),
      properties: { ...merged.properties, ...primary.properties },
      createdAt: Math.min(primary.createdAt, merged.createdAt),
      updatedAt: this.now(),
      archivedAt: null,
      mergedIds: mergedIds.sort(compareIds),
    };
    this.table(type).put(survivor);
    for (const old of [primary, merged]) {
      this.moveAssociations(type, old.id, survivor.id);
      this.table(type).remove(old.id);
    }
    const propertiesMoved = Object.keys(merged.properties).filter(
      (name) => !(name in primary.properties),
    ).length;
    this.#tell(
      { kind: 'merge', survivor, primaryId: primary.id, mergedId: merged.id, propertiesMoved },
      source,
    );
    return survivor;
  }

  /** What a merged-away id had belongs to the survivor, primary marks and labels included; its own id has none left. */
  moveAssociations(type: SeedType, fromId: string, toId: string): void {
    for (const association of this.associations.of(type, fromId)) {
      const types = this.associations.typesOf(association);
      this.associations.remove(association);
      // The two that are merged may have been associated with each other: nothing is with itself.
      if (association.toType === type && association.toId === toId) continue;
      const moved = { ...association, fromId: toId };
      this.associations.add(moved);
      for (const { typeId } of types) this.associations.mark(moved, typeId);
    }
  }

  associate(association: SeedAssociation, typeIds: readonly number[], source: ChangeSource): void {
    const isNew = this.associations.add(association);
    for (const typeId of typeIds) this.associations.mark(association, typeId);
    if (isNew) this.#tell({ kind: 'association', association, removed: false }, source);
  }

  dissociate(association: SeedAssociation, source: ChangeSource): void {
    if (this.associations.remove(association)) {
      this.#tell({ kind: 'association', association, removed: true }, source);
    }
  }

  #accept(type: SeedType, record: SeedRecord | undefined, properties: Properties): Properties {
    const checked = this.checkWrite(type, record, properties);
    if ('stored' in checked) return checked.stored;
    throw invalid(checked.message, { errors: checked.errors });
  }

  #tell(change: DistributiveOmit<Change, 'at' | 'source'>, source: ChangeSource): void {
    const complete: Change = { ...change, at: this.now(), source };
    for (const listener of this.#listeners) listener(complete);
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function withoutEmpty(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== ''));
}
