import { addDays, addMinutes, atLocal } from '../../domain/civil.ts';
import { epochMs, isoInstant } from '../../domain/interval.ts';
import { type DateFormat, formatted } from './date-format.ts';

/** How `1/3/22` is read. */
export type SlashOrder = 'month first' | 'day first';
export type DateForms = { order?: SlashOrder | undefined; format?: DateFormat | undefined };

export const timeForm = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?:\s*([ap])\.?m\.?)?`;
const isoForm = new RegExp(String.raw`^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]\s*${timeForm}\s*(Z|[+-]\d{2}:?\d{2})?)?$`, 'i');
const dotForm = new RegExp(String.raw`^(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})(?:,?\s+${timeForm})?$`, 'i');
export const slashForm = new RegExp(String.raw`^(\d{1,2})[-/](\d{1,2})[-/](\d{4}|\d{2})(?:,?\s+${timeForm})?$`, 'i');
const nameForm = new RegExp(String.raw`^(\d{1,2})[- ]([a-z]{3})[a-z]*\.?[- ](\d{4}|\d{2})(?:,?\s+${timeForm})?$`, 'i');
export const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * The UTC instant of a date as people and systems write it; a wall-clock time without an offset is the zone's. A date
 * alone is its midnight where `dayIsEnough`. Throws RangeError with a sentence that says what is wrong.
 */
export function readInstant(text: string, zone: string, { order, format }: DateForms, dayIsEnough = false): string {
  const wall =
    (format && formatted(text, format)) ?? iso(text) ?? (format ? undefined : (dotted(text) ?? slashed(text, order) ?? named(text)));
  if (!wall)
    throw new RangeError(`“${text}” ${format ? `does not fit --date-format ${format.text}` : 'is no date and time that we know'}.`);
  if (wall.hour === undefined && !dayIsEnough) throw new RangeError(`“${text}” has no time of day.`);
  return instantOf(text, wall, zone);
}

export type Wall = {
  year: string;
  month: string;
  day: string;
  hour?: string | undefined;
  minute?: string | undefined;
  second?: string | undefined;
  half?: string | undefined;
  offset?: string | undefined;
};

function iso(text: string): Wall | undefined {
  const [found, year, month, day, hour, minute, second, half, offset] = isoForm.exec(text) ?? [];
  return found ? { year: year!, month: month!, day: day!, hour, minute, second, half, offset } : undefined;
}

function dotted(text: string): Wall | undefined {
  const [found, day, month, year, hour, minute, second, half] = dotForm.exec(text) ?? [];
  return found ? { year: year!, month: month!, day: day!, hour, minute, second, half } : undefined;
}

function slashed(text: string, order: SlashOrder | undefined): Wall | undefined {
  const [found, first, second, year, hour, minute, seconds, half] = slashForm.exec(text) ?? [];
  if (!found) return undefined;
  const [month, day] = order === 'day first' ? [second, first] : [first, second];
  return { year: year!, month: month!, day: day!, hour, minute, second: seconds, half };
}

function named(text: string): Wall | undefined {
  const [found, day, name, year, hour, minute, second, half] = nameForm.exec(text) ?? [];
  const month = monthNames.indexOf(name?.toLowerCase() ?? '') + 1;
  return found && month > 0 ? { year: year!, month: String(month), day: day!, hour, minute, second, half } : undefined;
}

function instantOf(text: string, wall: Wall, zone: string): string {
  const { hour = '0', minute = '0', second = '0', half, offset } = wall;
  const date = dateOf(wall);
  let hours = Number(hour);
  if (half && (hours < 1 || hours > 12)) throw new RangeError(`“${text}” has no such time of day.`);
  if (half) hours = (hours % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  const midnightAtEnd = hours === 24 && Number(minute) === 0 && Number(second) === 0;
  const time = midnightAtEnd ? '00:00' : `${String(hours).padStart(2, '0')}:${minute.padStart(2, '0')}`;
  const year = Number(date.slice(0, 4));
  if (year < 1970 || year > 2199) throw new RangeError(`“${text}” lies in the year ${year}: that is no year of a schedule.`);
  if (Number(second) > 59) throw new RangeError(`“${text}” has no such time of day.`);
  try {
    const instant = atLocal(midnightAtEnd ? addDays(date, 1) : date, time, offset ? 'UTC' : zone);
    return isoInstant(epochMs(addMinutes(instant, -offsetMinutes(offset))) + Number(second) * 1000);
  } catch {
    throw new RangeError(`“${text}” has no such day or time.`);
  }
}

function dateOf({ year, month, day }: Wall): string {
  return `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

function offsetMinutes(offset: string | undefined): number {
  const found = /^([+-])(\d{2}):?(\d{2})$/.exec(offset ?? '');
  return found ? (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) : 0;
}
