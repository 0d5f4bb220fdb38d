/** What a file may cost (reliability.md 7.4, fault row 33). Everything is streamed: memory does not grow with the file. */
export type CsvLimits = {
  readonly maxFileBytes: number;
  /** Rows below the header. */
  readonly maxRows: number;
  readonly maxColumns: number;
  readonly maxCellCharacters: number;
  /** One row with all its cells; also what an unclosed quote may swallow before reading stops. */
  readonly maxRowBytes: number;
};

export const defaultCsvLimits: CsvLimits = {
  maxFileBytes: 2 * 1024 ** 3,
  maxRows: 10_000_000,
  maxColumns: 200,
  maxCellCharacters: 1_000,
  maxRowBytes: 128 * 1024,
};
