/** The package's generated models as JSON schemas: names and types from `.js`, what may be absent from `.d.ts`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export type Schema = { readonly [key: string]: unknown };
/** What we send is closed: an unknown key is an error. What HubSpot answers may grow. */
export type Direction = 'request' | 'response';

const attributesSchema = z.array(
  z.object({ name: z.string(), baseName: z.string(), type: z.string(), format: z.string() }),
);

/** @param schemas where the schemas of models go, as components */
export function createModels(folder: string, family: string, schemas: Record<string, Schema>) {
  const read = (name: string, ending: string): string => {
    const path = join(folder, name + ending);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };

  const schemaOf = (type: string, format: string, direction: Direction, source = ''): Schema => {
    const nested = (inner: string): Schema => schemaOf(inner, format, direction, source);
    const list = /^Array<(.*)>$/.exec(type)?.[1];
    if (list !== undefined) return { type: 'array', items: nested(list) };
    const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
    if (map !== undefined) return { type: 'object', additionalProperties: nested(map) };
    if (type.endsWith(' | null')) return { ...nested(type.slice(0, -' | null'.length)), nullable: true };
    if (type.includes(' | ')) return { anyOf: type.split(' | ').map(nested) };
    if (type === 'any') return {};
    // The generator renames what would hide JavaScript's own.
    if (type === 'Error') return nested('ModelError');
    if (type === 'Date') return { type: 'string', format: format || 'date-time' };
    if (type === 'number') return { type: format.startsWith('int') ? 'integer' : 'number' };
    if (type === 'string') return format === '' ? { type } : { type, format };
    if (type === 'boolean') return { type };
    const literal = /^'(.*)'$/.exec(type)?.[1];
    if (literal !== undefined) return { type: 'string', enum: [literal] };
    const values = enumValues(type, source);
    return values.length > 0 ? { type: 'string', enum: values } : { $ref: reference(type, direction) };
  };

  const reference = (type: string, direction: Direction): string => {
    const key = `${family}.${direction}.${type}`;
    if (!(key in schemas)) {
      // Models refer to themselves: the name comes first.
      schemas[key] = {};
      schemas[key] = modelSchema(type, direction);
    }
    return `#/components/schemas/${key}`;
  };

  const modelSchema = (type: string, direction: Direction): Schema => {
    const declared = read(type, '.d.ts');
    const choices = new RegExp(`export type ${type} = ([^;]+);`).exec(declared)?.[1];
    if (choices !== undefined) return schemaOf(choices, '', direction);
    const source = read(type, '.js');
    const listed = /attributeTypeMap = (\[[\s\S]*?\n?\]);/.exec(source)?.[1];
    if (listed === undefined) throw new Error(`@hubspot/api-client has no model ${family} ${type}.`);
    const attributes = attributesSchema.parse(JSON.parse(listed));
    const required = attributes
      .filter(({ name }) => !declared.includes(`'${name}'?:`))
      .map(({ baseName }) => baseName);
    return {
      type: 'object',
      properties: Object.fromEntries(
        attributes.map(({ baseName, type, format }) => [baseName, schemaOf(type, format, direction, source)]),
      ),
      ...(required.length === 0 ? {} : { required }),
      ...(direction === 'request' ? { additionalProperties: false } : {}),
    };
  };

  return { schemaOf };
}

/** An enum stands in the file of the model that uses it. */
function enumValues(type: string, source: string): string[] {
  return [...source.matchAll(new RegExp(`\\b${type}\\["[^"]*"\\] = "([^"]*)"`, 'g'))].map(
    ([, value = '']) => value,
  );
}
