/** From a method and a path to the handler, by the table of routes. */
import type { Handler } from './api/call.ts';
import type { Lane } from './limits.ts';
import { findObjectType } from './portal/object-types.ts';
import { families } from './routes.ts';
import type { Family, Route, Scopes } from './routes.ts';

export type Matched = {
  readonly handler: Handler;
  readonly parameters: Readonly<Record<string, string>>;
  readonly lane: Lane;
  readonly paged: 'by-id' | 'by-offset' | 'by-row' | null;
  /** For the request log: the object type filled in, ids left open. */
  readonly name: string;
  /** Any one of them suffices. */
  readonly scopes: readonly string[];
};

type Compiled = { readonly route: Route; readonly family: Family; readonly segments: readonly string[] };

/** Candidates by method, base and number of segments; literal segments win over parameters. */
const compiled = new Map<string, Compiled[]>();
const bases = new Map<string, Family>();
for (const family of families) {
  for (const base of family.bases) bases.set(base, family);
  for (const route of family.routes) {
    const segments = route.template.split('/').slice(1);
    const key = tableKey(route.method, family, segments.length);
    compiled.set(key, [...(compiled.get(key) ?? []), { route, family, segments }]);
  }
}
for (const candidates of compiled.values()) {
  candidates.sort((a, b) => literals(b.segments) - literals(a.segments));
}

function tableKey(method: string, family: Family, size: number): string {
  return `${method} ${family.bases[0] ?? ''} ${size}`;
}

function literals(segments: readonly string[]): number {
  return segments.filter((segment) => !segment.startsWith('{')).length;
}

/** Undefined when HubSpot, as far as the sandbox plays it, has no such operation. */
export function matchRoute(method: string, path: string): Matched | undefined {
  const trimmed = path.endsWith('/') ? path.slice(0, -1) : path;
  const parts = trimmed.split('/');
  for (const depth of [4, 3]) {
    const family = bases.get(parts.slice(0, depth).join('/'));
    if (family === undefined) continue;
    const rest = parts.slice(depth);
    for (const candidate of compiled.get(tableKey(method, family, rest.length)) ?? []) {
      const parameters = bind(candidate.segments, rest);
      if (parameters !== undefined) return matched(candidate, parameters);
    }
  }
  return undefined;
}

function bind(segments: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? '';
    if (!segment.startsWith('{')) {
      if (segment !== part) return undefined;
    } else if (part === '') return undefined;
    else parameters[segment.slice(1, -1)] = decode(part);
  }
  return parameters;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    // A malformed escape is taken literally; it names nothing then.
    if (error instanceof URIError) return part;
    throw error;
  }
}

function matched({ route, family }: Compiled, parameters: Readonly<Record<string, string>>): Matched {
  const name = route.template.replaceAll(/\{(\w+)\}/g, (whole, key: string) =>
    key.toLowerCase().endsWith('objecttype') ? (pluralOf(parameters[key]) ?? whole) : whole,
  );
  return {
    handler: route.handler,
    parameters,
    lane: route.lane ?? 'burst',
    paged: route.paged ?? null,
    name: `${family.bases[0] ?? ''}${name}`,
    scopes: scopesOf(route.scopes, parameters),
  };
}

function pluralOf(name: string | undefined): string | undefined {
  return name === undefined ? undefined : findObjectType(name)?.plural;
}

function scopesOf(scopes: Scopes, parameters: Readonly<Record<string, string>>): readonly string[] {
  if (typeof scopes !== 'string') return scopes;
  const objectType = findObjectType(parameters['objectType'] ?? parameters['fromObjectType'] ?? '');
  if (objectType === undefined) return [];
  const lists = {
    read: objectType.readScopes,
    write: objectType.writeScopes,
    'schema-read': objectType.schemaReadScopes,
    'schema-write': objectType.schemaWriteScopes,
  };
  return lists[scopes];
}
