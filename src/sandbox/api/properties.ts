/** Property definitions (hubspot-api.md 6). */
import { z } from 'zod';
import { toIso } from '../../model/instant.ts';
import type { Instant } from '../../model/instant.ts';
import type { SeedType } from '../seed.ts';
import { ApiError, invalid, notFound } from '../portal/api-error.ts';
import { propertyFieldTypes, propertyTypes } from '../portal/property-definition.ts';
import type { PropertyDefinition } from '../portal/property-definition.ts';
import type { Portal } from '../portal/portal.ts';
import { bodyOf, flagIn, parameter, typeIn } from './call.ts';
import type { Answer, Call } from './call.ts';
import { refuseBadBatch } from './objects-read.ts';
import { batchAnswer, batchError } from './shapes.ts';
import type { BatchError } from './shapes.ts';

export function listProperties(call: Call): Answer {
  const definitions = call.account.portal.properties.list(typeIn(call), {
    archived: flagIn(call, 'archived'),
  });
  return { status: 200, body: { results: definitions.map(propertyShape) } };
}

export function readProperty(call: Call): Answer {
  const name = parameter(call, 'propertyName');
  const definition = call.account.portal.properties.findWithArchived(typeIn(call), name);
  if (definition === undefined || (definition.archivedAt !== null) !== flagIn(call, 'archived')) {
    throw notFound(`Property "${name}" does not exist.`);
  }
  return { status: 200, body: propertyShape(definition) };
}

const namesSchema = z.object({
  inputs: z.array(z.object({ name: z.string() })),
  archived: z.boolean().default(false),
  dataSensitivity: z.string().optional(),
});

export function batchReadProperties(call: Call): Answer {
  const { portal } = call.account;
  const type = typeIn(call);
  const { inputs, archived } = bodyOf(call, namesSchema);
  const names = inputs.map((input) => input.name);
  refuseBadBatch(names);
  const found = names
    .map((name) => portal.properties.findWithArchived(type, name))
    .filter((definition) => definition !== undefined && (definition.archivedAt !== null) === archived)
    .filter((definition) => definition !== undefined);
  const known = new Set(found.map((definition) => definition.name));
  const missing = names.filter((name) => !known.has(name));
  const errors = missing.map((name) =>
    batchError('OBJECT_NOT_FOUND', `Property "${name}" does not exist.`, { name: [name] }),
  );
  return batchAnswer(portal.now(), found.map(propertyShape), errors);
}

const optionSchema = z.object({
  label: z.string(),
  value: z.string().min(1),
  displayOrder: z.number().int().default(-1),
  hidden: z.boolean(),
  description: z.string().optional(),
});
const createSchema = z.object({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,99}$/, 'must be lower case letters, digits and _, and begin with a letter'),
  label: z.string().min(1),
  type: z.enum(propertyTypes),
  fieldType: z.enum(propertyFieldTypes),
  groupName: z.string().min(1),
  description: z.string().default(''),
  options: z.array(optionSchema).default([]),
  displayOrder: z.number().int().default(-1),
  hasUniqueValue: z.boolean().default(false),
  hidden: z.boolean().default(false),
  formField: z.boolean().default(false),
});
type CreateInput = z.infer<typeof createSchema>;

export function createProperty(call: Call): Answer {
  const { portal } = call.account;
  return { status: 201, body: propertyShape(create(portal, typeIn(call), bodyOf(call, createSchema))) };
}

export function batchCreateProperties(call: Call): Answer {
  const { portal } = call.account;
  const type = typeIn(call);
  const { inputs } = bodyOf(call, z.object({ inputs: z.array(createSchema) }));
  refuseBadBatch(inputs.map((_, index) => String(index)));
  const results: unknown[] = [];
  const errors: BatchError[] = [];
  for (const input of inputs) {
    try {
      results.push(propertyShape(create(portal, type, input)));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      errors.push(batchError(error.category, error.message, { name: [input.name] }));
    }
  }
  return batchAnswer(portal.now(), results, errors, 201);
}

const updateSchema = createSchema
  .omit({ name: true, hasUniqueValue: true })
  .partial()
  .extend({ description: z.string().optional(), options: z.array(optionSchema).optional() });

