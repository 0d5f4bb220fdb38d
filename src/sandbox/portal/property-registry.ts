/** The properties and property groups of every object type, and what may be done to them. */
import type { Instant } from '../../model/instant.ts';
import type { PortalSeed, SeedProperty, SeedType } from '../seed.ts';
import { objectTypes } from './object-types.ts';
import type { PropertyDefinition, PropertyGroup } from './property-definition.ts';
import { inWords, standardGroup, standardProperties } from './standard-properties.ts';

/** A customer's validation rule (hubspot-api.md 1.6): it refuses writes, also of other properties of the record. */
export type ValidationRule =
  | { readonly propertyName: string; readonly ruleType: 'REQUIRED' }
  | { readonly propertyName: string; readonly ruleType: 'MAX_LENGTH'; readonly length: number };

export type SchemaListener = (
  change:
    | { readonly what: 'property'; readonly type: SeedType; readonly definition: PropertyDefinition }
    | { readonly what: 'group'; readonly type: SeedType; readonly group: PropertyGroup },
) => void;

export class PropertyRegistry {
  readonly #properties = new Map<SeedType, Map<string, PropertyDefinition>>();
  readonly #groups = new Map<SeedType, Map<string, PropertyGroup>>();
  readonly #rules = new Map<SeedType, readonly ValidationRule[]>();
  readonly #listeners: SchemaListener[] = [];
  #version = 0;

  constructor(seed: PortalSeed) {
    for (const { type } of objectTypes) {
      const properties = standardProperties(type, seed.pipelines);
      this.#properties.set(type, new Map(properties.map((property) => [property.name, property])));
      const group = standardGroup(type);
      this.#groups.set(type, new Map([[group.name, group]]));
    }
    for (const property of seed.companyProperties) this.#addOwn(property);
  }

  /** Moves with every change of a definition. */
  get version(): number {
    return this.#version;
  }

  observe(listener: SchemaListener): void {
    this.#listeners.push(listener);
  }

  /** The property that records can have now; an archived one is as good as unknown to them. */
  find(type: SeedType, name: string): PropertyDefinition | undefined {
    const definition = this.findWithArchived(type, name);
    return definition?.archivedAt === null ? definition : undefined;
  }

  findWithArchived(type: SeedType, name: string): PropertyDefinition | undefined {
    return this.#properties.get(type)?.get(name);
  }

  list(type: SeedType, options: { archived: boolean }): PropertyDefinition[] {
    return [...(this.#properties.get(type)?.values() ?? [])].filter(
      (definition) => (definition.archivedAt !== null) === options.archived,
    );
  }

  put(type: SeedType, definition: PropertyDefinition): void {
    this.#properties.get(type)?.set(definition.name, definition);
    this.#changed();
    for (const listener of this.#listeners) listener({ what: 'property', type, definition });
  }

  archive(type: SeedType, name: string, now: Instant): void {
    const definition = this.find(type, name);
    if (definition !== undefined) this.put(type, { ...definition, archivedAt: now, updatedAt: now });
  }

  group(type: SeedType, name: string): PropertyGroup | undefined {
    const group = this.#groups.get(type)?.get(name);
    return group?.archived === false ? group : undefined;
  }

  groups(type: SeedType): PropertyGroup[] {
    return [...(this.#groups.get(type)?.values() ?? [])].filter((group) => !group.archived);
  }

  putGroup(type: SeedType, group: PropertyGroup): void {
    this.#groups.get(type)?.set(group.name, group);
    for (const listener of this.#listeners) listener({ what: 'group', type, group });
  }

  rules(type: SeedType): readonly ValidationRule[] {
    return this.#rules.get(type) ?? [];
  }

  setRules(type: SeedType, rules: readonly ValidationRule[]): void {
    this.#rules.set(type, rules);
  }

  #changed(): void {
    this.#version += 1;
  }

  /** The customer's own company property; one of HubSpot's name replaces it, as a customer who edits its options does. */
  #addOwn(property: SeedProperty): void {
    const standard = this.find('company', property.name);
    const groups = this.#groups.get('company');
    if (groups !== undefined && !groups.has(property.groupName)) {
      groups.set(property.groupName, {
        name: property.groupName,
        label: inWords(property.groupName),
        displayOrder: -1,
        archived: false,
      });
    }
    this.#properties.get('company')?.set(property.name, {
      ...property,
      description: '',
      options: property.options.map((option, displayOrder) => ({ ...option, displayOrder, hidden: false })),
      displayOrder: -1,
      hasUniqueValue: false,
      hidden: false,
      formField: false,
      hubspotDefined: standard !== undefined,
      readOnlyValue: standard?.readOnlyValue ?? false,
      ownerOptions: false,
      createdAt: standard?.createdAt ?? ownPropertiesDefinedAt,
      updatedAt: standard?.updatedAt ?? ownPropertiesDefinedAt,
      archivedAt: null,
    });
  }
}

const ownPropertiesDefinedAt = Date.UTC(2020, 0, 1);
