import { existsSync } from 'node:fs';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from './stringify.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvMapSchema } from '../../src/intake/map.ts';
import { UsageError } from '../../src/model/errors.ts';
import { kinds } from '../../src/model/kind.ts';
import { activitiesOf, collect, header, now, problemsOf, readAll } from './files.ts';

const row = (cells: string) => `${header}\n${cells}\n`;
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const sentenceFor = async (path: string) => ((await collect(path)).error as UsageError).message;
const idsOf = async (content: string) => activitiesOf(await readAll(content)).map(({ sourceId }) => sourceId);

describe('the canonical CSV', () => {
  test('becomes activities, amounts as decimal text, a bare day at midnight UTC', async () => {
    const outcome = await readAll(
      row('4711,2026-03-01,order,3,1234.50,eur,A-1\n4711,2026-03-02T10:15:00+02:00,click,,,,'),
    );
    expect(outcome.error).toBeNull();
    expect(outcome.rows).toEqual([
      {
        row: 2,
        activity: {
          partnerId: '4711',
          occurredAt: Date.UTC(2026, 2, 1),
          kind: 'order',
          quantity: 3,
          amount: { amount: '1234.50', currency: 'EUR' },
          source: 'csv:test',
          sourceId: 'A-1',
        },
      },
      {
        row: 3,
        activity: {
          partnerId: '4711',
          occurredAt: Date.UTC(2026, 2, 2, 8, 15),
          kind: 'click',
          quantity: 1,
          amount: null,
          source: 'csv:test',
          sourceId: expect.stringMatching(/^row-[0-9a-f]{32}-1$/),
        },
      },
    ]);
  });

  test('may have a byte order mark, any line ends, columns in any order and case, blank lines and spaces', async () => {
    const text =
      '\uFEFFKind , OCCURRED_AT,partner_id\r\n order , 2026-03-01 ,  7\r\n\r\n , , \r\nclick,2026-03-02,8\n';
    const outcome = await readAll(text);
    expect(outcome.error).toBeNull();
    expect(outcome.rows.map((each) => each.row)).toEqual([2, 5]);
    expect(activitiesOf(outcome).map(({ partnerId, kind }) => [partnerId, kind])).toEqual([
      ['7', 'order'],
      ['8', 'click'],
    ]);
  });

  test('with lone carriage returns as line ends is read as well', async () => {
    const outcome = await readAll('partner_id,occurred_at,kind\r1,2026-03-01,order\r2,2026-03-01,order');
    expect(activitiesOf(outcome).map(({ partnerId }) => partnerId)).toEqual(['1', '2']);
  });

  test('keeps cells that a spreadsheet would take for formulas as they are', async () => {
    const outcome = await readAll(row('=1+1,2026-03-01,order,,,,@SUM(A1)\n"+49,30",2026-03-01,order,,,,-2'));
    expect(activitiesOf(outcome).map(({ partnerId, sourceId }) => [partnerId, sourceId])).toEqual([
      ['=1+1', '@SUM(A1)'],
      ['+49,30', '-2'],
    ]);
  });

  test('with only a header holds nothing, which is no mistake', async () => {
    expect(await readAll(header)).toEqual({ rows: [], error: null });
  });
});

