/** HubSpot's search operators (hubspot-api.md 4), compiled to one test per query. */
import { z } from 'zod';
import type { SeedRecord, SeedType } from '../seed.ts';
import { ApiError, invalid } from '../portal/api-error.ts';
import { findObjectType } from '../portal/object-types.ts';
import type { Portal } from '../portal/portal.ts';
import type { PropertyDefinition } from '../portal/property-definition.ts';
import { parseInstant } from '../portal/property-values.ts';

const operators = [
  'EQ',
  'NEQ',
  'LT',
  'LTE',
  'GT',
  'GTE',
  'BETWEEN',
  'IN',
  'NOT_IN',
  'HAS_PROPERTY',
  'NOT_HAS_PROPERTY',
  'CONTAINS_TOKEN',
  'NOT_CONTAINS_TOKEN',
] as const;

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
export const filterSchema = z.object({
  propertyName: z.string().min(1),
  operator: z.enum(operators),
  value: text.optional(),
  highValue: text.optional(),
  values: z.array(text).optional(),
});
export type Filter = z.infer<typeof filterSchema>;
export type RecordTest = (record: SeedRecord) => boolean;

type ValueTest = (value: string) => boolean;

/** Groups are alternatives; the filters of a group must all hold. @param textIds record ids are compared as texts */
export function compileFilters(
  portal: Portal,
  type: SeedType,
  groups: readonly { readonly filters: readonly Filter[] }[],
  textIds: boolean,
): RecordTest {
  if (groups.length === 0) return () => true;
  const tests = groups.map(({ filters }) =>
    filters.map((filter) => compileFilter(portal, type, filter, textIds)),
  );
  return (record) => tests.some((group) => group.every((test) => test(record)));
}

function compileFilter(portal: Portal, type: SeedType, filter: Filter, textIds: boolean): RecordTest {
  if (filter.propertyName.startsWith('associations.')) return compileAssociation(portal, type, filter);
  const read = portal.reader.reader(type, filter.propertyName);
  // The wrong name finds nothing, silently (hubspot-api.md 4).
  if (read === undefined) return () => filter.operator === 'NOT_HAS_PROPERTY';
  if (filter.operator === 'HAS_PROPERTY') return (record) => read(record) !== null;
  if (filter.operator === 'NOT_HAS_PROPERTY') return (record) => read(record) === null;
  const definition = portal.properties.find(type, filter.propertyName);
  const asText = textIds && filter.propertyName === 'hs_object_id';
  const test = compileValueTest(filter, asText ? undefined : definition);
  return (record) => {
    const value = read(record);
    // Every other operator, also a negated one, wants a value to look at: a decision, HubSpot does not say.
    return value !== null && test(value);
  };
}

/** `associations.company EQ id`; IN is accepted too (unproven on a live account, hubspot-api.md 12.11). */
function compileAssociation(portal: Portal, type: SeedType, filter: Filter): RecordTest {
  const name = filter.propertyName.slice('associations.'.length);
  const target = findObjectType(name);
  if (target === undefined) throw invalid(`There are no associations to "${name}".`);
  if (filter.operator !== 'EQ' && filter.operator !== 'IN') {
    throw invalid(`${filter.propertyName} can be compared with EQ and IN only.`);
  }
  const wanted =
    filter.operator === 'EQ' ? [required(filter, filter.value)] : required(filter, filter.values);
  const linked = new Set(wanted.flatMap((id) => portal.associations.linked(target.type, id, type)));
  return (record) => linked.has(record.id);
}

function compileValueTest(filter: Filter, definition: PropertyDefinition | undefined): ValueTest {
  switch (filter.operator) {
    case 'IN':
      return isOneOf(definition, required(filter, filter.values));
    case 'NOT_IN':
      return not(isOneOf(definition, required(filter, filter.values)));
    case 'CONTAINS_TOKEN':
      return containsToken(required(filter, filter.value));
    case 'NOT_CONTAINS_TOKEN':
      return not(containsToken(required(filter, filter.value)));
    case 'EQ':
      return isEqual(definition, required(filter, filter.value));
    case 'NEQ':
      return not(isEqual(definition, required(filter, filter.value)));
    case 'BETWEEN': {
      const [low, high] = [required(filter, filter.value), required(filter, filter.highValue)];
      const [fromLow, toHigh] = [compared(definition, low), compared(definition, high)];
      return (value) => fromLow(value) >= 0 && toHigh(value) <= 0;
    }
    default:
      return compileOrder(filter, compared(definition, required(filter, filter.value)));
  }
}

