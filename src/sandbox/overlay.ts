/** The difference between an account and its seed: collected as changes happen, laid over a fresh seed later. */
import { z } from 'zod';
import { seedTypes } from './seed.ts';
import type { SeedAssociation, SeedRecord, SeedType } from './seed.ts';
import { linkKey, reverse } from './portal/association-graph.ts';
import type { Change } from './portal/change.ts';
import type { Portal } from './portal/portal.ts';
import { propertyFieldTypes, propertyTypes } from './portal/property-definition.ts';

const type = z.enum(seedTypes);
const id = z.string().regex(/^\d+$/);
const values = z.record(z.string(), z.string());
const record = z.strictObject({
  type,
  id,
  properties: values,
  createdAt: z.number(),
  updatedAt: z.number(),
  archivedAt: z.number().nullable(),
  mergedIds: z.array(id),
});
const association = z.strictObject({ fromType: type, fromId: id, toType: type, toId: id });
const definition = z.strictObject({
  name: z.string(),
  label: z.string(),
  description: z.string(),
  groupName: z.string(),
  type: z.enum(propertyTypes),
  fieldType: z.enum(propertyFieldTypes),
  options: z.array(
    z.strictObject({
      label: z.string(),
      value: z.string(),
      displayOrder: z.number(),
      hidden: z.boolean(),
      description: z.string().optional(),
    }),
  ),
  displayOrder: z.number(),
  hasUniqueValue: z.boolean(),
  hidden: z.boolean(),
  formField: z.boolean(),
  hubspotDefined: z.boolean(),
  readOnlyValue: z.boolean(),
  ownerOptions: z.boolean(),
  createdAt: z.number(),
  updatedAt: z.number(),
  archivedAt: z.number().nullable(),
});
const group = z.strictObject({
  name: z.string(),
  label: z.string(),
  displayOrder: z.number(),
  archived: z.boolean(),
});

export const stateSchema = z.strictObject({
  format: z.literal(1),
  portalId: z.string(),
  /** Records that the seed does not know, survivors of merges included. */
  created: z.array(record),
  written: z.array(z.strictObject({ type, id, properties: values, updatedAt: z.number() })),
  archived: z.array(z.strictObject({ type, id, archivedAt: z.number().nullable() })),
  removed: z.array(z.strictObject({ type, id })),
  associations: z.array(z.strictObject({ association, removed: z.boolean() })),
  properties: z.array(z.strictObject({ type, definition })),
  groups: z.array(z.strictObject({ type, group })),
});
export type State = z.infer<typeof stateSchema>;

/** The difference between the account and its seed, kept as changes happen. */
export class Overlay {
  onChange: () => void = () => undefined;
  readonly #portal: Portal;
  readonly #created = new Set<string>();
  readonly #written = new Map<string, Record<string, string>>();
  readonly #archived = new Set<string>();
  readonly #removed = new Set<string>();
  readonly #associations = new Map<string, { association: SeedAssociation; removed: boolean }>();
  readonly #properties = new Map<string, State['properties'][number]>();
  readonly #groups = new Map<string, State['groups'][number]>();

  constructor(portal: Portal) {
    this.#portal = portal;
    portal.observe((change) => {
      this.#note(change);
      this.onChange();
    });
    portal.properties.observe((change) => {
      if (change.what === 'property') {
        const { options, ...rest } = change.definition;
        const definition = { ...rest, options: options.map((option) => ({ ...option })) };
        this.#properties.set(`${change.type}/${definition.name}`, { type: change.type, definition });
      } else
        this.#groups.set(`${change.type}/${change.group.name}`, { type: change.type, group: change.group });
      this.onChange();
    });
  }

  /** Through the account's own tables, not its operations: nothing happens, it has happened. */
  apply(state: State): void {
    for (const { type, group } of state.groups) this.#portal.properties.putGroup(type, group);
    for (const { type, definition } of state.properties) this.#portal.properties.put(type, definition);
    for (const record of state.created) this.#applyCreated(record);
    for (const { type, id } of state.removed) {
      this.#removed.add(keyOf(type, id));
      for (const association of this.#portal.associations.of(type, id)) {
        this.#portal.associations.remove(association);
      }
      this.#portal.table(type).remove(id);
    }
    for (const { type, id, properties, updatedAt } of state.written)
      this.#applyWritten(type, id, properties, updatedAt);
    for (const { type, id, archivedAt } of state.archived) {
      this.#archived.add(keyOf(type, id));
      const record = this.#portal.table(type).find(id);
      if (record !== undefined) this.#portal.table(type).put({ ...record, archivedAt });
    }
    for (const entry of state.associations) {
      this.#noteAssociation(entry.association, entry.removed);
      if (entry.removed) this.#portal.associations.remove(entry.association);
      else this.#portal.associations.add(entry.association);
    }
  }

