/**
 * Faults as modes (reliability.md 6): `name` or `name:arguments`, where arguments are separated by commas. Which requests
 * are hit is said by `n=3` (only the third), `from=3` (the third and all later), `every=3`, `share=0.3` (repeatable),
 * `count=2` (no more than two), `route=text` (only where "METHOD /path" contains it). Without any of them: all. A change
 * of the account ends in a mutation as JSON (mutation.ts).
 */
import { UsageError } from '../model/errors.ts';
import type { PolicyName } from './limits.ts';
import { parseMutation } from './mutation.ts';
import type { Mutation } from './mutation.ts';
import type { IndexLag } from './portal/search-index.ts';

/** What a fault does to one request. */
export type Effect =
  | { readonly effect: 'disconnect'; readonly when: 'before' | 'during' | 'after' }
  | { readonly effect: 'status'; readonly status: number; readonly retryAfter: string | null }
  | { readonly effect: 'limited'; readonly policyName: PolicyName; readonly retryAfter: string | null }
  | { readonly effect: 'garble'; readonly as: Garble }
  | { readonly effect: 'wait'; readonly forMs: number }
  | { readonly effect: 'drip'; readonly perByteMs: number }
  | { readonly effect: 'page'; readonly as: 'empty' | 'short' | 'repeated' | 'numeric' }
  | { readonly effect: 'numeric-ids' | 'unknown-fields' }
  | { readonly effect: 'unread'; readonly id: string }
  | { readonly effect: 'change'; readonly mutation: Mutation }
  | { readonly effect: 'unauthorized' }
  | { readonly effect: 'forbidden'; readonly scope: string | null };

type Garble = 'truncated' | 'empty' | 'html' | 'bom' | 'content-type' | 'gzip-bomb';

export type BatchErrors = 'by-trace-id' | 'whole-batch' | 'per-record';

type Arguments = {
  readonly first: string | null;
  readonly named: ReadonlyMap<string, string>;
  /** What follows the other arguments in braces. */
  readonly json: string | null;
};
type Selection = {
  readonly n: number | null;
  readonly from: number | null;
  readonly every: number | null;
  readonly share: number | null;
  readonly count: number | null;
  readonly route: string | null;
};
type ActiveFault = { readonly effect: Effect; readonly selection: Selection; seen: number; hits: number };

/** What a fault does to the account rather than to single requests. */
export type FaultSettings = {
  setIndexLag(lag: IndexLag): void;
  setOthersPer10s(requests: number): void;
  /** Null for what the account's subscription gives. */
  setDailyLimit(requests: number | null): void;
};

type FaultKind = {
  readonly example: string;
  readonly effect?: (given: Arguments, spec: string) => Effect;
  readonly setting?: (book: FaultBook, given: Arguments, spec: string) => void;
};

const policyNames = ['TEN_SECONDLY_ROLLING', 'SECONDLY', 'DAILY'] as const;

