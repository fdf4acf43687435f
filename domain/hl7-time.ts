import { atLocal } from './civil.ts';

const shape = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(?:(\d{2})(?:\.\d{1,4})?)?([+-]\d{4})?$/;

/**
 * The instant of an HL7 v2 timestamp such as `20270111100000+0100`; without an offset it is the wall clock at the facility.
 * Whole minutes. undefined when it is not one, or names no minute.
 */
export function hl7Instant(text: string, zone: string): string | undefined {
  const [, year, month, day, hour, minute, , offset] = shape.exec(text.trim()) ?? [];
  if (!year) return undefined;
  const [date, time] = [`${year}-${month}-${day}`, `${hour}:${minute}`];
  try {
    if (!offset) return atLocal(date, time, zone);
    const ms = Date.parse(`${date}T${time}:00${offset.slice(0, 3)}:${offset.slice(3)}`);
    return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
  } catch (error) {
    if (error instanceof RangeError) return undefined; // 31 February
    throw error;
  }
}

/** Minutes of an HL7 v2 duration and its unit; minutes when none is given. */
export function hl7Minutes(duration: string, unit: string): number | undefined {
  const factor = { '': 1, m: 1, min: 1, minutes: 1, s: 1 / 60, sec: 1 / 60, h: 60, hr: 60, hours: 60 }[unit.trim().toLowerCase()];
  const count = Number(duration);
  return duration.trim() !== '' && factor !== undefined && count > 0 ? Math.round(count * factor) : undefined;
}
