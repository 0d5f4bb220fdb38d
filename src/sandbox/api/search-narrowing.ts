/**
 * Which records a search need look at. Whatever it leaves out cannot match; what it lets through is tested by the filters
 * all the same. Only questions of one group are narrowed: those that readers of whole accounts ask.
 */
import type { SeedType } from '../seed.ts';
import { objectTypeOf } from '../portal/object-types.ts';
import { parseInstant } from '../portal/property-values.ts';
import type { Narrowing } from '../portal/search-index.ts';
import type { Filter } from './search-filters.ts';

export function narrowingOf(
  type: SeedType,
  groups: readonly { readonly filters: readonly Filter[] }[],
): Narrowing | null {
  const [group, another] = groups;
  if (group === undefined || another !== undefined) return null;
  const { modifiedProperty } = objectTypeOf(type);
  const of = (name: string): readonly Filter[] => group.filters.filter((one) => one.propertyName === name);
  return (
    firstOf(of('hs_object_id'), idsOf) ??
    firstOf(of(modifiedProperty), windowOf) ??
    firstOf(of('hs_object_id'), idAfter)
  );
}

function firstOf(filters: readonly Filter[], narrow: (filter: Filter) => Narrowing | null): Narrowing | null {
  return filters.map(narrow).find((narrowing) => narrowing !== null) ?? null;
}

/** As ids are written; other ways to write the same number are left to the filters. */
const plainId = /^[1-9]\d*$/;

function idsOf({ operator, value, values }: Filter): Narrowing | null {
  const ids = operator === 'IN' ? (values ?? []) : operator === 'EQ' && value !== undefined ? [value] : [];
  return ids.length > 0 && ids.every((id) => plainId.test(id)) ? { by: 'ids', ids } : null;
}

function idAfter({ operator, value }: Filter): Narrowing | null {
  return operator === 'GT' && value !== undefined && plainId.test(value)
    ? { by: 'idsAfter', id: value }
    : null;
}

function windowOf({ operator, value, highValue }: Filter): Narrowing | null {
  const from = value === undefined ? null : parseInstant(value);
  if (from === null) return null;
  const forEver = Number.POSITIVE_INFINITY;
  switch (operator) {
    case 'EQ':
      return { by: 'modified', from, to: from };
    case 'GT':
    case 'GTE':
      return { by: 'modified', from, to: forEver };
    case 'BETWEEN': {
      const to = highValue === undefined ? null : parseInstant(highValue);
      return to === null ? null : { by: 'modified', from, to };
    }
    default:
      return null;
  }
}
