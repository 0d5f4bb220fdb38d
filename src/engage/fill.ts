/**
 * Merge fields in our texts: `{partner}`, `{owner}` ... A line whose field has no value is left out, so that nobody ever
 * reads an empty salutation or the word "null".
 */
import { hasMergeField } from '../model/voice.ts';

export type Fields = Readonly<Record<string, string | null>>;

/** The line with its fields filled in; null when one of them has no value. */
export function fill(line: string, fields: Fields): string | null {
  let missing = false;
  const text = line.replaceAll(/\{(\w+)\}/g, (_match, name: string) => {
    const value = fields[name] ?? null;
    if (value === null || value === '') missing = true;
    return value ?? '';
  });
  return missing ? null : text;
}

export function fillLines(lines: readonly string[], fields: Fields): string[] {
  return lines.map((line) => fill(line, fields)).filter((line) => line !== null);
}

/** The first of several ways to say it that can be said. The last one must need nothing that may have no value. */
export function fillFirst(lines: readonly [string, ...string[]], fields: Fields): string {
  return fillLines(lines, fields)[0] ?? '';
}

/** What HubSpot says, as a value that may be written to somebody: a field of another tool in it is no value. */
export function known(value: string | null): string | null {
  const text = value?.replaceAll(/\s+/g, ' ').trim() ?? '';
  return text === '' || hasMergeField(text) ? null : text;
}
