import type { SourceFile } from './source.ts';

/** A convention that a file keeps or breaks. The examples prove that it can tell. */
export type Rule = {
  readonly promise: string;
  /** One sentence per breach. */
  breaches(file: SourceFile): readonly string[];
  readonly broken: readonly Example[];
  readonly kept: readonly Example[];
};

type Example = readonly [path: string, text: string];

/** What `pattern` finds, with its line. */
export function finds(text: string, pattern: RegExp, what: string): string[] {
  return [
    ...text.matchAll(new RegExp(pattern, pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`)),
  ].map(
    (match) =>
      `line ${text.slice(0, match.index).split('\n').length}: ${what}: ${match[0].trim().slice(0, 80)}`,
  );
}
