import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { incoming } from '../../src/store/rows.ts';
import { freshStore } from './fresh.ts';

const store = freshStore();

type Item = { readonly name: string | null; readonly count: number | null; readonly isOpen: boolean | null };

test('rows arrive as they were sent: nothing, empty text, line breaks, quotes and backslashes are told apart', async () => {
  const name = fc.option(
    fc.oneof(
      fc.string({ unit: fc.constantFrom('a', '\n', '\r', '"', '\\', ',', '{', '}', ' ') }),
      fc.constant('null'),
    ),
  );
  const item = fc.record({ name, count: fc.option(fc.integer()), isOpen: fc.option(fc.boolean()) });
  await fc.assert(
    fc.asyncProperty(fc.array(item, { minLength: 1, maxLength: 5 }), async (items) => {
      const rows = incoming<Item>(items, {
        name: ['text', (one) => one.name],
        count: ['int8', (one) => one.count],
        is_open: ['bool', (one) => one.isOpen],
        document: ['json', (one) => JSON.stringify(one)],
      });
      const { rows: arrived } = await sql`
        select name, count, is_open as "isOpen", document from ${rows}`.execute(store().db);
      expect(arrived).toEqual(items.map((one) => ({ ...one, document: one })));
    }),
    { numRuns: 100 },
  );
});
