import { z } from 'zod';
import type { ExistingProperty } from '../hubspot.ts';
import { batchOf } from './common.ts';

const option = z
  .object({
    label: z.string(),
    value: z.string(),
    displayOrder: z.number().nullish(),
    hidden: z.boolean().nullish(),
    description: z.string().nullish(),
  })
  .transform(({ label, value, displayOrder, hidden, description }) => ({
    label,
    value,
    displayOrder: displayOrder ?? -1,
    hidden: hidden ?? false,
    description: description ?? '',
  }));

/** Customers' properties have types and fields that ours never have: their names are taken as they are. */
const definition = z
  .object({
    name: z.string(),
    label: z.string(),
    description: z.string().nullish(),
    groupName: z.string().nullish(),
    type: z.string(),
    fieldType: z.string(),
    options: z.array(option).default([]),
    hubspotDefined: z.boolean().nullish(),
    archived: z.boolean().nullish(),
    modificationMetadata: z.object({ readOnlyValue: z.boolean() }).nullish(),
  })
  .transform((read): ExistingProperty => ({
    name: read.name,
    label: read.label,
    description: read.description ?? '',
    groupName: read.groupName ?? '',
    type: read.type,
    fieldType: read.fieldType,
    options: read.options,
    hubspotDefined: read.hubspotDefined ?? false,
    archived: read.archived ?? false,
    readOnlyValue: read.modificationMetadata?.readOnlyValue ?? false,
  }));

export const propertyList = z.object({ results: z.array(definition) }).transform(({ results }) => results);

export const propertyGroups = z
  .object({ results: z.array(z.object({ name: z.string(), label: z.string() })) })
  .transform(({ results }) => results);

/** Of what was created we need to know only what was not. */
export const createdProperties = batchOf(z.object({ name: z.string() }));
