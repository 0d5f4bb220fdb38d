/**
 * Who is associated with whom, in both directions. Most records have one association per type, so a single id is kept
 * without an array around it. Ids are sorted: a page boundary never moves when others are added or removed.
 */
import type { SeedAssociation, SeedType } from '../seed.ts';
import { defaultType, pairOf, primaryType } from './association-types.ts';
import type { AssociationType } from './association-types.ts';
import { compareIds, deleteId, insertId } from './sorted-ids.ts';

type Links = Map<string, string | string[]>;

const none: readonly string[] = [];

export class AssociationGraph {
  readonly #links = new Map<string, Links>();
  /** The primary company of deals and contacts that have several; a single one is primary by itself. */
  readonly #primary = new Map<string, string>();
  /** The customer's own labels, only where there are any: `company>deal/1/2` -> type ids. */
  readonly #labelled = new Map<string, readonly number[]>();
  readonly #customTypes = new Map<string, AssociationType[]>();
  #nextTypeId = 1001;

  constructor(associations: Iterable<SeedAssociation>) {
    for (const association of associations) this.add(association);
  }

  /** Ids associated with a record, ascending; archived ones included. */
  linked(fromType: SeedType, fromId: string, toType: SeedType): readonly string[] {
    const entry = this.#links.get(pairOf(fromType, toType))?.get(fromId);
    if (entry === undefined) return none;
    return typeof entry === 'string' ? [entry] : entry;
  }

  has(association: SeedAssociation): boolean {
    return this.linked(association.fromType, association.fromId, association.toType).includes(
      association.toId,
    );
  }

  /** False when the two were associated already. */
  add(association: SeedAssociation): boolean {
    const { fromType, fromId, toType, toId } = association;
    this.#rememberPrimary(fromType, fromId, toType);
    this.#rememberPrimary(toType, toId, fromType);
    const isNew = this.#link(fromType, fromId, toType, toId);
    this.#link(toType, toId, fromType, fromId);
    return isNew;
  }

