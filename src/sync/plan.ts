/**
 * How a sync reads, and what that costs: the cost model of reliability.md section 2, in requests. Pure.
 *
 * Partners fan out: their associations are read 1,000 partners at a time, then the linked records. Where a type has few
 * records in the whole account, listing them all with their companies is cheaper. Linked records are read 100 at a time,
 * or through search, some 190 at a time: searches have a lane of their own, so both lanes side by side are faster.
 */
import { linkedTypes, type LinkedType } from '../model/record.ts';
import type { SyncMode } from '../model/run.ts';

/** Rows per request (hubspot-api.md 2.2). A search names about as many ids as fit into 3,000 characters. */
const perRequest = { search: 200, batch: 100, list: 100, associations: 1000, searchedIds: 185 } as const;

/**
 * What the governor lets through on a Professional account when nobody else is there: so many requests at once, then so
 * many per second (hubspot-api.md 2.1, 2.2; hubspot/limits.ts). Searches and association reads count against the burst
 * window, too; a search weighs until a second and a margin after its answer.
 */
const firstWindow = 184;
const rates = { total: 18, search: 3.4, associations: 13 } as const;

type Lane = 'burst' | 'search' | 'associations';
/** Which lane reads the linked records of a type. */
export type RecordLane = 'burst' | 'search';
export type Approach = 'fan_out' | 'list';

type PlannedStep = {
  readonly step: string;
  readonly how: string;
  readonly lane: Lane;
  readonly requests: number;
};

export type SyncPlan = {
  readonly mode: SyncMode;
  readonly steps: readonly PlannedStep[];
  readonly requests: { readonly total: number } & Readonly<Record<Lane, number>>;
  /** The least time in which the lanes let these requests through. */
  readonly minimumSeconds: number;
};

/** What the choice rests on. Counts that nobody has taken yet are null. */
export type Measured = {
  readonly partners: number;
  /** Partners, and companies that left lately: those that are asked for by their ids. */
  readonly known: number;
  /** Whether partners are found through search; otherwise through a list. */
  readonly bySearch: boolean;
  readonly types: Readonly<Record<LinkedType, TypeCounts>>;
};
export type TypeCounts = {
  /** Living records in the whole account. */
  readonly total: number | null;
  /** Those that hang on partners. */
  readonly linked: number | null;
  /** Those modified since the last reading. */
  readonly changed: number | null;
};

/** Up to so many partners, one association read per type is enough, and no list can be cheaper. */
export function isListWorthCounting(partners: number): boolean {
  return partners > perRequest.associations;
}

/** A list gives links, records and changes at once; a fan-out costs an association read and the records. */
export function approachOf(partners: number, counts: TypeCounts, mode: SyncMode): Approach {
  if (counts.total === null || !isListWorthCounting(partners)) return 'fan_out';
  const list = pages(counts.total, perRequest.list);
  const associations = pages(partners, perRequest.associations);
  const records =
    mode === 'full'
      ? requestsFor(counts.linked ?? 0, perRequest.batch)
      : pages(counts.changed ?? 0, perRequest.search);
  return list < associations + records ? 'list' : 'fan_out';
}

/**
 * The lane of each type's records: the assignment that ends first, and of equal ones the one with the fewest requests.
 * @param linked linked records by type, of the types that are read by their ids
 * @param already what the same window has to let through besides
 */
export function assignLanes(
  linked: ReadonlyMap<LinkedType, number>,
  already: { readonly total: number; readonly search: number },
): ReadonlyMap<LinkedType, RecordLane> {
  const types = [...linked].filter(([, count]) => count > 0);
  const batch = types.reduce((sum, [, count]) => sum + requestsFor(count, perRequest.batch), 0);
  const allBatch = new Map<LinkedType, RecordLane>([...linked.keys()].map((type) => [type, 'burst']));
  if (already.total + batch <= firstWindow) return allBatch;
  let best: { search: number; total: number; lanes: Map<LinkedType, RecordLane> } | null = null;
  for (let choice = 0; choice < 2 ** types.length; choice += 1) {
    const lanes = new Map(allBatch);
    let { total, search } = already;
    for (const [index, [type, count]] of types.entries()) {
      const searched = Math.floor(choice / 2 ** index) % 2 === 1;
      const requests = requestsFor(count, searched ? perRequest.searchedIds : perRequest.batch);
      total += requests;
      if (searched) search += requests;
      lanes.set(type, searched ? 'search' : 'burst');
    }
    const isBetter =
      best === null ||
      compare([seconds(total, search), total], [seconds(best.total, best.search), best.total]) < 0;
    if (isBetter) best = { search, total, lanes };
  }
  return best?.lanes ?? allBatch;
}

