/** Pages as connectors have met them in the wild (reliability.md 3): spoilt, yet every row can still be reached. */
import type { Effect } from './faults.ts';

type PageFault = Extract<Effect, { effect: 'page' }>['as'];
type Row = Readonly<Record<string, unknown>>;
type Page = {
  readonly results: readonly Row[];
  readonly paging?: { readonly next: { readonly after: string } };
};

export type PageRequest = {
  /** By row: each row of a batch has pages of its own, of the records that hang on it. */
  readonly paged: 'by-id' | 'by-offset' | 'by-row' | null;
  /** The cursor that was asked for, of a row by its id; null for the first page. */
  readonly after: (rowId: string | null) => string | null;
};

/** Leaves what is no page as it is. */
export function spoilPage(fault: PageFault, request: PageRequest, body: unknown): unknown {
  if (!isPage(body)) return body;
  if (fault === 'numeric') return withNumericCursors(body);
  if (request.paged === null) return body;
  if (request.paged === 'by-row') {
    return { ...body, results: body.results.map((row) => spoilRow(fault, request, row)) };
  }
  const after = request.after(null);
  if (fault === 'repeated') {
    return body.paging === undefined ? body : withCursor(body, body.results, after ?? '0');
  }
  // The same place under another name: a leading zero.
  if (fault === 'empty') return withCursor(body, [], `0${after ?? ''}`);
  const kept = body.results.slice(0, Math.ceil(body.results.length / 2));
  if (kept.length === body.results.length) return body;
  return withCursor(
    body,
    kept,
    request.paged === 'by-offset' ? String(Number(after ?? '0') + kept.length) : idOf(kept.at(-1)),
  );
}

function spoilRow(fault: PageFault, request: PageRequest, row: Row): Row {
  const { from, to, paging } = row;
  const id = typeof from === 'object' && from !== null && 'id' in from ? String(from.id) : null;
  const own: PageRequest = { paged: 'by-id', after: () => request.after(id) };
  const page = paging === undefined ? { results: to } : { results: to, paging };
  const { results, ...rest } = spoilPage(fault, own, page) as Row;
  return { ...row, to: results, ...rest };
}

function isPage(body: unknown): body is Page {
  return typeof body === 'object' && body !== null && 'results' in body && Array.isArray(body.results);
}

function withCursor(body: Page, results: readonly Row[], after: string): unknown {
  return { ...body, results, paging: { next: { after, link: `?after=${after}` } } };
}

function idOf(row: Row | undefined): string {
  return String(row?.['id'] ?? row?.['recordId'] ?? row?.['toObjectId'] ?? '0');
}

function withNumericCursors(body: Page): unknown {
  const results = body.results.map((row) => ('paging' in row ? numericCursor(row) : row));
  return numericCursor({ ...body, results });
}

function numericCursor<T extends object>(page: T): T {
  if (!('paging' in page)) return page;
  const { next } = page.paging as { next: { after: string } };
  return { ...page, paging: { next: { ...next, after: Number(next.after) } } };
}
