/** Holidays of a facility and exceptions to a room's opening hours. Each change says what it touches and moves nothing. */
import type { Actor } from '../domain/decision.ts';
import { cannotBe, DomainError } from '../domain/errors.ts';
import { longestDays } from '../domain/interval.ts';
import { changedDates, type HoursException, mustNotOverlap } from '../domain/room-hours.ts';
import type { Tx } from '../prisma/client.ts';
import { holidayChanged } from './company-holiday.ts';
import { recordChange } from './facility.ts';
import { changeHours, type Touched } from './opening-hours.ts';
import { isClash } from './transaction.ts';

/** Each day is locked while the change is made; more belong into several changes. */
const mostDays = 800;

type By = { actor: Actor; now: string };
export type Holiday = { date: string; name: string };

/** Closes all rooms of the facility on that date, but those that an exception opens. Throws NOT_FOUND, ALREADY_EXISTS. */
export async function addHoliday(tx: Tx, facilityId: string, { date, name }: Holiday, { actor, now }: By): Promise<Touched[]> {
  const touched = await changeHolidays(tx, facilityId, date, now, async () => {
    await tx.holiday.create({ data: { facilityId, date: new Date(date), name } }).catch((error) => {
      throw isClash(error) ? new DomainError('ALREADY_EXISTS', { date }) : error;
    });
    const what = { action: 'add holiday', actor, at: now, after: { date, name } };
    await recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, what);
  });
  await holidayChanged(tx, facilityId, { date, name }, now);
  return touched;
}

/** Opens the rooms as on any other such weekday. Throws NOT_FOUND. */
export async function removeHoliday(tx: Tx, facilityId: string, date: string, { actor, now }: By): Promise<Touched[]> {
  const touched = await changeHolidays(tx, facilityId, date, now, async () => {
    const where = { facilityId_date: { facilityId, date: new Date(date) } };
    const found = await tx.holiday.findUnique({ where });
    if (!found) throw new DomainError('NOT_FOUND', { date });
    await tx.holiday.delete({ where });
    const what = { action: 'remove holiday', actor, at: now, before: { date, name: found.name }, after: {} };
    await recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, what);
  });
  await holidayChanged(tx, facilityId, { date, name: null }, now);
  return touched;
}

async function changeHolidays(tx: Tx, facilityId: string, date: string, now: string, change: () => Promise<void>): Promise<Touched[]> {
  const facility = await tx.facility.findUnique({ where: { id: facilityId }, select: { zone: true, rooms: { select: { id: true } } } });
  if (!facility) throw new DomainError('NOT_FOUND', { facilityId });
  const wanted = facility.rooms.map(({ id }) => ({ roomId: id, from: date, to: date }));
  return changeHours(tx, { facilityId, zone: facility.zone }, wanted, now, change);
}

/** A room's exceptions by date. */
export async function exceptionsOf(tx: Tx, roomId: string): Promise<HoursException[]> {
  const rows = await tx.roomHoursException.findMany({ where: { roomId }, orderBy: { firstDate: 'asc' } });
  return rows.map(({ firstDate, lastDate, opensAt, closesAt, reason }) => ({
    firstDate: civil(firstDate),
    lastDate: civil(lastDate),
    opensAt,
    closesAt,
    reason,
  }));
}

/** A `date` column as the civil date it is. */
export const civil = (date: Date): string => date.toISOString().slice(0, 10);

/**
 * Gives a room these exceptions and no other. `version` is the room's, which goes up by one. Throws
 * EXCEPTIONS_OVERLAP, VERSION_MISMATCH, and INVALID_REQUEST where more than `mostDays` days change at once.
 */
export async function replaceExceptions(
  tx: Tx,
  room: { id: string; facilityId: string; version: number },
  after: HoursException[],
  { actor, now }: By,
): Promise<Touched[]> {
  mustNotOverlap(after);
  const { id, facilityId, version } = room;
  const before = await exceptionsOf(tx, id);
  const changed = changedDates(before, after, longestDays - 1);
  const days = changed.length * (longestDays - 1);
  if (days > mostDays) throw cannotBe('lastDate', 'These are too many days at once.', { days, mostDays });
  const { zone } = await tx.facility.findUniqueOrThrow({ where: { id: facilityId }, select: { zone: true } });
  const wanted = changed.map((dates) => ({ roomId: id, ...dates }));
  return changeHours(tx, { facilityId, zone }, wanted, now, async () => {
    const { count } = await tx.room.updateMany({ where: { id, version }, data: { version: { increment: 1 } } });
    if (count === 0) throw new DomainError('VERSION_MISMATCH', { present: await exceptionsOf(tx, id) });
    await tx.roomHoursException.deleteMany({ where: { roomId: id } });
    const rows = after.map(({ firstDate, lastDate, ...rest }) => ({
      ...rest,
      firstDate: new Date(firstDate),
      lastDate: new Date(lastDate),
    }));
    await tx.roomHoursException.createMany({ data: rows.map((row) => ({ ...row, roomId: id })) });
    const what = { action: 'set hours exceptions', actor, at: now, before: { roomId: id, exceptions: before } };
    await recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, { ...what, after: { roomId: id, exceptions: after } });
  });
}
