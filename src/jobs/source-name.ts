/**
 * Under which source a file is read that nobody named one for. It goes by its file's name; but a file that holds every row of
 * another one is that one again, renamed or mended: as a source of its own its rows would count twice, and the earlier one,
 * which nobody feeds any more, would soon keep everybody in doubt.
 */
import type { Activity, Source } from '../model/activity.ts';
import { countRows, countTheseRows } from '../store/activities.ts';
import type { Store } from '../store/connect.ts';
import { readSourceStates } from '../store/sources.ts';
import { resolvePartners } from './intake.ts';

/**
 * @param batches the whole file
 * @returns the one with most rows of those that the file holds wholly; `named` where there is none, or where it exists itself
 */
export async function sourceOfFile(
  { db }: Pick<Store, 'db'>,
  named: Source,
  batches: AsyncIterable<readonly Activity[]>,
): Promise<Source> {
  const sources = (await readSourceStates(db)).map(({ source }) => source);
  const files = sources.filter((source) => source.startsWith('csv:'));
  if (files.length === 0 || files.includes(named)) return named;
  const found = new Map<Source, number>();
  for await (const batch of batches) {
    const { known } = await resolvePartners(db, batch);
    for (const [source, rows] of await countTheseRows(db, files, known)) {
      found.set(source, (found.get(source) ?? 0) + rows);
    }
  }
  const held = [...(await countRows(db, files))].filter(([source, rows]) => found.get(source) === rows);
  const [most] = held.toSorted(([, rows], [, others]) => others - rows);
  return most?.[0] ?? named;
}
