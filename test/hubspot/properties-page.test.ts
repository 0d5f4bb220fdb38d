/** docs/properties.md is what people read before they build on a property: it says what HubSpot says. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { propertyDefinitions } from '../../src/hubspot/properties.ts';
import { repositoryRoot } from '../../tools/hubspot-project.ts';

const page = await readFile(join(repositoryRoot, 'docs', 'properties.md'), 'utf8');
const rows = new Map(
  page
    .split('\n')
    .filter((line) => line.startsWith('| `rekindle_'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, name = '', label, type, meaning, values = '']) => [
      name.replaceAll('`', ''),
      { label, type, meaning, values: [...values.matchAll(/`([a-z_]+)`/g)].map(([, value]) => value) },
    ]),
);

test('every property has its row, with the label and the words that HubSpot shows', () => {
  expect([...rows.keys()].sort()).toEqual(propertyDefinitions.map(({ name }) => name).sort());
  for (const { name, label, description } of propertyDefinitions) {
    expect(rows.get(name)).toMatchObject({ label, meaning: description });
  }
});

test('types are HubSpot’s, and choices that are listed are all there are', () => {
  for (const { name, type, fieldType, options } of propertyDefinitions) {
    const row = rows.get(name);
    expect([name, row?.type]).toEqual([name, fieldType === 'checkbox' ? `${type}, several` : type]);
    const values = options.map(({ value }) => value);
    expect([name, row?.values]).toEqual([name, row?.values.length === 0 ? [] : values]);
  }
});
