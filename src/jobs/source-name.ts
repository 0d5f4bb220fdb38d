/**
 * Whether a file that nobody named a source for may be an earlier one again, renamed or mended: it holds every row of that. As
 * a source of its own its rows would count twice, and the earlier one, which nobody feeds any more, would soon keep everybody
 * in doubt. Another system may have told the same few rows, and what was read into the wrong source stays there: only whoever
 * imports can say which it is.
 */
import type { Activity, Source } from '../model/activity.ts';
import { countRows, countTheseRows } from '../store/activities.ts';
import type { Store } from '../store/connect.ts';
import { readSourceStates } from '../store/sources.ts';
import { resolvePartners } from './intake.ts';

export type EarlierFile = { readonly source: Source; readonly rows: number };

/**
 * @param batches the whole file
 * @returns the one with most rows of those that the file holds wholly; null where there is none, or where `named` exists
 */
export async function earlierFileIn(
  { db }: Pick<Store, 'db'>,
  named: Source,
  batches: AsyncIterable<readonly Activity[]>,
): Promise<EarlierFile | null> {
  const sources = (await readSourceStates(db)).map(({ source }) => source);
  const files = sources.filter((source) => source.startsWith('csv:'));
  if (files.length === 0 || files.includes(named)) return null;
  const found = new Map<Source, number>();
  for await (const batch of batches) {
    const { known } = await resolvePartners(db, batch);
    for (const [source, rows] of await countTheseRows(db, files, known)) {
      found.set(source, (found.get(source) ?? 0) + rows);
    }
  }
  const held = [...(await countRows(db, files))].filter(([source, rows]) => found.get(source) === rows);
  const [most] = held.toSorted(([, rows], [, others]) => others - rows);
  return most === undefined ? null : { source: most[0], rows: most[1] };
}
