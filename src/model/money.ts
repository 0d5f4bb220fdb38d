import Big from 'big.js';

/** An exact decimal amount with its ISO 4217 currency. Amounts of different currencies are never added. */
export type Money = { readonly amount: string; readonly currency: string };

/** Sums per currency, sorted by currency; an empty list has no total rather than a total of zero. */
export function sumByCurrency(amounts: Iterable<Money>): Money[] {
  const totals = new Map<string, Big>();
  for (const { amount, currency } of amounts) {
    totals.set(currency, (totals.get(currency) ?? new Big(0)).plus(amount));
  }
  return [...totals]
    .map(([currency, total]) => ({ amount: total.toFixed(), currency }))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
}
