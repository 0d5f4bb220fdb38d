/** Reads a definition from a file; what is wrong with it is said in sentences. */
import { readFile } from 'node:fs/promises';
import { readDraft } from '../model/draft.ts';
import { UsageError } from '../model/errors.ts';
import type { Settings } from '../model/settings.ts';

export async function readSettingsFile(file: string): Promise<Settings> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`The settings file ${file} cannot be read. Check the path.`, error);
  });
  const draft = readDraft(parseJson(file, text));
  if ('settings' in draft) return draft.settings;
  throw new UsageError(`${file} is not a usable definition:\n${draft.problems.join('\n')}`);
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
}
