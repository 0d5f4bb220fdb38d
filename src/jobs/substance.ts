/** Whether a verdict says anything new. Pure. */
import type { Verdict } from '../model/verdict.ts';

/**
 * When it was said, and up to when the sources were known then: true of every later look at the same facts, too, and no
 * reason to write a verdict again. What decides when the partner is looked at next is part of the substance.
 */
const circumstances: ReadonlySet<string> = new Set(['assessedAt', 'asOf']);

/** A verdict of a later time than `next` never stands: it was a look at a future that came otherwise. */
export function stillStands(previous: Verdict | null, next: Verdict): boolean {
  return previous !== null && previous.assessedAt <= next.assessedAt && isSame(previous, next);
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  }
  return isSameRecord(a as Record<string, unknown>, b as Record<string, unknown>);
}

function isSameRecord(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  for (const key in a) {
    if (!circumstances.has(key) && !isSame(a[key], b[key])) return false;
  }
  for (const key in b) if (!(key in a) && b[key] !== undefined) return false;
  return true;
}
