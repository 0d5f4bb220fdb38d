/** What a row in our columns says, and which row it is for ever: the same for a file and for a batch that a program sends. */
import { hash } from 'node:crypto';
import type { Activity, Source } from '../model/activity.ts';
import type { Instant } from '../model/instant.ts';
import { readId, readKind, readMoment, readMoney, readQuantity } from './cells.ts';
import type { CanonicalColumn, CsvMap } from './map.ts';

/** `partnerId` is the other system's: a HubSpot company id or an external id, not yet resolved. */
export type RowContent = Omit<Activity, 'source' | 'sourceId'> & { readonly externalId: string | null };

/** `problem` is a clause without a full stop that names the column. */
export type ColumnProblem = { readonly column: CanonicalColumn; readonly problem: string };

/** @param cell what stands in a column, without outer spaces; empty where nothing does */
export function readRow(
  cell: (column: CanonicalColumn) => string,
  { map, now }: { readonly map: CsvMap | null; readonly now: Instant },
): RowContent | ColumnProblem {
  const partnerId = readId(cell('partner_id'), 'partner_id');
  if ('problem' in partnerId) return { column: 'partner_id', ...partnerId };
  const occurredAt = readMoment(cell('occurred_at'), map?.dateFormat, now);
  if ('problem' in occurredAt) return { column: 'occurred_at', ...occurredAt };
  const kind = readKindOf(cell('kind'), map);
  if ('problem' in kind) return { column: 'kind', ...kind };
  const quantity = readQuantity(cell('quantity'));
  if ('problem' in quantity) return { column: 'quantity', ...quantity };
  const currency = map?.constants.currency ?? cell('currency');
  const amount = readMoney(cell('amount'), currency, map?.decimal ?? null);
  if ('problem' in amount) return { column: amountColumn(amount.problem), ...amount };
  const externalId =
    cell('external_id') === '' ? { value: null } : readId(cell('external_id'), 'external_id');
  if ('problem' in externalId) return { column: 'external_id', ...externalId };

  return {
    partnerId: partnerId.value,
    kind: kind.value,
    occurredAt: occurredAt.value,
    quantity: quantity.value,
    amount: amount.value,
    externalId: externalId.value,
  };
}

function amountColumn(problem: string): CanonicalColumn {
  return problem.startsWith('currency') ? 'currency' : 'amount';
}

function readKindOf(cell: string, map: CsvMap | null): ReturnType<typeof readKind> {
  const constant = map?.constants.kind;
  return constant === undefined ? readKind(cell, map?.kinds ?? {}) : { value: constant };
}

/**
 * Makes activities of rows in their order. A row that brings no id gets one made of its content and of how often that
 * content came before, so that the same rows give the same ids while two equal sales on one day stay two.
 */
export function identifyRows(): (row: RowContent, source: Source) => Activity {
  // 48 bits in a number keep millions of rows small; should two contents ever share them, one is merely counted as 2.
  const seen = new Set<number>();
  const repeats = new Map<number, number>();
  return ({ externalId, ...content }, source) => {
    if (externalId !== null) return { ...content, source, sourceId: externalId };
    const { partnerId, occurredAt, kind, quantity, amount } = content;
    const text = JSON.stringify([partnerId, occurredAt, kind, quantity, amount?.amount, amount?.currency]);
    const digest = hash('sha256', text, 'hex');
    const key = Number.parseInt(digest.slice(0, 12), 16);
    const occurrence = seen.has(key) ? (repeats.get(key) ?? 1) + 1 : 1;
    if (occurrence === 1) seen.add(key);
    else repeats.set(key, occurrence);
    return { ...content, source, sourceId: `row-${digest.slice(0, 32)}-${occurrence}` };
  };
}
