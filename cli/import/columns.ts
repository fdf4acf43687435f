import { type Finding, Refused } from './finding.ts';

const fields = ['case', 'room', 'group', 'provider', 'start', 'minutes', 'end', 'bookedAt', 'cancelledAt', 'description'] as const;
export type Field = (typeof fields)[number];
const dateFields: readonly string[] = ['start', 'end', 'bookedAt', 'cancelledAt'];

/** Which columns (by index) make up a field. A date may be spread over two: its day and its time. */
export type Columns<Name extends string> = Partial<Record<Name, number[]>>;

/** `Booked Time (min)=minutes`, as given on the command line. Throws Refused for what is no such pair. */
export function parseMaps(maps: string[]): { column: string; field: string }[] {
  return maps.map((map) => {
    const at = map.lastIndexOf('=');
    if (at < 1 || at === map.length - 1) throw new Refused([{ file: '--map', message: `“${map}” is not of the form column=field.` }]);
    return { column: map.slice(0, at).trim(), field: map.slice(at + 1).trim() };
  });
}

/**
 * Finds the fields of a schedule: by the given pairs, else by columns named like fields (case, spaces and marks do
 * not matter). Throws Refused with all that is wrong, naming the columns there are.
 */
export function scheduleColumns(file: string, header: string[], maps: { column: string; field: string }[]): Columns<Field> {
  const wrong: string[] = [];
  const columns: Columns<Field> = {};
  for (const { column, field } of maps) {
    const known = fields.find((name) => plain(name) === plain(field));
    const index = indexOf(header, column);
    if (!known) wrong.push(`there is no field “${field}” to map to; the fields are ${fields.join(', ')}.`);
    if (index < 0) wrong.push(`there is no column “${column}”; ${thereAre(header)}`);
    if (!known || index < 0) continue;
    const all = [...(columns[known] ?? []), index];
    if (all.length > 1 && !dateFields.includes(known))
      wrong.push(`two columns are mapped to “${known}”; only a date may be spread over two columns.`);
    columns[known] = all;
  }
  for (const field of fields) {
    const index = indexOf(header, field);
    if (!columns[field] && index >= 0) columns[field] = [index];
  }
  for (const needed of ['case', 'room', 'start'] as const) if (!columns[needed]) wrong.push(missing(needed, header));
  if (!columns.minutes && !columns.end) wrong.push(missing('minutes” or “end', header));
  refuseIf(file, wrong);
  return columns;
}

/** Columns with exactly these names, all of them needed. */
export function namedColumns<Name extends string>(file: string, header: string[], names: readonly Name[]): Columns<Name> {
  const entries = names.map((name) => [name, indexOf(header, name)] as const);
  refuseIf(
    file,
    entries.filter(([, index]) => index < 0).map(([name]) => `there is no column “${name}”; ${thereAre(header)}`),
  );
  return Object.fromEntries(entries.map(([name, index]) => [name, [index]])) as Columns<Name>;
}

/** The text of each field in a row: white space folded, nothing where it is empty. */
export function pick<Name extends string>(columns: Columns<Name>, cells: string[]): Partial<Record<Name, string>> {
  const picked: Partial<Record<Name, string>> = {};
  for (const name in columns) {
    const text = columns[name]!.map((index) => cells[index] ?? '')
      .join(' ')
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim();
    if (text) picked[name] = text;
  }
  return picked;
}

/** A row that has another number of cells than the header says nothing certain. */
export function widthProblem(file: string, header: string[], row: { line: number; cells: string[] }): Finding | undefined {
  if (row.cells.length === header.length) return undefined;
  return { file, line: row.line, message: `the row has ${row.cells.length} cells, the header has ${header.length}.` };
}

const plain = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

function indexOf(header: string[], column: string): number {
  const exact = header.indexOf(column);
  return exact >= 0 ? exact : header.findIndex((name) => plain(name) !== '' && plain(name) === plain(column));
}

const thereAre = (header: string[]) => `the columns are ${header.map((name) => `“${name}”`).join(', ')}.`;
const missing = (field: string, header: string[]) =>
  `no column gives “${field}”: add --map "column=${field.split('”')[0]}"; ${thereAre(header)}`;

function refuseIf(file: string, wrong: string[]): void {
  if (wrong.length > 0) throw new Refused(wrong.map((message) => ({ file, line: 1, message })));
}
