/**
 * What differs from the seed, kept over restarts: everything that was written, created, archived, merged, associated and
 * defined (not static lists, labels of associations and validation rules). It is laid over a fresh seed, also a later one
 * of the same account: values that were written win, everything else is the seed's.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { RekindleError, UsageError } from '../model/errors.ts';
import { Overlay, stateSchema } from './overlay.ts';
import type { State } from './overlay.ts';
import type { Portal } from './portal/portal.ts';

/** Long enough that a write-back in batches is not slowed down by writing the file after each. */
const pauseBetweenWritesMs = 250;

export type StateFile = { close(): Promise<void> };

/** Lays what the file holds over the account and keeps it up to date from now on. @throws UsageError if unusable. */
export async function openStateFile(path: string, portal: Portal): Promise<StateFile> {
  const overlay = new Overlay(portal);
  const state = await readState(path, portal.seed.portalId);
  if (state !== null) overlay.apply(state);
  const writer = new StateWriter(path, overlay);
  overlay.onChange = () => writer.schedule();
  return writer;
}

async function readState(path: string, portalId: string): Promise<State | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new UsageError(`The sandbox's state file ${path} cannot be read.`, error);
  }
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `The sandbox's state file ${path} is damaged. Delete it to start from the seed.`,
      error,
    );
  }
  const parsed = stateSchema.safeParse(input);
  if (!parsed.success) {
    throw new UsageError(
      `The sandbox's state file ${path} is not one of this version. Delete it to start from the seed.`,
    );
  }
  if (parsed.data.portalId !== portalId) {
    throw new UsageError(
      `The sandbox's state file ${path} belongs to account ${parsed.data.portalId}, not ${portalId}. Choose another file.`,
    );
  }
  return parsed.data;
}

/** Writes beside the file and renames: a kill leaves the old state or the new one, never half of one. */
class StateWriter implements StateFile {
  readonly #path: string;
  readonly #overlay: Overlay;
  #dirty = false;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, overlay: Overlay) {
    this.#path = path;
    this.#overlay = overlay;
  }

  schedule(): void {
    this.#markDirty();
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      // A failure is told when the sandbox closes, whose last write meets it again.
      this.#writing = this.#writing.then(() => this.#write()).catch(() => this.#markDirty());
    }, pauseBetweenWritesMs);
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#writing;
    try {
      await this.#write();
    } catch (error) {
      throw new RekindleError(`The sandbox's state file ${this.#path} cannot be written.`, { cause: error });
    }
  }

  #markDirty(): void {
    this.#dirty = true;
  }

  async #write(): Promise<void> {
    if (!this.#dirty) return;
    this.#dirty = false;
    const besides = `${this.#path}.new`;
    await writeFile(besides, JSON.stringify(this.#overlay.state()));
    await rename(besides, this.#path);
  }
}
