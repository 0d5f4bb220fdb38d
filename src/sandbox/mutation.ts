/** Changing the account from outside the API, as a person in HubSpot or the passing of time does. */
import { z } from 'zod';
import { UsageError } from '../model/errors.ts';
import { seedTypes } from './seed.ts';
import type { SeedAssociation, SeedRecord, SeedType } from './seed.ts';
import { ApiError, invalid, notFound } from './portal/api-error.ts';
import { defaultType } from './portal/association-types.ts';
import type { Portal } from './portal/portal.ts';
import { propertyFieldTypes, propertyTypes } from './portal/property-definition.ts';
import type { PropertyDefinition } from './portal/property-definition.ts';

const type = z.enum(seedTypes);
const id = z.string().regex(/^\d+$/, 'a record id is a number');
const properties = z.record(z.string(), z.string());
const ends = { fromType: type, fromId: id, toType: type, toId: id };

const mutationSchema = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('create'),
    type,
    properties,
    id: id.optional(),
    /** Milliseconds since 1970; now unless given. */
    createdAt: z.number().int().optional(),
    associations: z.array(z.strictObject({ toType: type, toId: id })).default([]),
  }),
  z.strictObject({ do: z.literal('edit'), type, id, properties }),
  z.strictObject({ do: z.literal('delete'), type, id }),
  z.strictObject({ do: z.literal('restore'), type, id }),
  z.strictObject({ do: z.literal('erase'), type, id }),
  z.strictObject({ do: z.literal('associate'), ...ends }),
  z.strictObject({ do: z.literal('dissociate'), ...ends }),
  z.strictObject({ do: z.literal('merge'), type, primaryId: id, mergedId: id }),
  z.strictObject({ do: z.literal('advanceClock'), durationMs: z.number().int().positive() }),
  /** As an administrator does in HubSpot's property settings, where the API would refuse some of it. */
  z.strictObject({ do: z.literal('archiveProperty'), type, name: z.string() }),
  z.strictObject({
    do: z.literal('changeProperty'),
    type,
    name: z.string(),
    changes: z
      .strictObject({
        type: z.enum(propertyTypes),
        fieldType: z.enum(propertyFieldTypes),
        readOnlyValue: z.boolean(),
        options: z.array(z.strictObject({ label: z.string(), value: z.string() })),
      })
      .partial(),
  }),
  /** The customer's validation rules of one object type; they replace the earlier ones. */
  z.strictObject({
    do: z.literal('setRules'),
    type,
    rules: z.array(
      z.discriminatedUnion('ruleType', [
        z.strictObject({ propertyName: z.string(), ruleType: z.literal('REQUIRED') }),
        z.strictObject({
          propertyName: z.string(),
          ruleType: z.literal('MAX_LENGTH'),
          length: z.number().int().positive(),
        }),
      ]),
    ),
  }),
]);
export type Mutation = z.input<typeof mutationSchema>;

/** The record a mutation made or changed; null where it is about none. */
export type Mutated = { readonly record: SeedRecord | null };

/** @throws UsageError when it is malformed */
export function parseMutation(input: unknown): z.output<typeof mutationSchema> {
  const parsed = mutationSchema.safeParse(input);
  if (!parsed.success) throw new UsageError(`This is no mutation:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** @throws UsageError when the mutation is malformed or the account refuses it; nothing has changed then. */
export function applyMutation(portal: Portal, input: unknown): Mutated {
  const mutation = parseMutation(input);
  try {
    return { record: perform(portal, mutation) ?? null };
  } catch (error) {
    if (error instanceof ApiError) throw new UsageError(`The account refuses it: ${error.message}`, error);
    throw error;
  }
}

function perform(portal: Portal, mutation: z.output<typeof mutationSchema>): SeedRecord | undefined {
  const by = 'CRM_UI';
  switch (mutation.do) {
    case 'create': {
      const associations = mutation.associations.map((target) => ({ ...target, typeIds: [] }));
      return portal.create(mutation.type, mutation.properties, {
        source: by,
        id: mutation.id,
        createdAt: mutation.createdAt,
        associations,
      });
    }
    case 'edit':
      return portal.update(mutation.type, mutation.id, mutation.properties, by);
    case 'delete':
      portal.archive(mutation.type, mutation.id, by);
      return portal.table(mutation.type).resolve(mutation.id);
    case 'restore':
      portal.restore(mutation.type, mutation.id, by);
      return portal.table(mutation.type).resolve(mutation.id);
    case 'erase':
      portal.erase(mutation.type, mutation.id, by);
      return undefined;
    case 'associate':
      refuseUnknownEnds(portal, mutation);
      portal.associate(endsOf(mutation), [], by);
      return portal.table(mutation.fromType).find(mutation.fromId);
    case 'dissociate':
      portal.dissociate(endsOf(mutation), by);
      return portal.table(mutation.fromType).find(mutation.fromId);
    case 'merge':
      return portal.merge(mutation.type, mutation.primaryId, mutation.mergedId, by);
    case 'advanceClock':
      portal.clock.advance(mutation.durationMs);
      return undefined;
    case 'archiveProperty':
      definitionOf(portal, mutation);
      portal.properties.archive(mutation.type, mutation.name, portal.now());
      return undefined;
    case 'changeProperty':
      portal.properties.put(mutation.type, changedDefinition(portal, mutation));
      return undefined;
    case 'setRules':
      portal.properties.setRules(mutation.type, mutation.rules);
      return undefined;
  }
}

function definitionOf(portal: Portal, named: { type: SeedType; name: string }): PropertyDefinition {
  const definition = portal.properties.find(named.type, named.name);
  if (definition === undefined) throw notFound(`Property "${named.name}" does not exist.`);
  return definition;
}

/** What is not named stays; values of records stay as they are, as HubSpot keeps them. */
function changedDefinition(
  portal: Portal,
  mutation: Extract<z.output<typeof mutationSchema>, { do: 'changeProperty' }>,
): PropertyDefinition {
  const before = definitionOf(portal, mutation);
  const { type, fieldType, readOnlyValue, options } = mutation.changes;
  return {
    ...before,
    type: type ?? before.type,
    fieldType: fieldType ?? before.fieldType,
    readOnlyValue: readOnlyValue ?? before.readOnlyValue,
    options:
      options?.map((option, displayOrder) => ({ ...option, displayOrder, hidden: false })) ?? before.options,
    updatedAt: portal.now(),
  };
}

function refuseUnknownEnds(portal: Portal, { fromType, fromId, toType, toId }: SeedAssociation): void {
  if (defaultType(fromType, toType) === undefined) {
    throw invalid(`there are no associations from ${fromType} to ${toType}.`);
  }
  for (const [one, id] of [
    [fromType, fromId],
    [toType, toId],
  ] as const) {
    if (!portal.table(one).isLiving(id)) throw invalid(`${one} ${id} does not exist.`);
  }
}

function endsOf({ fromType, fromId, toType, toId }: SeedAssociation): SeedAssociation {
  return { fromType, fromId, toType, toId };
}
