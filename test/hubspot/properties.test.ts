import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  propertyDefinitions,
  propertyKeys,
  propertyName,
  samePropertyValue,
} from '../../src/hubspot/properties.ts';
import { behaviours } from '../../src/model/settings.ts';
import { statuses } from '../../src/model/verdict.ts';

const byName = new Map(propertyDefinitions.map((definition) => [definition.name, definition]));
const valuesOf = (name: string): string[] => byName.get(name)?.options.map(({ value }) => value) ?? [];

describe('the definitions', () => {
  test('cover every key once, in our group, under a name that HubSpot allows', () => {
    expect(propertyDefinitions.map(({ name }) => name)).toEqual(propertyKeys.map(propertyName));
    for (const { name, groupName } of propertyDefinitions) {
      expect(name).toMatch(/^rekindle_[a-z0-9_]{1,50}$/);
      expect(groupName).toBe('rekindle');
    }
  });

  test('tell a workflow builder what each property means', () => {
    for (const { label, description } of propertyDefinitions) {
      expect(label).not.toBe('');
      expect(description).toMatch(/^\p{Lu}.{30,}\.$/u);
    }
    expect(new Set(propertyDefinitions.map(({ label }) => label)).size).toBe(propertyDefinitions.length);
  });

  test('offer each choice once, in order, and only where there are choices', () => {
    for (const { type, options } of propertyDefinitions) {
      expect(options.length > 0).toBe(type === 'enumeration' || type === 'bool');
      expect(new Set(options.map(({ value }) => value)).size).toBe(options.length);
      expect(new Set(options.map(({ label }) => label)).size).toBe(options.length);
      expect(options.map(({ displayOrder }) => displayOrder)).toEqual(options.map((_option, index) => index));
      // A semicolon would split one choice into two.
      for (const { value } of options) expect(value).toMatch(/^[a-z0-9_]+$/);
    }
  });

  test('know every status and every reason that a verdict can carry', () => {
    expect(valuesOf('rekindle_status')).toEqual([...statuses]);
    expect(valuesOf('rekindle_reasons')).toEqual(valuesOf('rekindle_primary_reason'));
    expect(new Set(valuesOf('rekindle_reasons'))).toEqual(
      new Set([
        ...Object.keys(behaviours).flatMap((name) => [
          `${name}_declining`,
          `${name}_stopped`,
          `${name}_never`,
        ]),
        'clicks_no_sales',
        'productive_drifting',
        'engagement_drifting',
      ]),
    );
  });
});

describe('a value is not written again because HubSpot spells it differently', () => {
  test.each([
    ['status_changed_at', '2026-06-15T12:00:00Z', '2026-06-15T12:00:00.000Z', true],
    ['status_changed_at', '1781524800000', '2026-06-15T12:00:00.000Z', true],
    ['status_changed_at', '2026-06-15T12:00:00.001Z', '2026-06-15T12:00:00.000Z', false],
    ['inactive_since', '1781481600000', '2026-06-15', true],
    ['inactive_since', '2026-06-15T00:00:00Z', '2026-06-15', true],
    ['inactive_since', '2026-06-14', '2026-06-15', false],
    ['inactive_since', 'nonsense', '2026-06-15', false],
    ['health', '42.0', '42', true],
    ['health', '0', '42', false],
    ['health', 'nonsense', '42', false],
    ['reasons', 'sales_stopped;portal_never', 'portal_never;sales_stopped', true],
    ['reasons', 'sales_stopped', 'portal_never;sales_stopped', false],
    ['status', 'inactive', 'inactive', true],
    ['status', 'active', 'inactive', false],
    ['reason_detail', 'No deal.', 'No deal. ', false],
    ['holdout', 'true', 'false', false],
    ['status', null, '', true],
    ['status', '', '', true],
    ['status', null, 'active', false],
    ['health', null, '0', false],
    ['health', '0', '', false],
    ['inactive_since', '2026-06-15', '', false],
  ] as const)('%s: %j is %j: %s', (key, published, desired, same) => {
    expect(samePropertyValue(key, published, desired)).toBe(same);
  });

  test('choices have no order', () => {
    const chosen = fc.uniqueArray(fc.constantFrom(...valuesOf('rekindle_reasons')), { minLength: 1 });
    const shuffledTwice = chosen.chain((values) =>
      fc.tuple(fc.constant(values), fc.shuffledSubarray(values, { minLength: values.length })),
    );
    fc.assert(
      fc.property(shuffledTwice, ([values, shuffled]) => {
        expect(samePropertyValue('reasons', values.join(';'), shuffled.join(';'))).toBe(true);
        expect(samePropertyValue('reasons', values.slice(1).join(';'), shuffled.join(';'))).toBe(false);
      }),
    );
  });
});
