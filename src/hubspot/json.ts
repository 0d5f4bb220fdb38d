/** A whole number of 16 digits or more outside of quotes: may lie beyond 2^53. A false alarm costs only time. */
const longNumber = /[[:,]\s*-?\d{16}/;

type Source = { readonly source: string };

/**
 * Parses JSON without losing digits: whole numbers that JavaScript cannot hold exactly become text. HubSpot's ids are
 * such numbers where its documentation shows numbers (hubspot-api.md section 5), and an id that is off by one is
 * another record. Reading every number's source is slow, so it is done only where one can be affected.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  if (!longNumber.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown, context?: Source) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value) || context === undefined) return value;
    return /^-?\d+$/.test(context.source) ? context.source : value;
  });
}