describe('a row that cannot be used is one sentence with file, row and remedy', () => {
  test.each([
    [',2026-03-01,order,,,,', 'partner_id is empty'],
    ['1,,order,,,,', 'occurred_at "" is no date; write it like'],
    ['1,2026-02-30,order,,,,', 'occurred_at "2026-02-30" is no date'],
    ['1,2026-03-01T24:00,order,,,,', 'is no date'],
    ['1,2026-03-01T10:00:00+15:00,order,,,,', 'is no date'],
    ['1,01.03.2026,order,,,,', 'occurred_at "01.03.2026" is no date'],
    ['1,1989-12-31,order,,,,', 'is before 1990; check the date'],
    ['1,1900-01-01,order,,,,', 'is before 1990'],
    ['1,2026-11-26,order,,,,', 'is in the future (it is 2026-11-24T12:00:00.000Z now)'],
    ['1,2026-03-01,purchase,,,,', 'kind "purchase" is unknown; use one of lead_submitted, '],
    ['1,2026-03-01,constructor,,,,', 'kind "constructor" is unknown'],
    ['1,2026-03-01,order,-3,,,', 'quantity "-3" is negative; leave out returns'],
    ['1,2026-03-01,order,0,,,', 'quantity is 0; leave out rows in which nothing happened'],
    ['1,2026-03-01,order,1.5,,,', 'quantity "1.5" is no whole number'],
    ['1,2026-03-01,order,1e3,,,', 'quantity "1e3" is no whole number'],
    ['1,2026-03-01,order,99999999999,,,', 'is larger than 1000000000'],
    ['1,2026-03-01,order,1,10.00,,', 'amount has no currency; fill in the currency, such as EUR'],
    ['1,2026-03-01,order,1,10.00,Euro,', 'currency "Euro" is no ISO 4217 code'],
    ['1,2026-03-01,order,1,"1,234.50",EUR,', 'amount "1,234.50" is no amount; write it like 1234.50'],
    ['1,2026-03-01,order,1,1e5,EUR,', 'amount "1e5" is no amount'],
    ['1,2026-03-01,order,1,-5,EUR,', 'amount "-5" is negative; leave out credits'],
    ['1', 'has 1 cell, but the first row has 7 columns'],
    ['1,2026-03-01,order', 'has 3 cells, but the first row has 7 columns'],
    ['1,2026-03-01,order,,,,,', 'has 8 cells, but the first row has 7 columns'],
    [`1,2026-03-01,order,,,,${'x'.repeat(201)}`, 'external_id is longer than 200 characters'],
    [`${'x'.repeat(1001)},2026-03-01,order,,,,`, 'partner_id is longer than 1000 characters'],
  ])('%s', async (cells, sentence) => {
    const outcome = await readAll(row(`${cells}\n9,2026-03-01,order,,,,`));
    expect(outcome.error).toBeNull();
    const [problem, ...others] = problemsOf(outcome);
    expect(others).toEqual([]);
    expect(problem).toMatch(/^log\.csv, row 2: .+\.$/);
    expect(problem).toContain(sentence);
    expect(activitiesOf(outcome).map(({ partnerId }) => partnerId)).toEqual(['9']);
  });

  test('a bare day that begins within a day from now is accepted: the sun is elsewhere already', async () => {
    expect(problemsOf(await readAll(row('1,2026-11-25,order,,,,')))).toEqual([]);
  });
});

describe('a file that cannot be used as a whole is a usage error with one sentence', () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    ['empty', '', /^log\.csv is empty: the first row must hold the column titles\.$/],
    ['blank', '\uFEFF \n \n', /is empty/],
    [
      'a column is missing',
      'partner_id,kind\n1,order',
      /has no column "occurred_at"; its columns are "partner_id", "kind"/,
    ],
    ['a column is unknown', `${header},ammount\n`, /has a column "ammount" that is not known.*--map/],
    ['a column is called __proto__', `${header},__proto__\n`, /has a column "__proto__" that is not known/],
    ['a column is there twice', 'partner_id,occurred_at,kind,Kind\n', /has the column "kind" twice/],
    [
      'semicolons',
      'partner_id;occurred_at;kind\n1;2026-03-01;order',
      /seems to be separated by ";": set "delimiter" in a map/,
    ],
    [
      'not UTF-8',
      latin1(`${header}\n1,2026-03-01,order,,,,\nMüller,2026-03-01,order,,,,`),
      /^log\.csv, row 3: is not valid UTF-8\. Save/,
    ],
    ['UTF-16', Buffer.from(`\uFEFF${header}`, 'utf16le'), /row 1: contains a NUL character.*UTF-16/],
    ['NUL', row('1\0,2026-03-01,order,,,,'), /row 2: contains a NUL character/],
    ['a workbook', Buffer.from('PK\u0003\u0004zip'), /is a workbook or archive, not text/],
    ['a million columns', 'x,'.repeat(1_000_000), /row 1: a line is longer than 131072 bytes/],
    ['many columns', 'x,'.repeat(300), /has 301 columns, more than the 200 that are read/],
  ])('%s', async (_case, content, sentence) => {
    const { error } = await readAll(content);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toMatch(sentence);
  });

  test('absent, a directory, or below a file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rekindle-intake-'));
    expect(await sentenceFor(join(directory, 'no.csv'))).toMatch(/no\.csv does not exist: check the path\.$/);
    expect(await sentenceFor(directory)).toMatch(/is a directory: name a file\.$/);
    expect(await sentenceFor(join(import.meta.filename, 'no.csv'))).toMatch(
      /a part of its path is a file\.$/,
    );
    await rmdir(directory);
  });

  test('limits on bytes and rows end the reading', async () => {
    const two = row('1,2026-03-01,order,,,,\n2,2026-03-01,order,,,,');
    const rows = await readAll(two, { limits: { maxRows: 1 } });
    expect(activitiesOf(rows)).toHaveLength(1);
    expect((rows.error as UsageError).message).toBe(
      'log.csv has more than 1 rows: split it and import the parts one after the other.',
    );
    const bytes = await readAll(two, { limits: { maxFileBytes: 80 } });
    expect((bytes.error as UsageError).message).toMatch(/is larger than 80 bytes: split it/);
  });
});