function compileOrder(filter: Filter, compare: (value: string) => number): ValueTest {
  switch (filter.operator) {
    case 'LT':
      return (value) => compare(value) < 0;
    case 'LTE':
      return (value) => compare(value) <= 0;
    case 'GT':
      return (value) => compare(value) > 0;
    default:
      return (value) => compare(value) >= 0;
  }
}

function required<T>(filter: Filter, given: T | undefined): T {
  if (given === undefined || (Array.isArray(given) && given.length === 0)) {
    throw invalid(`The operator ${filter.operator} on ${filter.propertyName} lacks its value.`);
  }
  return given;
}

function not(test: ValueTest): ValueTest {
  return (value) => !test(value);
}

/** Enumerations compare exactly, texts without regard to case; one of several checked boxes suffices. */
function isEqual(definition: PropertyDefinition | undefined, wanted: string): ValueTest {
  if (definition?.type === 'enumeration') {
    return definition.fieldType === 'checkbox'
      ? (value) => value.split(';').includes(wanted)
      : (value) => value === wanted;
  }
  if (isOrdered(definition)) {
    const compare = compared(definition, wanted);
    return (value) => compare(value) === 0;
  }
  const lower = wanted.toLowerCase();
  return (value) => value.toLowerCase() === lower;
}

/** Lists of texts must be given in lower case, as HubSpot's index keeps them (hubspot-api.md 4). */
function isOneOf(definition: PropertyDefinition | undefined, wanted: readonly string[]): ValueTest {
  if (definition?.type === 'enumeration' || isOrdered(definition)) {
    const tests = wanted.map((value) => isEqual(definition, value));
    return (value) => tests.some((test) => test(value));
  }
  const given = new Set(wanted);
  return (value) => given.has(value.toLowerCase());
}

function containsToken(wanted: string): ValueTest {
  const tokens = tokensOf(wanted).map((token) => {
    const pattern = token.split('*').map(escapePattern).join('.*');
    return new RegExp(`^${pattern}$`, 'u');
  });
  return (value) => {
    const own = tokensOf(value);
    return tokens.length > 0 && tokens.every((token) => own.some((word) => token.test(word)));
  };
}

export function tokensOf(value: string): string[] {
  return value
    .toLowerCase()
    .split(/[^\p{L}\p{N}*]+/u)
    .filter((token) => token !== '');
}

function escapePattern(part: string): string {
  return part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function isOrdered(definition: PropertyDefinition | undefined): boolean {
  return definition !== undefined && ['number', 'date', 'datetime'].includes(definition.type);
}

/** Compares stored values with `wanted`: negative when the stored one is smaller; NaN when they do not compare. */
function compared(definition: PropertyDefinition | undefined, wanted: string): (value: string) => number {
  if (definition?.type === 'date' || definition?.type === 'datetime') {
    const instant = parseInstant(wanted);
    if (instant === null) throw invalid(`${wanted} is not a date: give milliseconds or ISO 8601.`);
    // Seen on live accounts: such a filter fails (hubspot-api.md 4).
    if (instant === 0) throw new ApiError(500, 'INTERNAL_ERROR', 'internal error');
    return (value) => (parseInstant(value) ?? Number.NaN) - instant;
  }
  if (definition?.type === 'number') {
    if (wanted.trim() === '' || Number.isNaN(Number(wanted))) throw invalid(`${wanted} is not a number.`);
    return (value) => compareNumbers(value, wanted);
  }
  const lower = wanted.toLowerCase();
  return (value) => (value.toLowerCase() === lower ? 0 : value.toLowerCase() < lower ? -1 : 1);
}

/** Record ids may lie beyond 2^53, where numbers of JavaScript no longer tell neighbours apart. */
export function compareNumbers(left: string, right: string): number {
  if (left.length > 15 && /^\d+$/.test(left) && /^\d+$/.test(right)) {
    const [one, other] = [BigInt(left), BigInt(right)];
    return one === other ? 0 : one < other ? -1 : 1;
  }
  return Number(left) - Number(right);
}