  /** False when the two were not associated. */
  remove(association: SeedAssociation): boolean {
    const { fromType, fromId, toType, toId } = association;
    const existed = this.#unlink(fromType, fromId, toType, toId);
    this.#unlink(toType, toId, fromType, fromId);
    this.#labelled.delete(linkKey(association));
    this.#labelled.delete(linkKey(reverse(association)));
    for (const [type, id, other] of [
      [fromType, fromId, toId],
      [toType, toId, fromId],
    ] as const) {
      if (this.#primary.get(`${type}/${id}`) === other) this.#primary.delete(`${type}/${id}`);
    }
    return existed;
  }

  /** All associations of one record, as seen from it. */
  of(type: SeedType, id: string): SeedAssociation[] {
    const pairs = [...this.#links.keys()].filter((pair) => pair.startsWith(`${type}>`));
    return pairs.flatMap((pair) => {
      const toType = pair.slice(type.length + 1) as SeedType;
      return this.linked(type, id, toType).map((toId) => ({ fromType: type, fromId: id, toType, toId }));
    });
  }

  /** Every association once, from the type that comes first in the alphabet (within one type: the smaller id). */
  *all(): Generator<SeedAssociation> {
    for (const [pair, links] of this.#links) {
      const [fromType, toType] = pair.split('>') as [SeedType, SeedType];
      if (fromType > toType) continue;
      for (const fromId of links.keys()) {
        for (const toId of this.linked(fromType, fromId, toType)) {
          if (fromType !== toType || compareIds(fromId, toId) <= 0) yield { fromType, fromId, toType, toId };
        }
      }
    }
  }

  /** Types of one association as HubSpot shows them: the primary mark and labels first, the unlabelled one last. */
  typesOf(association: SeedAssociation): AssociationType[] {
    const { fromType, fromId, toType, toId } = association;
    const types: AssociationType[] = [];
    const primary = primaryType(fromType, toType);
    if (primary !== undefined && this.#isPrimary(fromType, fromId, toType, toId)) types.push(primary);
    for (const typeId of this.#labelled.get(linkKey(association)) ?? []) {
      const custom = this.#customTypes.get(pairOf(fromType, toType))?.find((type) => type.typeId === typeId);
      if (custom !== undefined) types.push(custom);
    }
    const unlabelled = defaultType(fromType, toType);
    if (unlabelled !== undefined) types.push(unlabelled);
    return types;
  }

  /** All types that associations of a pair can have. */
  typesOfPair(from: SeedType, to: SeedType): AssociationType[] {
    return [
      primaryType(from, to),
      ...(this.#customTypes.get(pairOf(from, to)) ?? []),
      defaultType(from, to),
    ].filter((type) => type !== undefined);
  }

  /** Adds a label in both directions; the second name is for the way back. */
  createLabel(from: SeedType, to: SeedType, label: string, inverseLabel: string): AssociationType[] {
    const names: readonly [SeedType, SeedType, string][] =
      from === to
        ? [[from, to, label]]
        : [
            [from, to, label],
            [to, from, inverseLabel],
          ];
    return names.map(([one, other, name]) => {
      const type: AssociationType = { category: 'USER_DEFINED', typeId: this.#nextTypeId, label: name };
      this.#nextTypeId += 1;
      const types = this.#customTypes.get(pairOf(one, other)) ?? [];
      this.#customTypes.set(pairOf(one, other), [...types, type]);
      return type;
    });
  }

  /** Marks an existing association with a type: a label, or primary. */
  mark(association: SeedAssociation, typeId: number): void {
    const { fromType, fromId, toType, toId } = association;
    if (primaryType(fromType, toType)?.typeId === typeId) {
      if (toType === 'company') this.#primary.set(`${fromType}/${fromId}`, toId);
      else this.#primary.set(`${toType}/${toId}`, fromId);
    } else if (defaultType(fromType, toType)?.typeId !== typeId) {
      const key = linkKey(association);
      this.#labelled.set(key, [...new Set([...(this.#labelled.get(key) ?? []), typeId])]);
    }
  }

  #isPrimary(fromType: SeedType, fromId: string, toType: SeedType, toId: string): boolean {
    if (toType !== 'company') return this.#isPrimary(toType, toId, fromType, fromId);
    const explicit = this.#primary.get(`${fromType}/${fromId}`);
    return explicit === undefined ? this.linked(fromType, fromId, 'company').length === 1 : explicit === toId;
  }

  /** The first company stays primary when a second one comes. */
  #rememberPrimary(type: SeedType, id: string, otherType: SeedType): void {
    if (otherType !== 'company' || primaryType(type, otherType) === undefined) return;
    const companies = this.linked(type, id, 'company');
    const [only] = companies;
    if (only !== undefined && companies.length === 1) this.#primary.set(`${type}/${id}`, only);
  }

  #link(fromType: SeedType, fromId: string, toType: SeedType, toId: string): boolean {
    const pair = pairOf(fromType, toType);
    const links: Links = this.#links.get(pair) ?? new Map<string, string | string[]>();
    this.#links.set(pair, links);
    const entry = links.get(fromId);
    if (entry === undefined) {
      links.set(fromId, toId);
      return true;
    }
    if (typeof entry !== 'string') return insertId(entry, toId);
    if (entry === toId) return false;
    links.set(fromId, compareIds(entry, toId) < 0 ? [entry, toId] : [toId, entry]);
    return true;
  }

  #unlink(fromType: SeedType, fromId: string, toType: SeedType, toId: string): boolean {
    const links = this.#links.get(pairOf(fromType, toType));
    const entry = links?.get(fromId);
    if (links === undefined || entry === undefined) return false;
    if (typeof entry === 'string') return entry === toId && links.delete(fromId);
    const existed = deleteId(entry, toId);
    if (entry.length === 0) links.delete(fromId);
    return existed;
  }
}

export function reverse({ fromType, fromId, toType, toId }: SeedAssociation): SeedAssociation {
  return { fromType: toType, fromId: toId, toType: fromType, toId: fromId };
}

/** Text that names one association in one direction. */
export function linkKey({ fromType, fromId, toType, toId }: SeedAssociation): string {
  return `${pairOf(fromType, toType)}/${fromId}/${toId}`;
}
