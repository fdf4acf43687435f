import { atLocal, zoneDate } from '../../domain/civil.ts';
import { overlaps } from '../../domain/interval.ts';
import type { ScheduledCase } from './check.ts';
import { type Finding, Refused } from './finding.ts';

export type BlockHours = { from: string; to: string };
export type BlockDay = { room: string; date: string; group: string; startsAt: string; endsAt: string };

/** `07:00-16:00`. Throws Refused. */
export function blockHours(text: string): BlockHours {
  const [found, from, to] = /^(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})$/.exec(text.trim()) ?? [];
  const hours = { from: (from ?? '').padStart(5, '0'), to: (to ?? '').padStart(5, '0') };
  const real = (time: string) => /^([01]\d|2[0-3]):[0-5]\d$/.test(time);
  if (found && real(hours.from) && real(hours.to) && hours.from < hours.to) return hours;
  throw new Refused([{ file: '--block-hours', message: `“${text}” is not of the form 07:00-16:00, the later time last.` }]);
}

/**
 * Each room and civil date on which cases of one group touch the block hours is a block of that group. A room-day
 * with several groups gets no block, because nobody can say whose time it was: it is listed.
 */
export function blockDays(
  cases: ScheduledCase[],
  zone: string,
  hours: BlockHours,
  file: string,
): { days: BlockDay[]; warnings: Finding[] } {
  const found = new Map<string, { room: string; date: string; startsAt: string; endsAt: string; groups: Set<string>; line: number }>();
  for (const one of cases) {
    if (!one.group) continue;
    const date = zoneDate(one.startsAt, zone);
    const key = JSON.stringify([date, one.room]);
    const day = found.get(key) ?? {
      room: one.room,
      date,
      startsAt: atLocal(date, hours.from, zone),
      endsAt: atLocal(date, hours.to, zone),
      groups: new Set<string>(),
      line: one.line,
    };
    if (!overlaps(one, day)) continue;
    day.groups.add(one.group);
    found.set(key, day);
  }
  const days = [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, day]) => day);
  const shared = days.filter(({ groups }) => groups.size > 1);
  return {
    days: days
      .filter(({ groups }) => groups.size === 1)
      .map(({ room, date, startsAt, endsAt, groups }) => ({ room, date, startsAt, endsAt, group: [...groups][0]! })),
    warnings: shared.map(({ room, date, groups, line }) => ({
      file,
      line,
      message: `no block in ${room} on ${date}: ${[...groups].join(', ')} share the day.`,
    })),
  };
}
