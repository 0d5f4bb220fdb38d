/** Reading properties of records: what is stored, and what HubSpot computes. */
import { toIso } from '../../model/instant.ts';
import type { SeedPipeline, SeedRecord, SeedType } from '../seed.ts';
import type { AssociationGraph } from './association-graph.ts';
import { objectTypeOf } from './object-types.ts';
import type { PropertyRegistry } from './property-registry.ts';
import type { RecordTable } from './record-table.ts';

export type ReadProperty = (record: SeedRecord) => string | null;

type Stage = SeedPipeline['stages'][number];

/** What computed properties are computed from. */
export type ReaderSources = {
  readonly properties: PropertyRegistry;
  readonly associations: AssociationGraph;
  readonly table: (type: SeedType) => RecordTable;
  readonly stages: ReadonlyMap<string, Stage>;
};

export class PropertyReader {
  readonly #sources: ReaderSources;

  constructor(sources: ReaderSources) {
    this.#sources = sources;
  }

  /** Undefined when the object type has no such property. */
  reader(type: SeedType, name: string): ReadProperty | undefined {
    const objectType = objectTypeOf(type);
    if (name === objectType.modifiedProperty) return (record) => toIso(record.updatedAt);
    if (this.#sources.properties.find(type, name) === undefined) return undefined;
    const stored: ReadProperty = (record) => record.properties[name] ?? null;
    if (name === 'createdate' || name === 'hs_createdate') {
      return (record) => stored(record) ?? toIso(record.createdAt);
    }
    if (name === 'hs_object_id') return (record) => record.id;
    if (name === 'hs_merged_object_ids' || name === 'hs_calculated_merged_vids') return mergedIds;
    if (type === 'deal') return this.#dealReader(name) ?? stored;
    if (type === 'company') return this.#companyReader(name) ?? stored;
    return stored;
  }

  #dealReader(name: string): ReadProperty | undefined {
    const readers: Readonly<Record<string, (stage: Stage, record: SeedRecord) => string | null>> = {
      hs_is_closed: (stage) => String(stage.isClosed),
      hs_is_closed_won: (stage) => String(isWon(stage)),
      hs_is_closed_lost: (stage) => String(stage.isClosed && !isWon(stage)),
      hs_deal_stage_probability: (stage) => stage.probability,
      hs_closed_won_date: (stage, record) => (isWon(stage) ? (record.properties['closedate'] ?? null) : null),
    };
    const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (read === undefined) return undefined;
    return (record) => {
      const stage = this.#sources.stages.get(record.properties['dealstage'] ?? '');
      return stage === undefined ? (record.properties[name] ?? null) : read(stage, record);
    };
  }

  #companyReader(name: string): ReadProperty | undefined {
    if (name === 'num_associated_deals') return (record) => this.#countLinked(record, 'deal');
    if (name === 'num_associated_contacts') return (record) => this.#countLinked(record, 'contact');
    return undefined;
  }

  /** HubSpot leaves the roll-up empty rather than zero. */
  #countLinked(record: SeedRecord, type: SeedType): string | null {
    const table = this.#sources.table(type);
    const linked = this.#sources.associations.linked(record.type, record.id, type);
    const count = linked.filter((id) => table.isLiving(id)).length;
    return count === 0 ? null : String(count);
  }
}

function isWon(stage: Stage): boolean {
  return stage.isClosed && Number(stage.probability) === 1;
}

function mergedIds(record: SeedRecord): string | null {
  return record.mergedIds.length === 0 ? null : record.mergedIds.join(';');
}
