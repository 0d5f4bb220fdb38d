/** Pages as connectors have met them in the wild (reliability.md 3): spoilt, yet every row can still be reached. */
import type { Effect } from './faults.ts';

type PageFault = Extract<Effect, { effect: 'page' }>['as'];
type Row = Readonly<Record<string, unknown>>;
type Page = {
  readonly results: readonly Row[];
  readonly paging?: { readonly next: { readonly after: string } };
};

export type PageRequest = {
  readonly paged: 'by-id' | 'by-offset' | null;
  /** The cursor that was asked for; null for the first page. */
  readonly after: string | null;
};

/** Leaves what is no page as it is. */
export function spoilPage(fault: PageFault, request: PageRequest, body: unknown): unknown {
  if (!isPage(body)) return body;
  if (fault === 'numeric') return withNumericCursors(body);
  if (request.paged === null) return body;
  if (fault === 'repeated') {
    return body.paging === undefined ? body : withCursor(body, body.results, request.after ?? '0');
  }
  // The same place under another name: a leading zero.
  if (fault === 'empty') return withCursor(body, [], `0${request.after ?? ''}`);
  const kept = body.results.slice(0, Math.ceil(body.results.length / 2));
  if (kept.length === body.results.length) return body;
  return withCursor(
    body,
    kept,
    request.paged === 'by-offset' ? offsetAfter(request, kept) : idOf(kept.at(-1)),
  );
}

function isPage(body: unknown): body is Page {
  return typeof body === 'object' && body !== null && 'results' in body && Array.isArray(body.results);
}

function withCursor(body: Page, results: readonly Row[], after: string): unknown {
  return { ...body, results, paging: { next: { after, link: `?after=${after}` } } };
}

function offsetAfter(request: PageRequest, kept: readonly Row[]): string {
  return String(Number(request.after ?? '0') + kept.length);
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
