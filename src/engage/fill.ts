/**
 * Merge fields in a play's text: `{partner}`, `{owner}` ... A line whose field has no value is left out, so that nobody
 * ever reads an empty salutation or the word "null".
 */
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