describe('broken quotes', () => {
  const good = '1,2026-03-01,order,,,,\n';
  test.each([
    [
      'a quote inside a cell',
      `${good}2,2026-03-01,or"der,,,,\n${good}`,
      /row 3: a quote stands where none may be/,
    ],
    [
      'text after a closing quote',
      `${good}2,2026-03-01,"or"der,,,,\n${good}`,
      /row 3: a quote stands where none may be/,
    ],
    [
      'a quote never closed',
      `${good}2,2026-03-01,"order,,,,\n${good}`,
      /row 3: a quote is opened in or after this row and never closed/,
    ],
    [
      'a quote never closed in a long file',
      `${good}2,2026-03-01,"order,,,,\n${good.repeat(20_000)}`,
      /row 3: the row is longer than 131072 bytes; perhaps a quote is not closed/,
    ],
  ])('%s: every row before it is kept, the row is named', async (_case, rows, sentence) => {
    const outcome = await readAll(`${header}\n${rows}`);
    expect(activitiesOf(outcome).map(({ partnerId }) => partnerId)).toEqual(['1']);
    expect(outcome.error).toBeInstanceOf(UsageError);
    expect((outcome.error as UsageError).message).toMatch(sentence);
  });

  test('no good row is lost to a broken one far behind it', async () => {
    const outcome = await readAll(`${header}\n${good.repeat(5_000)}2,2026-03-01,or"der,,,,\n`);
    expect(activitiesOf(outcome)).toHaveLength(5_000);
    expect((outcome.error as UsageError).message).toContain('row 5002');
  });
});

describe('rows without an external id', () => {
  const text = row('1,2026-03-01,order,2,,,\n1,2026-03-01,order,2,,,\n1,2026-03-01,order,3,,,');

  test('get the same ids each time the file is read, and equal rows stay as many as they are', async () => {
    const first = activitiesOf(await readAll(text)).map(({ sourceId }) => sourceId);
    const second = activitiesOf(await readAll(text)).map(({ sourceId }) => sourceId);
    expect(second).toEqual(first);
    expect(new Set(first).size).toBe(3);
  });

  test('keep their ids when rows are added or written differently', async () => {
    const [one] = await idsOf(row('1,2026-03-01,order,2,5.00,EUR,'));
    expect(
      await idsOf(row('9,2026-01-01,click,,,,\n 1 ,2026-03-01T00:00:00Z,order,2.0,5.00,eur,')),
    ).toContain(one);
  });
});

describe('any file with a map', () => {
  const map = csvMapSchema.parse({
    delimiter: ';',
    columns: {
      partner_id: 'Publisher ID',
      occurred_at: 'Datum',
      kind: 'Art',
      quantity: 'Anzahl',
      amount: 'Umsatz',
      external_id: 'Beleg',
    },
    constants: { currency: 'EUR' },
    kinds: { Verkauf: 'sale', Klick: 'click' },
    dateFormat: 'dd.MM.yyyy',
    decimal: 'comma',
  });
  const titles = 'Datum;Publisher ID;Name;Art;Anzahl;Umsatz;Beleg';

  test('is read by its own titles, dates, decimals and words', async () => {
    const outcome = await readAll(
      `${titles}\n31.01.2026;77;"Blog ""A""";Verkauf;1;1.234,50;B-1\n01.02.2026;77;x;Klick;37;;\n`,
      { map },
    );
    expect(outcome.error).toBeNull();
    expect(activitiesOf(outcome)).toMatchObject([
      {
        partnerId: '77',
        occurredAt: Date.UTC(2026, 0, 31),
        kind: 'sale',
        amount: { amount: '1234.50', currency: 'EUR' },
        sourceId: 'B-1',
      },
      { occurredAt: Date.UTC(2026, 1, 1), kind: 'click', quantity: 37, amount: null },
    ]);
  });

  test.each([
    ['1.5', 'is no amount; write it like 1234,50'],
    ['1.23.456', 'is no amount'],
    ['12,50 EUR', 'is no amount'],
  ])('never guesses what the amount %s means', async (amount, sentence) => {
    const outcome = await readAll(`${titles}\n31.01.2026;77;x;Verkauf;1;${amount};B-1\n`, { map });
    expect(problemsOf(outcome)[0]).toContain(sentence);
  });

  test('says which mapped column the file lacks', async () => {
    const { error } = await readAll('Datum;Publisher ID\n', { map });
    expect((error as UsageError).message).toMatch(
      /has no column "Art", which the map names; its columns are "Datum", "Publisher ID"/,
    );
  });

  test('with one kind for all rows and an American time', async () => {
    const american = csvMapSchema.parse({
      columns: { partner_id: 'CustomerID', occurred_at: 'InvoiceDate', external_id: 'InvoiceNo' },
      constants: { kind: 'order' },
      dateFormat: 'M/d/yyyy H:mm',
    });
    const outcome = await readAll('InvoiceNo,InvoiceDate,CustomerID\n536365,12/1/2010 8:26,17850\n', {
      map: american,
    });
    expect(activitiesOf(outcome)).toMatchObject([
      { partnerId: '17850', occurredAt: Date.UTC(2010, 11, 1, 8, 26), kind: 'order', sourceId: '536365' },
    ]);
  });
});

