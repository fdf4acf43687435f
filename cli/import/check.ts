import { basename } from 'node:path';

import { zoneDate } from '../../domain/civil.ts';
import { type Columns, type Field, parseMaps, pick, scheduleColumns, widthProblem } from './columns.ts';
import { type DateForms, readInstant } from './dates.ts';
import { count, type Finding, Refused } from './finding.ts';
import { readCsv } from './read.ts';
import { slashOrder } from './slash-order.ts';

/** One case as the file tells it, in UTC. null: the file says nothing. */
export type ScheduledCase = {
  line: number;
  number: string;
  room: string;
  group: string | null;
  provider: string | null;
  startsAt: string;
  endsAt: string;
  bookedAt: string | null;
  cancelledAt: string | null;
  description: string | null;
};

/** `tellsCancelled`: the file has that field, so that a case without it stands. */
export type Schedule = { file: string; cases: ScheduledCase[]; tellsCancelled: boolean; bad: Finding[]; warnings: Finding[] };

type Draft = { line: number; text: Partial<Record<Field, string>> };

const longest = { case: 100, room: 100, group: 200, provider: 200, description: 2000 };
/** A longer case is a slip in its date. */
const mostHours = 48;

/**
 * Reads a schedule: every row is a case or a finding with its line. Throws Refused where the file as a whole cannot
 * be read (see readCsv, scheduleColumns, slashOrder).
 */
export async function readSchedule(
  path: string,
  options: { zone: string; maps: string[]; format?: DateForms['format'] },
): Promise<Schedule> {
  const file = basename(path);
  const bad: Finding[] = [];
  const { drafts, tellsCancelled } = await readDrafts(path, file, options.maps, bad);
  if (drafts.length === 0 && bad.length === 0) throw new Refused([{ file, message: 'the file has a header and no rows.' }]);
  const order = options.format ? undefined : slashOrder(file, datesOf(drafts));
  const warnings: Finding[] = [];
  const byNumber = new Map<string, ScheduledCase>();
  let repeated = 0;
  for (const draft of drafts) {
    const reasons: string[] = [];
    const read = caseOf(draft, options.zone, { order, format: options.format }, reasons);
    if (!read) {
      bad.push({ file, line: draft.line, message: reasons.join(' ') });
      continue;
    }
    const first = byNumber.get(read.number);
    if (!first) byNumber.set(read.number, read);
    else if (sameCase(first, read)) repeated++;
    else bad.push({ file, line: draft.line, message: `case ${read.number} stands on line ${first.line} with other content.` });
  }
  if (repeated > 0)
    warnings.push({ file, message: `${count(repeated, 'row repeats an earlier one', 'rows repeat earlier ones')} and changed nothing.` });
  return { file, cases: [...byNumber.values()], tellsCancelled, bad: bad.sort((a, b) => a.line! - b.line!), warnings };
}

async function readDrafts(
  path: string,
  file: string,
  maps: string[],
  bad: Finding[],
): Promise<{ drafts: Draft[]; tellsCancelled: boolean }> {
  let header: string[] | undefined;
  let columns: Columns<Field> = {};
  const drafts: Draft[] = [];
  for await (const row of readCsv(path)) {
    if (!header) {
      header = row.cells;
      columns = scheduleColumns(file, header, parseMaps(maps));
      continue;
    }
    const narrow = widthProblem(file, header, row);
    if (narrow) bad.push(narrow);
    else drafts.push({ line: row.line, text: pick(columns, row.cells) });
  }
  return { drafts, tellsCancelled: columns.cancelledAt !== undefined };
}

function* datesOf(drafts: Draft[]): Generator<{ line: number; text: string }> {
  for (const { line, text } of drafts) {
    for (const field of ['start', 'end', 'bookedAt', 'cancelledAt'] as const) if (text[field]) yield { line, text: text[field] };
  }
}

function caseOf({ line, text }: Draft, zone: string, forms: DateForms, reasons: string[]): ScheduledCase | undefined {
  for (const field of ['case', 'room', 'start'] as const) if (!text[field]) reasons.push(`“${field}” is empty.`);
  for (const [field, most] of Object.entries(longest)) {
    const length = text[field as keyof typeof longest]?.length ?? 0;
    if (length > most) reasons.push(`“${field}” has ${length} characters, at most ${most} are taken.`);
  }
  const instant = (field: 'start' | 'end' | 'bookedAt' | 'cancelledAt') => {
    if (!text[field]) return undefined;
    try {
      return readInstant(text[field], zone, forms, field === 'bookedAt' || field === 'cancelledAt');
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      reasons.push(`${field}: ${error.message}`);
    }
  };
  const startsAt = instant('start');
  const endsAt = endOf(text, startsAt, instant('end'), reasons);
  const [bookedAt, cancelledAt] = [instant('bookedAt'), instant('cancelledAt')];
  if (reasons.length > 0 || !startsAt || !endsAt) return undefined;
  const { group = null, provider = null, description = null } = text;
  return {
    line,
    number: text.case!,
    room: text.room!,
    group,
    provider,
    startsAt,
    endsAt,
    bookedAt: bookedAt ?? null,
    cancelledAt: cancelledAt ?? null,
    description,
  };
}

/** From `minutes`, from `end`, or from both where they agree. */
function endOf(text: Draft['text'], startsAt: string | undefined, end: string | undefined, reasons: string[]): string | undefined {
  if (!text.minutes && !text.end) {
    reasons.push('neither “minutes” nor “end” is given.');
    return undefined;
  }
  const minutes =
    text.minutes === undefined ? undefined : /^\d+([.,]0+)?$/.test(text.minutes) ? Number.parseInt(text.minutes, 10) : Number.NaN;
  if (minutes !== undefined && !(minutes > 0)) reasons.push(`minutes: “${text.minutes}” is not a whole number above 0.`);
  if (!startsAt || (minutes !== undefined && !(minutes > 0)) || (text.end && !end)) return undefined;
  const startMs = Date.parse(startsAt);
  const endMs = end === undefined ? startMs + minutes! * 60_000 : Date.parse(end);
  if (end !== undefined && endMs <= startMs)
    reasons.push(`it ends (${text.end}) ${endMs === startMs ? 'when' : 'before'} it starts (${text.start}).`);
  else if (endMs - startMs > mostHours * 3_600_000)
    reasons.push(`it lasts ${Math.round((endMs - startMs) / 3_600_000).toLocaleString('en-US')} h; at most ${mostHours} h are taken.`);
  else if (minutes !== undefined && endMs - startMs !== minutes * 60_000) {
    reasons.push(`“minutes” says ${minutes}, start and end say ${(endMs - startMs) / 60_000}.`);
  } else return new Date(endMs).toISOString();
}

function sameCase({ line: _a, ...one }: ScheduledCase, { line: _b, ...other }: ScheduledCase): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The earliest civil date on which a case starts. `cases` is not empty. */
export function firstDate(cases: ScheduledCase[], zone: string): string {
  const first = cases.map(({ startsAt }) => startsAt).sort()[0]!;
  return zoneDate(first, zone);
}
