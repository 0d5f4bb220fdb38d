/** The repository's own files, as the conventions look at them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type SourceFile = {
  /** From the repository's root, with slashes. */
  readonly path: string;
  readonly text: string;
  /** The text without comments. */
  readonly code: string;
  /** The text without comments and without what stands in strings and regular expressions. */
  readonly bare: string;
  /** What stands in strings; a template is one string per stretch between its `${}`. */
  readonly strings: readonly string[];
};

const root = join(import.meta.dirname, '../..');
const folders = ['app', 'docs', 'extensions', 'src', 'test', 'tools'];
const readable = /\.(ts|tsx|json|md|yml|css|html)$/;
const scripts = /\.tsx?$/;

export function sourceFiles(): SourceFile[] {
  const nested = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
  );
  const top = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
  return [...top, ...nested]
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => readable.test(path) && !/(^|\/)(node_modules\/|package-lock\.json$)/.test(path))
    .sort()
    .map((path) => sourceFile(path, readFileSync(join(root, path), 'utf8')));
}

export function sourceFile(path: string, text: string): SourceFile {
  if (!scripts.test(path)) return { path, text, code: text, bare: text, strings: [] };
  const pieces = split(text);
  const keep = (...kinds: Piece['kind'][]): string =>
    pieces.map(({ kind, text }) => (kinds.includes(kind) ? text : text.replaceAll(/[^\n]/g, ' '))).join('');
  return {
    path,
    text,
    code: keep('code', 'string', 'expression'),
    bare: keep('code'),
    strings: pieces.filter(({ kind }) => kind === 'string').map(({ text }) => text.replace(/^['"`}]/, '')),
  };
}

type Piece = { readonly kind: 'code' | 'comment' | 'string' | 'expression'; readonly text: string };

const comment = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
const quoted = /'(?:\\.|[^'\\\n])*'?|"(?:\\.|[^"\\\n])*"?/y;
const templateStretch = /[`}](?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:\$\{|`|$)/y;
const expression = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
/** A slash behind one of these begins a regular expression; behind anything else it divides. */
const beforeExpression = /(^|[(,=:[!&|?{};>\n]|\breturn)\s*$/;

/** Enough of a scanner for well-formed TypeScript; an apostrophe in JSX text loses at most the rest of its line. */
function split(text: string): Piece[] {
  const pieces: Piece[] = [];
  /** The open braces since each template's `${`, innermost last. */
  const depths: number[] = [];
  let codeFrom = 0;
  let at = 0;
  const take = (kind: Piece['kind'], pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) return false;
    pieces.push({ kind: 'code', text: text.slice(codeFrom, at) }, { kind, text: found });
    at += found.length;
    codeFrom = at;
    return true;
  };
  const takeStretch = (): boolean => {
    if (!take('string', templateStretch)) return false;
    if (pieces.at(-1)?.text.endsWith('${')) depths.push(0);
    return true;
  };
  while (at < text.length) {
    const character = text[at];
    const depth = depths.at(-1);
    if (character === '/' && take('comment', comment)) continue;
    if (character === '/' && beforeExpression.test(text.slice(Math.max(0, at - 20), at))) {
      if (take('expression', expression)) continue;
    }
    if ((character === "'" || character === '"') && take('string', quoted)) continue;
    if (character === '`' && takeStretch()) continue;
    if (character === '}' && depth === 0) {
      depths.pop();
      if (takeStretch()) continue;
    }
    if (depth !== undefined && character === '{') depths[depths.length - 1] = depth + 1;
    if (depth !== undefined && character === '}') depths[depths.length - 1] = depth - 1;
    at += 1;
  }
  pieces.push({ kind: 'code', text: text.slice(codeFrom) });
  return pieces;
}
