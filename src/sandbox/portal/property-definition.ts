/** A property as HubSpot describes it (hubspot-api.md 6). */
import type { Instant } from '../../model/instant.ts';

export const propertyTypes = [
  'bool',
  'date',
  'datetime',
  'enumeration',
  'number',
  'phone_number',
  'string',
] as const;
export type PropertyType = (typeof propertyTypes)[number];

export const propertyFieldTypes = [
  'booleancheckbox',
  'calculation_equation',
  'checkbox',
  'date',
  'file',
  'html',
  'number',
  'phonenumber',
  'radio',
  'select',
  'text',
  'textarea',
] as const;
export type PropertyFieldType = (typeof propertyFieldTypes)[number];

export type PropertyOption = {
  readonly label: string;
  readonly value: string;
  readonly displayOrder: number;
  readonly hidden: boolean;
  readonly description?: string | undefined;
};

export type PropertyDefinition = {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly groupName: string;
  readonly type: PropertyType;
  readonly fieldType: PropertyFieldType;
  readonly options: readonly PropertyOption[];
  readonly displayOrder: number;
  readonly hasUniqueValue: boolean;
  readonly hidden: boolean;
  readonly formField: boolean;
  /** HubSpot's own: its definition and options cannot be changed or archived through the API. */
  readonly hubspotDefined: boolean;
  /** HubSpot computes it; writing it is refused. */
  readonly readOnlyValue: boolean;
  /** The options are the account's owners, not a list of the property's own. */
  readonly ownerOptions: boolean;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly archivedAt: Instant | null;
};

export type PropertyGroup = {
  readonly name: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly archived: boolean;
};
