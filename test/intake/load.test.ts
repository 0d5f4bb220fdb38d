import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IntakeRow, RowProblem } from '../../src/intake/csv.ts';
import { batchActivities, emptyIntakeReport } from '../../src/intake/load.ts';
import type { Activity } from '../../src/model/activity.ts';

const activity = (sourceId: string): Activity => ({
  partnerId: '1',
  kind: 'order',
  occurredAt: 0,
  quantity: 1,
  amount: null,
  source: 'csv:test',
  sourceId,
});
const rowsOf = (goods: readonly boolean[]): (IntakeRow | RowProblem)[] =>
  goods.map((good, index) =>
    good
      ? { row: index + 2, activity: activity(String(index)) }
      : { row: index + 2, problem: `row ${index + 2} is bad.` },
  );

describe('batches', () => {
  test('hold every good row once, in order, and the report adds up', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 300 }),
        fc.integer({ min: 1, max: 50 }),
        async (goods, size) => {
          const rows = rowsOf(goods);
          const report = emptyIntakeReport();
          const batches: Activity[][] = [];
          for await (const batch of batchActivities(rows, size, report)) batches.push(batch);
          const expected = rows.flatMap((row) => ('activity' in row ? [row.activity] : []));
          expect(batches.flat()).toEqual(expected);
          expect(batches.slice(0, -1).every(({ length }) => length === size)).toBe(true);
          expect(batches.every(({ length }) => length > 0 && length <= size)).toBe(true);
          expect(report.rows).toBe(goods.length);
          expect(report.accepted).toBe(expected.length);
          expect(report.accepted + report.rejected).toBe(report.rows);
          expect(report.problems).toHaveLength(Math.min(100, report.rejected));
        },
      ),
    ));

  test('end with what the rows end with, after the whole batches before it', async () => {
    const broken = new Error('unreadable from here');
    async function* rows() {
      yield* rowsOf([true, true, true]);
      throw broken;
    }
    const batches: Activity[][] = [];
    const take = async () => {
      for await (const batch of batchActivities(rows(), 2, emptyIntakeReport())) batches.push(batch);
    };
    await expect(take()).rejects.toBe(broken);
    expect(batches).toEqual([[activity('0'), activity('1')]]);
  });
});
