import { describe, expect, test } from 'vitest';
import { readCsvMap } from '../../src/intake/map.ts';
import { UsageError } from '../../src/model/errors.ts';
import { withFile } from './files.ts';

const columns = { partner_id: 'ID', occurred_at: 'Date' };
const read = (content: unknown) => withFile(JSON.stringify(content), readCsvMap, 'map.json');
const readText = (content: string) => withFile(content, readCsvMap, 'map.json');

describe('a map file', () => {
  test('needs two columns and a kind; the rest has defaults', async () => {
    expect(await read({ columns, constants: { kind: 'sale' } })).toEqual({
      delimiter: ',',
      columns,
      constants: { kind: 'sale' },
      kinds: {},
      decimal: 'point',
    });
  });

  test('may begin with a byte order mark', async () => {
    expect(
      (await readText(`\uFEFF${JSON.stringify({ columns, constants: { kind: 'sale' } })}`)).columns,
    ).toEqual(columns);
  });

  test.each([
    [{}, 'columns: say which column holds what: at least "partner_id" and "occurred_at"'],
    [[], 'must be an object like {"columns"'],
    [{ columns }, 'columns.kind: name the column of the kind, or one kind for all rows in constants.kind'],
    [
      { columns: { ...columns, kind: 'K' }, constants: { kind: 'sale' } },
      'columns.kind: name the column of the kind, or',
    ],
    [
      { columns: { partner_id: 'ID' }, constants: { kind: 'sale' } },
      'columns.occurred_at: give the title of a column',
    ],
    [{ columns, constants: { kind: 'purchase' } }, 'constants.kind: must be one of lead_submitted, '],
    [
      { columns: { ...columns, amount: 'A' }, constants: { kind: 'sale' } },
      'constants.currency: amounts need a currency',
    ],
    [{ columns: { ...columns, currency: 'C' }, constants: { kind: 'sale', currency: 'EUR' } }, 'not both'],
    [
      { columns, constants: { kind: 'sale', currency: 'euro' } },
      'constants.currency: must be an ISO 4217 code',
    ],
    [
      { columns, constants: { kind: 'sale' }, dateFormat: 'dd.mm.yyyy' },
      'dateFormat: must name year, month and day',
    ],
    [
      { columns, constants: { kind: 'sale' }, dateFormat: 'MM/yyyy' },
      'dateFormat: must name year, month and day',
    ],
    [{ columns, constants: { kind: 'sale' }, decimal: ',' }, 'decimal: must be "point" or "comma"'],
    [{ columns, constants: { kind: 'sale' }, delimiter: ';;' }, 'delimiter: must be ",", ";"'],
    [{ columns: { ...columns, kind: 'K' }, kinds: { Verkauf: 'sold' } }, 'kinds.Verkauf: must be one of'],
    [{ columns, constants: { kind: 'sale' }, colums: {} }, 'Unrecognized key: "colums"'],
    [
      { columns: { ...columns, ammount: 'A' }, constants: { kind: 'sale' } },
      'columns: Unrecognized key: "ammount"',
    ],
  ])('%j is refused with what to do', async (content, sentence) => {
    const refused = read(content);
    await expect(refused).rejects.toBeInstanceOf(UsageError);
    await expect(refused).rejects.toThrow(/^map\.json is not a valid map: /);
    await expect(refused).rejects.toThrow(sentence);
  });

  test('that is no JSON, too large, or absent is refused in one sentence', async () => {
    await expect(readText('{"columns":')).rejects.toThrow(/^map\.json is not valid JSON: /);
    await expect(readText(' '.repeat(70_000))).rejects.toThrow(
      'map.json is larger than 64 kB: a map is a small JSON file.',
    );
    await expect(readCsvMap('no-such-map.json')).rejects.toThrow(
      new UsageError('no-such-map.json does not exist: check the path.'),
    );
  });
});
