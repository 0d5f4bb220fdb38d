/** An exact decimal amount with its ISO 4217 currency. Amounts of different currencies are never added. */
export type Money = { readonly amount: string; readonly currency: string };
