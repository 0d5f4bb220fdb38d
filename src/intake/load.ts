/** From rows to batches for the store, with an account of every row. */
import type { Activity } from '../model/activity.ts';
import type { IntakeRow, RowProblem } from './csv.ts';

/** rows = accepted + rejected, always. */
export type IntakeReport = {
  rows: number;
  accepted: number;
  rejected: number;
  /** The first problems of the file; `rejected` counts them all. */
  readonly problems: RowProblem[];
};

const maxProblems = 100;

export function emptyIntakeReport(): IntakeReport {
  return { rows: 0, accepted: 0, rejected: 0, problems: [] };
}

/**
 * Batches of at most `size` activities, in the file's order; the last one may be smaller, none is empty. `report` is
 * complete when the last batch has been taken. What `rows` throws passes through and takes the unfinished batch with it:
 * a batch is stored whole or not at all, and importing the mended file again stores nothing twice.
 */
export async function* batchActivities(
  rows: AsyncIterable<IntakeRow | RowProblem> | Iterable<IntakeRow | RowProblem>,
  size: number,
  report: IntakeReport,
): AsyncGenerator<Activity[]> {
  let batch: Activity[] = [];
  for await (const row of rows) {
    report.rows += 1;
    if ('problem' in row) {
      report.rejected += 1;
      if (report.problems.length < maxProblems) report.problems.push(row);
      continue;
    }
    report.accepted += 1;
    batch.push(row.activity);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
