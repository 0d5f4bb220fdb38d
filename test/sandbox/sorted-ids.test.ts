import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareIds,
  deleteId,
  insertId,
  positionAfter,
  sortIds,
} from '../../src/sandbox/portal/sorted-ids.ts';

/** Of any length, also beyond 2^53. */
const id = fc.bigInt({ min: 1n, max: 10n ** 24n }).map(String);

function inOrder(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
}

test('ids are ordered as the numbers they are', () => {
  fc.assert(
    fc.property(id, id, (left, right) => {
      const difference = BigInt(left) - BigInt(right);
      expect(Math.sign(compareIds(left, right))).toBe(difference > 0n ? 1 : difference < 0n ? -1 : 0);
    }),
  );
});

test('a list of ids stays sorted and without repeats, whatever is added and taken away', () => {
  fc.assert(
    fc.property(fc.array(id), fc.array(id), (added, others) => {
      const ids: string[] = [];
      for (const one of [...added, ...added]) insertId(ids, one);
      expect(ids).toEqual(inOrder(added));
      const taken = [...added.filter((_, index) => index % 2 === 0), ...others];
      for (const one of taken) {
        const wasThere = ids.includes(one);
        expect(deleteId(ids, one)).toBe(wasThere);
      }
      expect(ids).toEqual(inOrder(added.filter((one) => !taken.includes(one))));
    }),
  );
});

test('a cursor continues after its own place, also when that id is gone', () => {
  fc.assert(
    fc.property(fc.array(id), id, (given, cursor) => {
      const ids = sortIds([...new Set(given)]);
      expect(ids.slice(positionAfter(ids, cursor))).toEqual(
        ids.filter((one) => BigInt(one) > BigInt(cursor)),
      );
    }),
  );
});
