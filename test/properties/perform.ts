/** Takes a step: something happens in HubSpot, or we work, and perhaps die of it. */
import type { HubSpot } from '../../src/hubspot/hubspot.ts';
import { performRefresh } from '../../src/jobs/refresh.ts';
import { performRun, type RunReport, type RunRequest, wholeRun } from '../../src/jobs/run.ts';
import { addHints } from '../../src/store/hints.ts';
import { carryOut } from './changes.ts';
import type { Installation } from './installation.ts';
import type { Step, Trouble } from './steps.ts';

const minute = 60_000;

export async function take(installation: Installation, step: Step): Promise<void> {
  const { sandbox, story } = installation;
  switch (step.do) {
    case 'wait':
      sandbox.mutate({ do: 'advanceClock', durationMs: step.minutes * minute });
      story.push(`it is ${new Date(sandbox.now()).toISOString()}`);
      return;
    case 'lag':
      installation.lag = step.minutes;
      applyLag(installation);
      story.push(`search shows changes up to ${step.minutes} minutes late`);
      return;
    case 'deliver':
      return deliver(installation, step);
    case 'refresh':
      return disturbed(installation, step, async (hubspot, signal) => {
        const result = await performRefresh({ ...contextOf(installation), hubspot, signal });
        return `refresh: ${result.state}`;
      });
    case 'run':
      return disturbed(installation, step, async (hubspot, signal) => {
        const { mode } = step;
        const request = { full: mode === 'full', sync: mode === 'second_pass' ? mode : null };
        const { summary } = await run(installation, request, { hubspot, signal });
        return `run: ${summary.sync.mode} ${summary.outcome}, ${summary.publish.changed} written`;
      });
    case 'restart':
      story.push('restart');
      return installation.restart();
    default:
      story.push(carryOut(sandbox, step) ?? `(${step.do} is not possible)`);
  }
}

export function applyLag({ sandbox, lag }: Installation): void {
  sandbox.addFault(`index-lag:0-${lag * minute}`);
}

function contextOf({ store, hubspot, sandbox }: Installation) {
  return { store, hubspot, clock: () => sandbox.now(), signal: new AbortController().signal };
}

export async function run(
  installation: Installation,
  request: Partial<RunRequest>,
  given: { hubspot?: HubSpot; signal?: AbortSignal } = {},
): Promise<RunReport> {
  return performRun(
    { ...contextOf(installation), expectedPortalId: null, onProgress: () => {}, ...given },
    { ...wholeRun, ...request },
  );
}

async function deliver(
  installation: Installation,
  { which, reversed, again }: Extract<Step, { do: 'deliver' }>,
): Promise<void> {
  const { store, sandbox, story, sent } = installation;
  const arrives = (index: number): boolean => ((which >>> (index % 31)) & 1) === 1;
  const arriving = sent.filter((_hints, index) => arrives(index));
  if (!again) installation.sent = sent.filter((_hints, index) => !arrives(index));
  for (const hints of reversed ? arriving.toReversed() : arriving) {
    await addHints(store.db, hints, { now: sandbox.now(), limit: 100_000 });
  }
  const names = arriving.flat().map(({ type, recordId }) => `${type} ${recordId}`);
  story.push(`webhooks arrive: ${[...new Set(names)].join(', ')}`);
}

/** Works, with what the step has in store for it. Only what was disturbed may fail. */
async function disturbed(
  installation: Installation,
  { do: what, trouble, meanwhile }: Extract<Step, { do: 'run' | 'refresh' }>,
  work: (hubspot: HubSpot, signal: AbortSignal) => Promise<string>,
): Promise<void> {
  const { sandbox, story, store } = installation;
  // A step of its own in time: a run may not judge an earlier instant than one before it.
  sandbox.mutate({ do: 'advanceClock', durationMs: 1000 });
  const stop = new AbortController();
  const asking = new Questions(installation);
  let struck = false;
  asking.before = async (n) => {
    if (n === meanwhile?.at) {
      story.push(`  before question ${n}: ${carryOut(sandbox, meanwhile.change) ?? 'nothing'}`);
    }
    if (n !== trouble?.at || trouble.is === 'killed after') return;
    struck = true;
    story.push(`  ${trouble.is} at question ${n}`);
    if (trouble.is === 'refused') sandbox.addFault('unauthorized:n=1');
    if (trouble.is === 'stopped') stop.abort(new Error('Somebody stopped it.'));
    if (trouble.is === 'killed before') await kill(store);
  };
  asking.after = async (n) => {
    if (n !== trouble?.at || trouble.is !== 'killed after') return;
    struck = true;
    story.push(`  ${trouble.is} question ${n}`);
    await kill(store);
  };
  try {
    story.push(await work(asking.hubspot, stop.signal));
  } catch (error) {
    if (!struck || error instanceof DeadWriteError) throw error;
    story.push(`${what} failed: ${error instanceof Error ? error.message.slice(0, 100) : String(error)}`);
  }
  sandbox.clearFaults();
  applyLag(installation);
  if (struck && isDeadly(trouble)) await installation.restart();
}

function isDeadly(trouble: Trouble | null): boolean {
  return trouble?.is === 'killed before' || trouble?.is === 'killed after';
}

/** From now on nothing reaches the database; what is on its way to it arrives. */
async function kill(store: Installation['store']): Promise<never> {
  await store.close();
  throw new Error('The process was killed.');
}

/** HubSpot, with its questions counted, and every write looked at. */
class Questions {
  before: (n: number) => Promise<void> = async () => {};
  after: (n: number) => Promise<void> = async () => {};
  readonly hubspot: HubSpot;
  #asked = 0;

  constructor({ hubspot, sandbox }: Installation) {
    const silent = new Set<PropertyKey>(['counts', 'answeredAt', 'close']);
    const counted = async (ask: () => Promise<unknown>): Promise<unknown> => {
      this.#asked += 1;
      const n = this.#asked;
      await this.before(n);
      const answer = await ask();
      await this.after(n);
      return answer;
    };
    const deadBefore = deadCompanies(sandbox);
    this.hubspot = new Proxy(hubspot, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function' || silent.has(name)) return member;
        return async (...given: unknown[]) =>
          counted(async () => {
            if (name === 'updateCompanies') refuseDead(given[0], deadBefore, deadCompanies(sandbox));
            return Reflect.apply(member, target, given) as unknown;
          });
      },
    });
  }
}

/** Ids that answered for no company when the work began. */
function deadCompanies(sandbox: Installation['sandbox']): ReadonlySet<string> {
  const { records, merges } = sandbox.truth('company');
  return new Set([
    ...records.filter(({ archivedAt }) => archivedAt !== null).map(({ id }) => id),
    ...merges.map(({ id }) => id),
  ]);
}

function refuseDead(updates: unknown, before: ReadonlySet<string>, now: ReadonlySet<string>): void {
  const dead = before.intersection(now);
  const ids = (updates as readonly { id: string }[]).map(({ id }) => id).filter((id) => dead.has(id));
  if (ids.length > 0) throw new DeadWriteError(ids);
}

/** What no trouble excuses. */
class DeadWriteError extends Error {
  override readonly name = 'DeadWriteError';
  constructor(ids: readonly string[]) {
    super(
      `Something was written to companies that were deleted or merged before the work began: ${ids.join(', ')}.`,
    );
  }
}
