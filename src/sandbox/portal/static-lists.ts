/** Static lists of companies. List 1 holds, at the start, the companies that the seed's own settings call partners. */
import type { Instant } from '../../model/instant.ts';
import type { PortalSeed } from '../seed.ts';
import { sortIds } from './sorted-ids.ts';

export class StaticList {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Instant;
  readonly #addedAt = new Map<string, Instant>();

  constructor(id: string, name: string, createdAt: Instant) {
    this.id = id;
    this.name = name;
    this.createdAt = createdAt;
  }

  recordIds(): string[] {
    return sortIds([...this.#addedAt.keys()]);
  }

  addedAt(recordId: string): Instant {
    return this.#addedAt.get(recordId) ?? this.createdAt;
  }

  /** The ids that were not members yet. */
  add(recordIds: readonly string[], now: Instant): string[] {
    const added = recordIds.filter((id) => !this.#addedAt.has(id));
    for (const id of added) this.#addedAt.set(id, now);
    return added;
  }

  /** The ids that were members. */
  remove(recordIds: readonly string[]): string[] {
    return recordIds.filter((id) => this.#addedAt.delete(id));
  }
}

export class StaticLists {
  readonly #lists = new Map<string, StaticList>();

  constructor(seed: PortalSeed, now: Instant) {
    const definition = seed.settings.partnerDefinition;
    const partners = this.create('Partners', now);
    if (definition.by === 'property') {
      const values = new Set(definition.values);
      const members = seed.records.filter(
        (record) => record.type === 'company' && values.has(record.properties[definition.property] ?? ''),
      );
      partners.add(
        members.map((record) => record.id),
        now,
      );
    } else {
      partners.add(
        seed.truth.map((partner) => partner.companyId),
        now,
      );
      this.#lists.set(definition.listId, partners);
    }
  }

  create(name: string, now: Instant): StaticList {
    let id = this.#lists.size + 1;
    while (this.#lists.has(String(id))) id += 1;
    const list = new StaticList(String(id), name, now);
    this.#lists.set(list.id, list);
    return list;
  }

  find(id: string): StaticList | undefined {
    return this.#lists.get(id);
  }
}
