import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type CsvError, parse } from 'csv-parse';

import { count, Refused } from './finding.ts';

/** What one import takes at most. Everything read stays under these, so memory is bounded whatever the file is. */
export const limits = { megabytes: 50, rows: 100_000, recordKilobytes: 256 };

export type CsvRow = { line: number; cells: string[] };

/**
 * Streams the rows of a CSV file in UTF-8, the header first; the separator (comma, semicolon or tab) is the header's.
 * Throws Refused for what is no such file: missing, a folder, empty, binary, another encoding, too big, an open quote.
 */
export async function* readCsv(path: string): AsyncGenerator<CsvRow> {
  const file = basename(path);
  const chunks = textOf(path, file);
  const first = await chunks.next();
  if (first.done) throw new Refused([{ file, message: 'the file is empty.' }]);
  const parser = parse({
    delimiter: delimiterOf(first.value),
    info: true,
    trim: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    max_record_size: limits.recordKilobytes * 1024,
  });
  // Its errors reach the loop below through the parser; leaving the loop early is no error.
  pipeline(Readable.from(whole(first.value, chunks)), parser).catch(() => {});
  let [rows, lastLine] = [-1, 0];
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (++rows > limits.rows) throw new Refused([{ file, message: `the file has more than ${count(limits.rows, 'row')}. ${cutIt}` }]);
      lastLine = info.lines;
      yield { line: info.lines - lineBreaks(record), cells: record };
    }
  } catch (error) {
    if (error instanceof Refused || !isCsvError(error)) throw error;
    throw new Refused([{ file, line: lastLine + 1, message: csvMessages[error.code] ?? error.message }]);
  }
  if (rows < 0) throw new Refused([{ file, message: 'the file is empty.' }]);
}

const cutIt = 'Cut it into parts, for example by month, and import them one after the other.';
const csvMessages: Record<string, string> = {
  CSV_QUOTE_NOT_CLOSED: 'a quotation mark is opened here and never closed.',
  CSV_MAX_RECORD_SIZE: `the row that begins here is longer than ${limits.recordKilobytes} kB: is a quotation mark never closed?`,
};

const isCsvError = (error: unknown): error is CsvError =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_');
const lineBreaks = (cells: string[]) => cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0);

async function* whole(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}

/** The file as text, in pieces of whole lines, each checked. */
async function* textOf(path: string, file: string): AsyncGenerator<string> {
  await checkFile(path, file);
  let [carry, line, bytes] = [Buffer.alloc(0), 1, 0];
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limits.megabytes * 1e6) throw tooBig(file);
    const read = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk;
    const end = read.lastIndexOf(10) + 1;
    if (end > 0) {
      const text = textIn(read.subarray(0, end), file, line);
      yield line === 1 ? text.replace(/^\ufeff/, '') : text;
      line += text.split('\n').length - 1;
    }
    carry = Buffer.from(read.subarray(end));
    if (carry.includes(0)) textIn(carry, file, line);
    if (carry.length > limits.recordKilobytes * 1024) {
      throw new Refused([
        { file, line, message: `the line is longer than ${limits.recordKilobytes} kB: this does not look like a CSV file.` },
      ]);
    }
  }
  if (carry.length > 0) yield textIn(carry, file, line).replace(/^\ufeff/, '');
}

async function checkFile(path: string, file: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Refused([
      { file, message: error.code === 'ENOENT' ? `there is no file ${path}.` : `the file cannot be read (${error.code}).` },
    ]);
  });
  if (found.isDirectory()) throw new Refused([{ file, message: 'this is a folder, not a CSV file.' }]);
  if (found.size > limits.megabytes * 1e6) throw tooBig(file, found.size);
}

function tooBig(file: string, bytes?: number): Refused {
  const size = bytes ? `the file has ${Math.round(bytes / 1e6).toLocaleString('en-US')} MB;` : 'the file is too big:';
  return new Refused([
    { file, message: `${size} at most ${limits.megabytes} MB and ${count(limits.rows, 'row')} are taken at once. ${cutIt}` },
  ]);
}

function textIn(bytes: Buffer, file: string, line: number): string {
  if (!bytes.includes(0) && isUtf8(bytes)) return bytes.toString('utf8');
  let from = 0;
  for (; ; line++) {
    const end = bytes.indexOf(10, from) + 1 || bytes.length;
    const one = bytes.subarray(from, end);
    const wrong = one.includes(0) ? 'binary data (a zero byte)' : !isUtf8(one) ? 'bytes that are not UTF-8' : undefined;
    if (wrong) throw new Refused([{ file, line, message: `${wrong}: this is not a CSV file in UTF-8. Save the sheet as “CSV UTF-8”.` }]);
    from = end;
  }
}

/** Whichever of the three occurs most in the first line, outside of quotes. */
function delimiterOf(text: string): string {
  const header = (text.split(/\r\n|\n|\r/, 1)[0] ?? '').replace(/"[^"]*"/g, '');
  const times = (mark: string) => header.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (times(mark) > times(best) ? mark : best));
}
