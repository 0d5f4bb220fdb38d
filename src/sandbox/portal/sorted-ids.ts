/** Record ids are decimal texts of any length, also beyond 2^53: ordered as numbers without ever becoming one. */
export function compareIds(left: string, right: string): number {
  if (left.length !== right.length) return left.length - right.length;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The position of the first id greater than `id`. */
export function positionAfter(ids: readonly string[], id: string): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareIds(ids[middle] ?? '', id) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Adds `id` in its place; false when it was there already. Appending, the usual case, costs nothing. */
export function insertId(ids: string[], id: string): boolean {
  const position = positionAfter(ids, id);
  if (ids[position - 1] === id) return false;
  if (position === ids.length) ids.push(id);
  else ids.splice(position, 0, id);
  return true;
}

/** False when `id` was not there. */
export function deleteId(ids: string[], id: string): boolean {
  const position = positionAfter(ids, id) - 1;
  if (ids[position] !== id) return false;
  ids.splice(position, 1);
  return true;
}

export function sortIds(ids: string[]): string[] {
  const inOrder = ids.every((id, index) => index === 0 || compareIds(ids[index - 1] ?? '', id) <= 0);
  return inOrder ? ids : ids.sort(compareIds);
}