describe('what was written comes back', () => {
  const cell = fc
    .string({ minLength: 1, maxLength: 30, unit: 'grapheme' })
    .filter((text) => text === text.trim() && !text.includes('\0'));
  const activity = fc.record({
    partnerId: cell,
    occurredAt: fc.integer({ min: Date.UTC(1990, 0, 1), max: now }),
    kind: fc.constantFrom(...kinds),
    quantity: fc.integer({ min: 1, max: 1_000_000 }),
    amount: fc.option(
      fc.record({
        amount: fc.nat(10_000_000).map((cents) => (cents / 100).toFixed(2)),
        currency: fc.constantFrom('EUR', 'GBP'),
      }),
    ),
    sourceId: cell,
  });

  test('for any activities', () =>
    fc.assert(
      fc.asyncProperty(fc.array(activity, { maxLength: 30 }), async (activities) => {
        const lines = activities.map(({ partnerId, occurredAt, kind, quantity, amount, sourceId }) => [
          partnerId,
          new Date(occurredAt).toISOString(),
          kind,
          String(quantity),
          amount?.amount ?? '',
          amount?.currency ?? '',
          sourceId,
        ]);
        const outcome = await readAll(stringify([header.split(','), ...lines]));
        expect(outcome.error).toBeNull();
        expect(activitiesOf(outcome)).toEqual(activities.map((each) => ({ ...each, source: 'csv:test' })));
      }),
      { numRuns: 60 },
    ));
});

describe('whatever the bytes', () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.string({ maxLength: 200 }).map((text) => Buffer.from(`${header}\n${text}`)),
    fc
      .array(
        fc.constantFrom(
          '1',
          '2026-03-01',
          'order',
          ',',
          '\n',
          '\r',
          '"',
          '""',
          '\uFEFF',
          ';',
          '-1',
          'ü',
          '\0',
        ),
        { maxLength: 80 },
      )
      .map((parts) => Buffer.from(`${header}\n${parts.join('')}`)),
  );

  test('the answer is rows, sentences, or a usage error that names the file: never anything else', () =>
    fc.assert(
      fc.asyncProperty(noise, async (bytes) => {
        const { rows, error } = await readAll(bytes);
        if (error !== null && !(error instanceof UsageError && /^log\.csv.+\.$/s.test(error.message)))
          throw error;
        const lines = rows.map((each) => each.row);
        expect(lines).toEqual(lines.toSorted((one, other) => one - other));
        expect(
          rows.every((each) => !('problem' in each) || /^log\.csv, row \d+: .+\.$/.test(each.problem)),
        ).toBe(true);
      }),
      { numRuns: 300 },
    ));
});

describe('files larger than one read', () => {
  test.each(['\n', '\r\n', '\r'])('are read whole across the seams, with line end %j', async (end) => {
    const lines = Array.from(
      { length: 20_000 },
      (_, index) => `Müller ${index},2026-03-01,order,,,,${index}`,
    );
    const outcome = await readAll([header, ...lines].join(end));
    expect(outcome.error).toBeNull();
    expect(activitiesOf(outcome).map(({ sourceId }) => sourceId)).toEqual(
      lines.map((_, index) => String(index)),
    );
  });

  const retail = join(import.meta.dirname, '../../../shared/data/onlineretail.csv');
  test.skipIf(!existsSync(retail))(
    'the Online Retail log (../shared/data, skipped where absent) is read without a problem',
    async () => {
      const outcome = await collect(retail);
      expect(outcome.error).toBeNull();
      expect(problemsOf(outcome)).toEqual([]);
      const activities = activitiesOf(outcome);
      expect(activities).toHaveLength(16_763);
      expect(new Set(activities.map(({ partnerId }) => partnerId)).size).toBe(4_338);
      expect(new Set(activities.map(({ sourceId }) => sourceId)).size).toBe(16_763);
    },
  );
});