  state(): State {
    const records = (keys: Iterable<string>): SeedRecord[] =>
      [...keys].map((key) => this.#recordOf(key)).filter((record) => record !== undefined);
    return {
      format: 1,
      portalId: this.#portal.seed.portalId,
      created: records(this.#created).map((record) => ({ ...record, mergedIds: [...record.mergedIds] })),
      written: [...this.#written].flatMap(([key, properties]) => {
        const record = this.#recordOf(key);
        return record === undefined
          ? []
          : [{ type: record.type, id: record.id, properties, updatedAt: record.updatedAt }];
      }),
      archived: records(this.#archived).map(({ type, id, archivedAt }) => ({ type, id, archivedAt })),
      removed: [...this.#removed].map((key) => splitKey(key)),
      associations: [...this.#associations.values()],
      properties: [...this.#properties.values()],
      groups: [...this.#groups.values()],
    };
  }

  /** A survivor takes over what the fresh seed gives to the ids it replaced. */
  #applyCreated(record: SeedRecord): void {
    this.#created.add(keyOf(record.type, record.id));
    this.#portal.ids.reserve(record.id);
    this.#portal.table(record.type).put(record);
    for (const oldId of record.mergedIds) {
      this.#portal.moveAssociations(record.type, oldId, record.id);
      this.#portal.table(record.type).remove(oldId);
    }
  }

  #applyWritten(
    type: SeedType,
    id: string,
    properties: Readonly<Record<string, string>>,
    updatedAt: number,
  ): void {
    this.#written.set(keyOf(type, id), { ...properties });
    const record = this.#portal.table(type).find(id);
    if (record === undefined) return;
    const merged = Object.entries({ ...record.properties, ...properties }).filter(
      ([, value]) => value !== '',
    );
    this.#portal.table(type).put({
      ...record,
      properties: Object.fromEntries(merged),
      updatedAt: Math.max(updatedAt, record.updatedAt),
    });
  }

  #note(change: Change): void {
    switch (change.kind) {
      case 'creation':
        this.#created.add(keyOf(change.record.type, change.record.id));
        break;
      case 'update': {
        const key = keyOf(change.type, change.id);
        if (!this.#created.has(key)) {
          this.#written.set(key, { ...this.#written.get(key), ...change.written });
        }
        break;
      }
      case 'deletion':
      case 'restore': {
        const key = keyOf(change.type, change.id);
        if (!this.#created.has(key)) this.#archived.add(key);
        break;
      }
      case 'erasure':
        this.#forget(change.type, change.id);
        break;
      case 'merge':
        this.#created.add(keyOf(change.survivor.type, change.survivor.id));
        for (const oldId of change.survivor.mergedIds) this.#forget(change.survivor.type, oldId);
        this.#repoint(change.survivor);
        break;
      case 'association':
        this.#noteAssociation(change.association, change.removed);
        break;
    }
  }

  #forget(type: SeedType, id: string): void {
    const key = keyOf(type, id);
    this.#created.delete(key);
    this.#written.delete(key);
    this.#archived.delete(key);
    this.#removed.add(key);
  }

  /** What was noted of a merged record's associations is now the survivor's. */
  #repoint(survivor: SeedRecord): void {
    const old = new Set(survivor.mergedIds);
    const renamed = (type: SeedType, id: string): string =>
      type === survivor.type && old.has(id) ? survivor.id : id;
    const entries = [...this.#associations.values()];
    this.#associations.clear();
    for (const { association, removed } of entries) {
      const fromId = renamed(association.fromType, association.fromId);
      const toId = renamed(association.toType, association.toId);
      this.#noteAssociation({ ...association, fromId, toId }, removed);
    }
  }

  #noteAssociation(association: SeedAssociation, removed: boolean): void {
    this.#associations.delete(linkKey(reverse(association)));
    this.#associations.set(linkKey(association), { association, removed });
  }

  #recordOf(key: string): SeedRecord | undefined {
    const { type, id } = splitKey(key);
    return this.#portal.table(type).find(id);
  }
}

function keyOf(type: SeedType, id: string): string {
  return `${type}/${id}`;
}

function splitKey(key: string): { type: SeedType; id: string } {
  const mark = key.indexOf('/');
  return { type: key.slice(0, mark) as SeedType, id: key.slice(mark + 1) };
}