const faultKinds: Readonly<Record<string, FaultKind>> = {
  reset: { example: 'reset:n=5', effect: () => ({ effect: 'disconnect', when: 'before' }) },
  'reset-body': { example: 'reset-body:n=5', effect: () => ({ effect: 'disconnect', when: 'during' }) },
  'reset-after': { example: 'reset-after:n=5', effect: () => ({ effect: 'disconnect', when: 'after' }) },
  status: {
    example: 'status:503,route=/search,count=3',
    effect: (given, spec) => ({
      effect: 'status',
      status: numberOf(given.first, spec, 400, 599),
      retryAfter: given.named.get('retry-after') ?? null,
    }),
  },
  'rate-limit': {
    example: 'rate-limit:DAILY,from=20',
    effect: (given, spec) => ({
      effect: 'limited',
      policyName: oneOf(given.first ?? 'TEN_SECONDLY_ROLLING', policyNames, spec),
      retryAfter: given.named.get('retry-after') ?? null,
    }),
  },
  truncated: { example: 'truncated:n=2', effect: () => ({ effect: 'garble', as: 'truncated' }) },
  'empty-body': { example: 'empty-body:n=2', effect: () => ({ effect: 'garble', as: 'empty' }) },
  html: { example: 'html:n=2', effect: () => ({ effect: 'garble', as: 'html' }) },
  bom: { example: 'bom:n=2', effect: () => ({ effect: 'garble', as: 'bom' }) },
  'content-type': { example: 'content-type:n=2', effect: () => ({ effect: 'garble', as: 'content-type' }) },
  'gzip-bomb': { example: 'gzip-bomb:n=2', effect: () => ({ effect: 'garble', as: 'gzip-bomb' }) },
  hang: { example: 'hang:n=4', effect: () => ({ effect: 'wait', forMs: Number.POSITIVE_INFINITY }) },
  slow: {
    example: 'slow:2000,route=/batch/read',
    effect: (given, spec) => ({ effect: 'wait', forMs: numberOf(given.first, spec, 0, 86_400_000) }),
  },
  drip: {
    example: 'drip:1000,n=3',
    effect: (given, spec) => ({ effect: 'drip', perByteMs: numberOf(given.first, spec, 0, 60_000) }),
  },
  unauthorized: { example: 'unauthorized:from=10', effect: () => ({ effect: 'unauthorized' }) },
  forbidden: {
    example: 'forbidden:route=/emails/',
    effect: (given) => ({ effect: 'forbidden', scope: given.named.get('scope') ?? null }),
  },
  'empty-page': { example: 'empty-page:n=2', effect: () => ({ effect: 'page', as: 'empty' }) },
  'short-page': { example: 'short-page:n=2', effect: () => ({ effect: 'page', as: 'short' }) },
  'repeated-cursor': { example: 'repeated-cursor:n=2', effect: () => ({ effect: 'page', as: 'repeated' }) },
  'numeric-cursor': { example: 'numeric-cursor', effect: () => ({ effect: 'page', as: 'numeric' }) },
  'numeric-ids': { example: 'numeric-ids', effect: () => ({ effect: 'numeric-ids' }) },
  'unknown-fields': { example: 'unknown-fields', effect: () => ({ effect: 'unknown-fields' }) },
  unread: {
    example: 'unread:id=1234,n=1',
    effect: (given, spec) => ({ effect: 'unread', id: idOf(given, spec) }),
  },
  change: {
    example: 'change:n=3,{"do":"delete","type":"company","id":"1234"}',
    effect: (given, spec) => ({ effect: 'change', mutation: mutationOf(given, spec) }),
  },
  poison: {
    example: 'poison:id=1234',
    setting: (book, given, spec) => book.poison(idOf(given, spec)),
  },
  'batch-errors': {
    example: 'batch-errors:whole-batch',
    setting: (book, given, spec) => {
      book.batchErrors = oneOf(
        given.first ?? '',
        ['by-trace-id', 'whole-batch', 'per-record'] as const,
        spec,
      );
    },
  },
  'index-lag': {
    example: 'index-lag:0-120000',
    setting: (book, given, spec) => {
      const [minimum, maximum] = (given.first ?? '').split('-');
      const minimumMs = numberOf(minimum ?? null, spec, 0, 86_400_000);
      const maximumMs = maximum === undefined ? minimumMs : numberOf(maximum, spec, minimumMs, 86_400_000);
      book.settings.setIndexLag({ minimumMs, maximumMs });
    },
  },
  'other-consumer': {
    example: 'other-consumer:60',
    setting: (book, given, spec) => book.settings.setOthersPer10s(numberOf(given.first, spec, 0, 10_000)),
  },
  'daily-limit': {
    example: 'daily-limit:500',
    setting: (book, given, spec) => book.settings.setDailyLimit(numberOf(given.first, spec, 1, 10_000_000)),
  },
  'text-ids': {
    example: 'text-ids',
    setting: (book) => {
      book.textIds = true;
    },
  },
  'stray-rows': {
    example: 'stray-rows',
    setting: (book) => {
      book.strayRows = true;
    },
  },
};

export class FaultBook {
  batchErrors: BatchErrors = 'by-trace-id';
  strayRows = false;
  /** Search compares record ids as texts. */
  textIds = false;
  readonly settings: FaultSettings;
  readonly #poisoned = new Set<string>();
  #active: ActiveFault[] = [];

  constructor(settings: FaultSettings) {
    this.settings = settings;
  }

