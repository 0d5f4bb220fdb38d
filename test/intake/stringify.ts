/** CSV as RFC 4180 writes it, every cell quoted: the tests' own writer, so that the reader is not judged by itself. */
export function stringify(rows: readonly (readonly string[])[]): string {
  return rows
    .map((cells) => `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`)
    .join('');
}
