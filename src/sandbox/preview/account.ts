/** Asks the sandbox for what is in the account, as HubSpot's own pages would ask theirs. */

export type Properties = Readonly<Record<string, string | null>>;
export type CrmRecord = { readonly id: string; readonly properties: Properties };
type SearchBody = Readonly<Record<string, unknown>>;

export type PropertyInfo = {
  readonly name: string;
  readonly label: string;
  readonly groupName: string;
  readonly type: string;
  readonly fieldType: string;
  readonly options: readonly { readonly label: string; readonly value: string }[];
};

/** The sandbox did not answer as HubSpot would; the page shows the message. */
export class AccountError extends Error {
  override readonly name = 'AccountError';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export type Account = {
  searchCompanies(body: SearchBody): Promise<{ total: number; results: CrmRecord[]; after: string | null }>;
  readCompany(id: string, properties: readonly string[]): Promise<CrmRecord | null>;
  readCompanyProperties(): Promise<PropertyInfo[]>;
  readPropertyGroups(): Promise<{ name: string; label: string }[]>;
  /** Deactivated people too: records still name them. */
  readOwners(): Promise<{ id: string; name: string; archived: boolean }[]>;
  readStageLabels(): Promise<ReadonlyMap<string, string>>;
  readLinked(companyId: string, type: string, properties: readonly string[]): Promise<CrmRecord[]>;
};

type Send = <T>(method: 'GET' | 'POST', path: string, body?: unknown) => Promise<T>;

/** Not the API: what HubSpot's own pages ask counts against no limit of an app's. */
function createSend(sandboxUrl: string): Send {
  return async <T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${sandboxUrl}/__sandbox/page${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    if (response.ok) return (await response.json()) as T;
    const text = await response.text();
    throw new AccountError(
      response.status,
      `The sandbox answered ${response.status} to ${method} ${path}: ${text}`,
    );
  };
}

/** HubSpot reads at most 100 records in one batch. */
const batchSize = 100;
/** A page shows so many linked records of one type; HubSpot's own pages stop at some number too. */
const linkedLimit = 200;

async function readLinked(
  send: Send,
  companyId: string,
  type: string,
  properties: readonly string[],
): Promise<CrmRecord[]> {
  type Links = { results: { to: { toObjectId: string | number }[] }[] };
  const links = await send<Links>('POST', `/crm/associations/2026-09/companies/${type}/batch/read`, {
    inputs: [{ id: companyId }],
  });
  const ids = links.results.flatMap(({ to }) => to.map(({ toObjectId }) => ({ id: String(toObjectId) })));
  const wanted = ids.slice(0, linkedLimit);
  const records: CrmRecord[] = [];
  for (let from = 0; from < wanted.length; from += batchSize) {
    const batch = await send<{ results: CrmRecord[] }>('POST', `/crm/objects/2026-09/${type}/batch/read`, {
      inputs: wanted.slice(from, from + batchSize),
      properties,
    });
    records.push(...batch.results);
  }
  return records;
}

type OwnerAnswer = { id: string; firstName?: string; lastName?: string; email?: string; archived?: boolean };
type PipelineAnswer = { results: { stages: { id: string; label: string }[] }[] };
type SearchAnswer = { total: number; results: CrmRecord[]; paging?: { next?: { after: string } } };

export function createAccount(sandboxUrl: string): Account {
  const send = createSend(sandboxUrl);
  return {
    async searchCompanies(body) {
      const answer = await send<SearchAnswer>('POST', '/crm/objects/2026-09/companies/search', body);
      return { total: answer.total, results: answer.results, after: answer.paging?.next?.after ?? null };
    },
    async readCompany(id, properties) {
      const query = properties.map((name) => `properties=${encodeURIComponent(name)}`).join('&');
      try {
        return await send<CrmRecord>(
          'GET',
          `/crm/objects/2026-09/companies/${encodeURIComponent(id)}?${query}`,
        );
      } catch (error) {
        if (error instanceof AccountError && error.status === 404) return null;
        throw error;
      }
    },
    async readCompanyProperties() {
      return (await send<{ results: PropertyInfo[] }>('GET', '/crm/properties/2026-09/companies')).results;
    },
    async readPropertyGroups() {
      type Groups = { results: { name: string; label: string }[] };
      return (await send<Groups>('GET', '/crm/properties/2026-09/companies/groups')).results;
    },
    async readOwners() {
      const pages = await Promise.all(
        [false, true].map((archived) =>
          send<{ results: OwnerAnswer[] }>('GET', `/crm/owners/2026-09?limit=500&archived=${archived}`),
        ),
      );
      return pages
        .flatMap(({ results }) => results)
        .map(({ id, firstName, lastName, email, archived }) => ({
          id,
          name: [firstName, lastName].filter(Boolean).join(' ') || (email ?? `Owner ${id}`),
          archived: archived === true,
        }));
    },
    async readStageLabels() {
      const { results } = await send<PipelineAnswer>('GET', '/crm/pipelines/2026-09/deals');
      return new Map(results.flatMap(({ stages }) => stages.map(({ id, label }) => [id, label] as const)));
    },
    readLinked: (companyId, type, properties) => readLinked(send, companyId, type, properties),
  };
}