  /** @throws UsageError for a fault that does not exist or lacks what it needs. */
  add(spec: string): void {
    const brace = spec.indexOf('{');
    const json = brace < 0 ? null : spec.slice(brace);
    const [name = '', ...rest] = (json === null ? spec : spec.slice(0, brace)).split(':');
    const kind = Object.hasOwn(faultKinds, name) ? faultKinds[name] : undefined;
    if (kind === undefined)
      throw new UsageError(`There is no fault called "${name}". Known: ${knownFaults()}.`);
    const given = { ...parseArguments(rest.join(':'), spec), json };
    kind.setting?.(this, given, spec);
    if (kind.effect === undefined) return;
    this.#active.push({
      effect: kind.effect(given, spec),
      selection: selectionOf(given, spec),
      seen: 0,
      hits: 0,
    });
  }

  clear(): void {
    this.#active = [];
    this.#poisoned.clear();
    this.batchErrors = 'by-trace-id';
    this.strayRows = false;
    this.textIds = false;
    this.settings.setIndexLag({ minimumMs: 0, maximumMs: 0 });
    this.settings.setOthersPer10s(0);
    this.settings.setDailyLimit(null);
  }

  /** Every effect that hits this request; asking counts it. */
  effectsOn(method: string, path: string): Effect[] {
    return this.#active.filter((fault) => isHit(fault, `${method} ${path}`)).map((fault) => fault.effect);
  }

  poison(id: string): void {
    this.#poisoned.add(id);
  }

  /** Why a write to this record is refused; undefined when it is not. */
  poisonOf(id: string): string | undefined {
    if (!this.#poisoned.has(id)) return undefined;
    return `Property values were not valid: [{"isValid":false,"message":"Record ${id} breaks a rule of this account","error":"INVALID_OPTION","name":"poison"}]`;
  }
}

function isHit(fault: ActiveFault, request: string): boolean {
  const { n, from, every, share, count, route } = fault.selection;
  if (route !== null && !request.includes(route)) return false;
  fault.seen += 1;
  if (n !== null && fault.seen !== n) return false;
  if (from !== null && fault.seen < from) return false;
  if (every !== null && fault.seen % every !== 0) return false;
  // A fixed sequence of golden-ratio steps: spread evenly, and the same in every run.
  if (share !== null && (fault.seen * 0.618_033_988_75) % 1 >= share) return false;
  if (count !== null && fault.hits >= count) return false;
  fault.hits += 1;
  return true;
}

function knownFaults(): string {
  return Object.values(faultKinds)
    .map((kind) => kind.example)
    .join(', ');
}

const selectionNames = ['n', 'from', 'every', 'share', 'count', 'route'] as const;
const argumentNames: ReadonlySet<string> = new Set([...selectionNames, 'retry-after', 'scope', 'id']);

function parseArguments(text: string, spec: string): Omit<Arguments, 'json'> {
  const named = new Map<string, string>();
  let first: string | null = null;
  for (const part of text.split(',').filter((one) => one !== '')) {
    const [key = '', ...value] = part.split('=');
    if (value.length === 0) {
      if (first !== null)
        throw new UsageError(`The fault "${spec}" has two values without a name: ${first}, ${key}.`);
      first = key;
    } else if (argumentNames.has(key)) named.set(key, value.join('='));
    else
      throw new UsageError(
        `The fault "${spec}" has no argument "${key}". Known: ${[...argumentNames].join(', ')}.`,
      );
  }
  return { first, named };
}

function selectionOf({ named }: Arguments, spec: string): Selection {
  const whole = (name: string): number | null => {
    const text = named.get(name);
    return text === undefined ? null : numberOf(text, spec, 1, Number.MAX_SAFE_INTEGER);
  };
  const share = named.get('share');
  return {
    n: whole('n'),
    from: whole('from'),
    every: whole('every'),
    count: whole('count'),
    share: share === undefined ? null : numberOf(share, spec, 0, 1),
    route: named.get('route') ?? null,
  };
}

function numberOf(text: string | null, spec: string, minimum: number, maximum: number): number {
  const number = Number(text);
  if (text === null || text.trim() === '' || Number.isNaN(number) || number < minimum || number > maximum) {
    throw new UsageError(
      `The fault "${spec}" needs a number from ${minimum} to ${maximum}, not "${text ?? ''}".`,
    );
  }
  return number;
}

function oneOf<T extends string>(text: string, allowed: readonly T[], spec: string): T {
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw new UsageError(`The fault "${spec}" needs one of ${allowed.join(', ')}.`);
  return found;
}

function idOf({ first, named }: Arguments, spec: string): string {
  const id = named.get('id') ?? first;
  if (id === null) throw new UsageError(`The fault "${spec}" needs the id of a record, for example id=1234.`);
  return id;
}

function mutationOf({ json }: Arguments, spec: string): Mutation {
  try {
    return parseMutation(JSON.parse(json ?? ''));
  } catch (error) {
    const why = error instanceof UsageError ? ` ${error.message}` : '';
    throw new UsageError(`The fault "${spec}" needs a mutation as JSON at its end.${why}`, error);
  }
}
