/**
 * The bytes of a CSV file, let through only as strict UTF-8 without NUL and within the limits, so that nothing after
 * this needs to doubt its text (reliability.md 7.4).
 */
import { isUtf8 } from 'node:buffer';
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { UsageError } from '../model/errors.ts';
import { explainFileError } from './file-error.ts';
import type { CsvLimits } from './limits.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const chunkBytes = 256 * 1024;

/**
 * Yields the file in pieces of whole lines. Throws a UsageError when the file cannot be opened, is empty, too large,
 * not UTF-8, contains NUL, or has a line beyond `maxRowBytes`.
 */
export async function* readText(file: string, limits: CsvLimits): AsyncGenerator<Buffer> {
  const name = basename(file);
  const handle = await openFile(file);
  try {
    let rest: Buffer = Buffer.alloc(0);
    let line = 1;
    let blank = true;
    for await (const chunk of readChunks(handle, file, limits)) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const end = lastLineEnd(bytes);
      const piece = bytes.subarray(0, end);
      rest = bytes.subarray(end);
      if (rest.length > limits.maxRowBytes) {
        throw new UsageError(
          `${name}, row ${line}: a line is longer than ${limits.maxRowBytes} bytes. Is this a CSV file?`,
        );
      }
      line += checkPiece(piece, name, line);
      blank &&= isBlank(piece);
      if (piece.length > 0) yield piece;
    }
    checkPiece(rest, name, line);
    if (blank && isBlank(rest)) {
      throw new UsageError(`${name} is empty: the first row must hold the column titles.`);
    }
    if (rest.length > 0) yield rest;
  } finally {
    await handle.close();
  }
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    const handle = await open(file, 'r');
    if ((await handle.stat()).isDirectory()) {
      await handle.close();
      throw new UsageError(`${file} is a directory: name a file.`);
    }
    return handle;
  } catch (error) {
    throw explainFileError(error, file);
  }
}

async function* readChunks(handle: FileHandle, file: string, limits: CsvLimits): AsyncGenerator<Buffer> {
  let totalBytes = 0;
  for (;;) {
    const { bytesRead, buffer } = await handle
      .read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes)
      .catch((error: unknown) => {
        throw explainFileError(error, file);
      });
    if (bytesRead === 0) return;
    totalBytes += bytesRead;
    if (totalBytes > limits.maxFileBytes) {
      throw new UsageError(
        `${basename(file)} is larger than ${limits.maxFileBytes} bytes: split it and import the parts one after the other.`,
      );
    }
    yield buffer.subarray(0, bytesRead);
  }
}

/** Where the last whole line ends. A lone carriage return only ends lines in files that have no line feeds. */
function lastLineEnd(bytes: Buffer): number {
  const end = bytes.lastIndexOf(lineFeed);
  return (end === -1 ? bytes.lastIndexOf(carriageReturn) : end) + 1;
}

/** Returns the number of lines that end in `piece`. */
function checkPiece(piece: Buffer, name: string, firstLine: number): number {
  if (firstLine === 1 && piece.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004'))) {
    throw new UsageError(
      `${name} is a workbook or archive, not text: save the sheet as "CSV UTF-8" and import that.`,
    );
  }
  const nul = piece.indexOf(0);
  if (nul !== -1) {
    throw new UsageError(
      `${name}, row ${firstLine + countLines(piece.subarray(0, nul))}: contains a NUL character. ` +
        'The file is damaged or not UTF-8 (perhaps UTF-16): save it as "CSV UTF-8".',
    );
  }
  if (!isUtf8(piece)) {
    throw new UsageError(
      `${name}, row ${firstLine + linesBeforeInvalid(piece)}: is not valid UTF-8. Save the file as "CSV UTF-8" and try again.`,
    );
  }
  return countLines(piece);
}

function countLines(bytes: Buffer): number {
  const end = bytes.includes(lineFeed) ? lineFeed : carriageReturn;
  let count = 0;
  for (let at = bytes.indexOf(end); at !== -1; at = bytes.indexOf(end, at + 1)) count += 1;
  return count;
}

function linesBeforeInvalid(piece: Buffer): number {
  let start = 0;
  for (let count = 0; ; count += 1) {
    const end = piece.indexOf(lineFeed, start);
    if (end === -1 || !isUtf8(piece.subarray(start, end))) return count;
    start = end + 1;
  }
}

function isBlank(bytes: Buffer): boolean {
  return (
    bytes
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .trim() === ''
  );
}
