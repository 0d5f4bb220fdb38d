/** HubSpot's association type ids (hubspot-api.md 5); pairs that Rekindle does not use are HubSpot's published ones. */
import type { SeedType } from '../seed.ts';

export type AssociationType = {
  readonly category: 'HUBSPOT_DEFINED' | 'USER_DEFINED';
  readonly typeId: number;
  readonly label: string | null;
};

const defaultTypeIds: Readonly<Record<string, number>> = {
  'company>contact': 280,
  'contact>company': 279,
  'company>deal': 342,
  'deal>company': 341,
  'company>company': 450,
  'contact>deal': 4,
  'deal>contact': 3,
  'contact>contact': 449,
  'deal>deal': 451,
  'company>call': 181,
  'call>company': 182,
  'company>email': 185,
  'email>company': 186,
  'company>meeting': 187,
  'meeting>company': 188,
  'company>note': 189,
  'note>company': 190,
  'company>task': 191,
  'task>company': 192,
  'company>communication': 88,
  'communication>company': 87,
  'contact>call': 193,
  'call>contact': 194,
  'contact>email': 197,
  'email>contact': 198,
  'contact>meeting': 199,
  'meeting>contact': 200,
  'contact>note': 201,
  'note>contact': 202,
  'contact>task': 203,
  'task>contact': 204,
  'contact>communication': 82,
  'communication>contact': 81,
  'deal>call': 205,
  'call>deal': 206,
  'deal>email': 209,
  'email>deal': 210,
  'deal>meeting': 211,
  'meeting>deal': 212,
  'deal>note': 213,
  'note>deal': 214,
  'deal>task': 215,
  'task>deal': 216,
  'deal>communication': 86,
  'communication>deal': 85,
};

const primaryTypeIds: Readonly<Record<string, number>> = {
  'contact>company': 1,
  'company>contact': 2,
  'deal>company': 5,
  'company>deal': 6,
};

export function pairOf(from: SeedType, to: SeedType): string {
  return `${from}>${to}`;
}

/** The unlabelled type every association of the pair has; undefined where HubSpot knows no such pair. */
export function defaultType(from: SeedType, to: SeedType): AssociationType | undefined {
  const typeId = defaultTypeIds[pairOf(from, to)];
  return typeId === undefined ? undefined : { category: 'HUBSPOT_DEFINED', typeId, label: null };
}

/** The type that marks a deal's or contact's primary company; undefined for other pairs. */
export function primaryType(from: SeedType, to: SeedType): AssociationType | undefined {
  const typeId = primaryTypeIds[pairOf(from, to)];
  return typeId === undefined ? undefined : { category: 'HUBSPOT_DEFINED', typeId, label: 'Primary' };
}
