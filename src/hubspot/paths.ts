/**
 * HubSpot's paths. Date versions are the API; v4 is unsupported from 2027-03-30, v1-v3 from September 2027
 * (hubspot-api.md section 1). `@hubspot/api-client` 14 still builds v3 and v4 paths, which this table renames. The next
 * version is one constant away, each is supported for 18 months.
 */
const apiVersion = '2026-09';

const datedPrefixes: readonly (readonly [old: string, dated: string])[] = [
  ['/crm/v3/objects/', `/crm/objects/${apiVersion}/`],
  ['/crm/v4/associations/', `/crm/associations/${apiVersion}/`],
  ['/crm/v3/properties/', `/crm/properties/${apiVersion}/`],
  ['/crm/v3/pipelines/', `/crm/pipelines/${apiVersion}/`],
  ['/crm/v3/lists/', `/crm/lists/${apiVersion}/`],
  ['/crm/v3/owners/', `/crm/owners/${apiVersion}/`],
];

/** `@hubspot/api-client` does not wrap account information. */
export const accountPaths = {
  details: `/account-info/${apiVersion}/details`,
  dailyUsage: `/account-info/${apiVersion}/api-usage/daily/private-apps`,
} as const;

/** Documented under this version alone (hubspot-api.md section 7); not wrapped either. */
export function userPath(userId: string): string {
  return `/settings/users/2026-03/${encodeURIComponent(userId)}`;
}

/** @throws Error for a path that the table does not know: a new call must name its version */
export function datedPath(path: string): string {
  if (path.startsWith('/account-info/') || path.startsWith('/settings/users/')) return path;
  const line = datedPrefixes.find(([old]) => path.startsWith(old));
  if (line === undefined) throw new Error(`No dated path is known for ${path}: add it to paths.ts.`);
  return (line[1] + path.slice(line[0].length)).replace(/\/$/, '');
}

const names: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/(?<=\/lists\/[^/]+\/)\d+/, '{listId}'],
  [/(?<=\/settings\/users\/[^/]+\/)\d+/, '{userId}'],
  [/(?<=\/properties\/[^/]+\/companies\/)(?!batch\b|groups\b)[^/]+/, '{propertyName}'],
];

/** What a request is counted and reported as: method and dated path without record ids. */
export function routeOf(method: string, path: string): string {
  return `${method} ${names.reduce((route, [pattern, name]) => route.replace(pattern, name), path)}`;
}
