/** Reads a definition from a file; what is wrong with it is said in sentences. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { UsageError } from '../model/errors.ts';
import { settingsSchema, type Settings } from '../model/settings.ts';

export async function readSettingsFile(file: string): Promise<Settings> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`The settings file ${file} cannot be read. Check the path.`, error);
  });
  const parsed = settingsSchema.safeParse(parseJson(file, text));
  if (parsed.success) return parsed.data;
  throw new UsageError(`${file} is not a usable definition:\n${z.prettifyError(parsed.error)}`);
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