export function updateProperty(call: Call): Answer {
  const { portal } = call.account;
  const type = typeIn(call);
  const definition = livingProperty(portal, type, parameter(call, 'propertyName'));
  // Only what the caller sent changes: zod's defaults are for creation.
  const sent = Object.keys((call.body ?? {}) as object);
  const patch = bodyOf(call, updateSchema);
  const changes = Object.fromEntries(Object.entries(patch).filter(([name]) => sent.includes(name)));
  if (definition.hubspotDefined) {
    throw invalid(`Property "${definition.name}" is defined by HubSpot and cannot be changed.`);
  }
  const next: PropertyDefinition = { ...definition, ...changes, updatedAt: portal.now() };
  refuseDefinition(portal, type, next);
  portal.properties.put(type, next);
  return { status: 200, body: propertyShape(next) };
}

export function archiveProperty(call: Call): Answer {
  archive(call.account.portal, typeIn(call), parameter(call, 'propertyName'));
  return { status: 204 };
}

export function batchArchiveProperties(call: Call): Answer {
  const { inputs } = bodyOf(call, z.object({ inputs: z.array(z.object({ name: z.string() })) }));
  refuseBadBatch(inputs.map((input) => input.name));
  for (const { name } of inputs) archive(call.account.portal, typeIn(call), name);
  return { status: 204 };
}

function livingProperty(portal: Portal, type: SeedType, name: string): PropertyDefinition {
  const definition = portal.properties.find(type, name);
  if (definition === undefined) throw notFound(`Property "${name}" does not exist.`);
  return definition;
}

function create(portal: Portal, type: SeedType, input: CreateInput): PropertyDefinition {
  // 409 or 400: hubspot-api.md 12.9 leaves it open; the sandbox takes 409.
  if (portal.properties.find(type, input.name) !== undefined) {
    throw new ApiError(409, 'OBJECT_ALREADY_EXISTS', `A property named "${input.name}" already exists.`);
  }
  const now: Instant = portal.now();
  const definition: PropertyDefinition = {
    ...input,
    hubspotDefined: false,
    readOnlyValue: false,
    ownerOptions: false,
    createdAt: now,
    updatedAt: now,
    archivedAt: null,
  };
  refuseDefinition(portal, type, definition);
  portal.properties.put(type, definition);
  return definition;
}

function archive(portal: Portal, type: SeedType, name: string): void {
  const definition = livingProperty(portal, type, name);
  if (definition.hubspotDefined)
    throw invalid(`Property "${name}" is defined by HubSpot and cannot be archived.`);
  portal.properties.archive(type, name, portal.now());
}

const fieldTypesOf: Readonly<Record<PropertyDefinition['type'], readonly PropertyDefinition['fieldType'][]>> =
  {
    bool: ['booleancheckbox', 'calculation_equation'],
    date: ['date'],
    datetime: ['date'],
    enumeration: ['booleancheckbox', 'checkbox', 'radio', 'select', 'calculation_equation'],
    number: ['number', 'calculation_equation'],
    phone_number: ['phonenumber'],
    string: ['file', 'html', 'phonenumber', 'text', 'textarea', 'calculation_equation'],
  };

function refuseDefinition(portal: Portal, type: SeedType, definition: PropertyDefinition): void {
  if (portal.properties.group(type, definition.groupName) === undefined) {
    throw invalid(`Property group "${definition.groupName}" does not exist.`);
  }
  if (!fieldTypesOf[definition.type].includes(definition.fieldType)) {
    throw invalid(`A property of type ${definition.type} cannot have field type ${definition.fieldType}.`);
  }
  if (definition.type === 'enumeration' && definition.options.length === 0) {
    throw invalid(`Property "${definition.name}" is an enumeration and needs options.`);
  }
  for (const field of ['value', 'label'] as const) {
    const texts = definition.options.map((option) => option[field]);
    if (new Set(texts).size < texts.length)
      throw invalid(`Option ${field}s of "${definition.name}" must be unique.`);
  }
}

function propertyShape(definition: PropertyDefinition): unknown {
  const { archivedAt, readOnlyValue, ownerOptions, hubspotDefined, ...shown } = definition;
  return {
    ...shown,
    createdAt: toIso(definition.createdAt),
    updatedAt: toIso(definition.updatedAt),
    archived: archivedAt !== null,
    ...(archivedAt === null ? {} : { archivedAt: toIso(archivedAt) }),
    hubspotDefined,
    calculated: false,
    externalOptions: ownerOptions,
    ...(ownerOptions ? { referencedObjectType: 'OWNER' } : {}),
    modificationMetadata: {
      archivable: !hubspotDefined,
      readOnlyDefinition: hubspotDefined,
      readOnlyOptions: hubspotDefined,
      readOnlyValue,
    },
  };
}
