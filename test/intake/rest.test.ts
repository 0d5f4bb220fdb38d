import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBatch, type Batch } from '../../src/intake/rest.ts';
import { kinds } from '../../src/model/kind.ts';
import { header, now, readAll } from './files.ts';
import { stringify } from './stringify.ts';

const source = 'rest:portal';
function batchOf(body: unknown): Batch {
  const batch = readBatch(body, { source, now });
  if ('refused' in batch) throw new Error(batch.problem);
  return batch;
}

/** Cells that a row of a file and of a batch can both hold: good ones and bad ones. */
const texts = (...good: string[]) =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...good) },
    fc.string({ maxLength: 12 }).map((text) => text.replaceAll('\0', '')),
  );
const row = fc.record({
  partner_id: texts('8261734', 'R-1042', ''),
  occurred_at: texts('2026-03-04', '2026-03-04T10:15:00+02:00', '2027-01-01', '2026-02-30'),
  kind: texts(...kinds),
  quantity: texts('', '1', '37', '0', '-1', '1.5'),
  amount: texts('', '1250.00', '0.1', '1,50'),
  currency: texts('', 'EUR', 'usd'),
  external_id: texts('', '', 'a', 'b'),
});

test('a row means the same in a batch as in a file: the same activity under the same id, or the same problem', () =>
  fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), async (rows) => {
      // A file skips lines in which nothing stands.
      fc.pre(rows.every((one) => Object.values(one).some((text) => text.trim() !== '')));
      const file = await readAll(stringify([header.split(','), ...rows.map((one) => Object.values(one))]));
      const fromFile = file.rows.map((one) =>
        'activity' in one ? { ...one.activity, source } : one.problem.replace(/^log\.csv, row \d+: /, ''),
      );
      const fromBatch = batchOf({ activities: rows }).rows.map((one) =>
        'activity' in one
          ? one.activity
          : one.problem.replace(
              /(unknown; use one of [a-z_, ]+)\.$/,
              '$1, or translate it in a map ("kinds").',
            ),
      );
      expect(fromBatch).toEqual(fromFile);
    }),
  ));

test('whatever the JSON, the answer is rows or a sentence, and every row is accounted for in its place', () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  const anyRow = fc.oneof(
    row,
    fc.dictionary(fc.constantFrom('partner_id', '__proto__', 'kind', 'x'), value),
    value,
  );
  const body = fc.oneof(
    value,
    fc.record(
      { activities: fc.array(anyRow, { maxLength: 20 }), complete_up_to: value },
      { requiredKeys: ['activities'] },
    ),
  );
  fc.assert(
    fc.property(body, (sent) => {
      const batch = readBatch(sent, { source, now });
      const rows = 'refused' in batch ? [] : batch.rows;
      expect(rows.map(({ index }) => index)).toEqual(rows.map((_, index) => index));
      const problems = [...rows, batch].flatMap((one) => ('problem' in one ? [one.problem] : []));
      expect(problems.filter((problem) => !/\S.*\.$/s.test(problem))).toEqual([]);
    }),
  );
});

describe('numbers', () => {
  const numbered = {
    partner_id: 8_261_734,
    occurred_at: '2026-03-04',
    kind: 'order',
    quantity: 3,
    amount: 12.5,
    currency: 'EUR',
    external_id: 7,
  };

  test('are taken where a file would hold their digits', () => {
    expect(batchOf({ activities: [numbered] }).rows).toMatchObject([
      { activity: { partnerId: '8261734', quantity: 3, amount: { amount: '12.5' }, sourceId: '7' } },
    ]);
  });

  test.each([1e21, 1e-7, -1, 0.1 + 0.2])('%d is no amount', (amount) => {
    expect(batchOf({ activities: [{ ...numbered, amount }] }).rows).toMatchObject([{ field: 'amount' }]);
  });
});

test('a row is recognised by its id even where the rest of it cannot be read, unless nobody could read that id', () => {
  const ids = ['a', '', 'x'.repeat(201), '\ud800'];
  const rows = batchOf({ activities: ids.map((external_id) => ({ external_id, kind: 'visit' })) }).rows;
  expect(rows.map((one) => ('problem' in one ? one.externalId : undefined))).toEqual(['a', null, null, null]);
});