function compare(left: readonly [number, number], right: readonly [number, number]): number {
  return left[0] - right[0] || left[1] - right[1];
}

function seconds(total: number, search: number, associations = 0): number {
  const afterFirstWindow = Math.max(0, total - firstWindow) / rates.total;
  return Math.max(afterFirstWindow, search / rates.search, associations / rates.associations);
}

/** The plan and its price, from what is known before the first page is read. */
export function planSync(mode: SyncMode, measured: Measured): SyncPlan {
  const steps = [...planPartners(mode, measured), ...planTypes(mode, measured)].filter(
    ({ requests }) => requests > 0,
  );
  const sum = (lane: Lane): number =>
    steps.filter((step) => step.lane === lane).reduce((total, { requests }) => total + requests, 0);
  const [burst, search, associations] = [sum('burst'), sum('search'), sum('associations')];
  const total = burst + search + associations;
  return {
    mode,
    steps,
    requests: { total, burst, search, associations },
    minimumSeconds: seconds(total, search, associations),
  };
}

function planPartners(mode: SyncMode, { partners, known, bySearch }: Measured): PlannedStep[] {
  const owners: PlannedStep = {
    step: 'owners',
    how: 'list',
    lane: 'burst',
    requests: mode === 'full' ? 2 : 1,
  };
  if (mode === 'second_pass') return [owners];
  const found = pages(partners, bySearch ? perRequest.search : perRequest.list);
  if (!bySearch) {
    return [
      owners,
      { step: 'partners', how: 'members of the list, then by id', lane: 'burst', requests: 2 * found },
    ];
  }
  if (mode === 'full') return [owners, { step: 'partners', how: 'search', lane: 'search', requests: found }];
  return [
    owners,
    { step: 'known partners', how: 'by id', lane: 'burst', requests: requestsFor(known, perRequest.batch) },
    {
      step: 'new partners',
      how: 'search for those without a status of ours, and a count',
      lane: 'search',
      requests: 2,
    },
  ];
}

function planTypes(mode: SyncMode, measured: Measured): PlannedStep[] {
  const { partners, types } = measured;
  const byApproach = Map.groupBy(linkedTypes, (type) => approachOf(partners, types[type], mode));
  const fannedOut = byApproach.get('fan_out') ?? [];
  const counting = mode === 'full' && isListWorthCounting(partners) ? linkedTypes.length : 0;
  const associations = fannedOut.length * pages(partners, perRequest.associations);
  const lanes = assignLanes(new Map(fannedOut.map((type) => [type, types[type].linked ?? 0])), {
    total: counting + associations,
    search: counting,
  });
  return [
    { step: 'counting the records of each type', how: 'search', lane: 'search', requests: counting },
    ...linkedTypes.flatMap((type): PlannedStep[] => {
      const { total, linked, changed } = types[type];
      if (byApproach.get('list')?.includes(type) === true && mode !== 'second_pass') {
        const requests = pages(total ?? 0, perRequest.list);
        return [{ step: `${type}s`, how: 'list all with their companies', lane: 'burst', requests }];
      }
      const links: PlannedStep = {
        step: `links to ${type}s`,
        how: `associations of ${perRequest.associations} partners at a time`,
        lane: 'associations',
        requests: pages(partners, perRequest.associations),
      };
      const changes: PlannedStep = {
        step: `changed ${type}s`,
        how: 'search by modified time',
        lane: 'search',
        requests: pages(changed ?? 0, perRequest.search),
      };
      if (mode === 'second_pass') return [changes];
      return mode === 'nightly' ? [links, changes] : [links, planRecords(type, linked ?? 0, lanes.get(type))];
    }),
  ];
}

function planRecords(type: LinkedType, linked: number, lane: RecordLane | undefined): PlannedStep {
  return lane === 'search'
    ? {
        step: `${type}s`,
        how: 'linked ones by id, through search',
        lane,
        requests: requestsFor(linked, perRequest.searchedIds),
      }
    : {
        step: `${type}s`,
        how: 'linked ones by id',
        lane: 'burst',
        requests: requestsFor(linked, perRequest.batch),
      };
}

/**
 * Whether reading every linked record anew costs fewer requests than searching through what was modified: somebody
 * changed much of the account at once.
 */
export function isRereadingCheaper(changed: number, linked: number): boolean {
  return pages(changed, perRequest.search) > pages(linked, perRequest.batch);
}

/** Reading pages until the last one: also nothing takes a request to find out. */
function pages(rows: number, size: number): number {
  return Math.max(1, Math.ceil(rows / size));
}

/** Asking for what is known by its id: nothing takes no request. */
function requestsFor(ids: number, size: number): number {
  return Math.ceil(ids / size);
}
