/** The parts of a bench run in processes of their own, so that each has its own memory and its own processor time. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { RekindleError } from '../model/errors.ts';

/** What a process does on request: one argument in, one answer out, one at a time or several. */
export type Duties = Readonly<Record<string, (input: never) => unknown>>;

export type Part<D extends Duties> = {
  call<Name extends keyof D & string>(
    name: Name,
    input: Parameters<D[Name]>[0],
  ): Promise<Awaited<ReturnType<D[Name]>>>;
  stop(): Promise<void>;
};

type Question = { readonly number: number; readonly name: string; readonly input: unknown };
type Reply = { readonly number: number } & ({ readonly answer: unknown } | { readonly error: string });

/**
 * @param program a module that calls `serveDuties`
 * @param options.heapMb how large its heap may grow; Node's own choice unless given
 */
export function startPart<D extends Duties>(
  program: URL,
  options: { readonly heapMb?: number; readonly signal: AbortSignal },
): Part<D> {
  const child = fork(program, {
    // As the program itself was started, so that what is measured is what runs.
    execArgv: [
      ...process.execArgv,
      ...(options.heapMb === undefined ? [] : [`--max-old-space-size=${options.heapMb}`]),
    ],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, { resolve(answer: never): void; reject(error: unknown): void }>();
  const failAll = (error: unknown): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  child.on('message', (reply: Reply) => {
    const call = waiting.get(reply.number);
    waiting.delete(reply.number);
    if ('error' in reply) call?.reject(new RekindleError(reply.error));
    else call?.resolve(reply.answer as never);
  });
  child.once('exit', (code, signal) =>
    failAll(
      new RekindleError(`A process of the bench ended by itself (${signal ?? code}): ${program.pathname}`),
    ),
  );
  options.signal.addEventListener('abort', () => failAll(options.signal.reason), { once: true });
  let asked = 0;
  return {
    call: (name, input) =>
      new Promise((resolve, reject) => {
        options.signal.throwIfAborted();
        asked += 1;
        waiting.set(asked, { resolve, reject });
        const question: Question = { number: asked, name, input };
        child.send(question, (error) => {
          if (error !== null) reject(error);
        });
      }),
    stop: () => stop(child),
  };
}

/** A part ends when its channel is closed; one that does not is made to. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}

/** In the process itself. @param close when the channel is closed, also because the parent died */
export function serveDuties(duties: Duties, close: () => Promise<void>): void {
  process.on('message', (question: Question) => {
    void answer(duties, question).then((reply) => process.send?.(reply));
  });
  process.once('disconnect', () => {
    void close().finally(() => process.exit());
  });
}

async function answer(duties: Duties, { number, name, input }: Question): Promise<Reply> {
  try {
    const duty = duties[name];
    if (duty === undefined) throw new Error(`There is no duty called ${name}.`);
    return { number, answer: await duty(input as never) };
  } catch (error) {
    return { number, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
