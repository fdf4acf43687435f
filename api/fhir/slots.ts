/** The time of rooms and practitioners as FHIR Slots: free, busy, and busy-tentative for holds that wait for the facility (F-17). */
import { addDays, zoneDate } from '../../domain/civil.ts';
import { findFreeTime } from '../../ledger/free-time.ts';
import { findOpenTime } from '../../ledger/open-time.ts';
import type { Tx } from '../../prisma/client.ts';
import type { ScheduleActor, SlotFact } from './resources.ts';

type Place = ScheduleActor & { facilityId: string; zone: string };
type Range = { gte: string; lt: string };
const mostFree = 500;

/** A schedule by its id: `room-<id>` or `practitioner-<id>`. */
export async function placeOf(tx: Tx, scheduleId: string, facilityIds: string[] | undefined): Promise<Place | undefined> {
  const [, kind, id] = /^(room|practitioner)-([0-9a-f-]{36})$/i.exec(scheduleId) ?? [];
  if (!kind || !id) return undefined;
  const where = { id, ...(facilityIds && { facilityId: { in: facilityIds } }) };
  const facility = { select: { zone: true } };
  const row =
    kind === 'room'
      ? await tx.room.findFirst({ where, include: { facility } })
      : await tx.practitioner.findFirst({ where, include: { facility } });
  if (!row) return undefined;
  const active = 'active' in row ? row.active === true : true;
  return { kind: kind as Place['kind'], id, name: row.name, active, facilityId: row.facilityId, zone: row.facility.zone };
}

/** All slots of a schedule that begin in the range, by start. */
export async function slotsOf(tx: Tx, place: Place, range: Range, now: string): Promise<SlotFact[]> {
  const slots = await (place.kind === 'room' ? roomSlots(tx, place, range, now) : practitionerSlots(tx, place, range, now));
  return slots
    .filter(({ startsAt }) => startsAt >= range.gte && startsAt < range.lt)
    .sort((a, b) => (a.startsAt === b.startsAt ? (a.id < b.id ? -1 : 1) : a.startsAt < b.startsAt ? -1 : 1));
}

async function roomSlots(tx: Tx, { id, zone, facilityId }: Place, range: Range, now: string): Promise<SlotFact[]> {
  const there = { roomId: id, startsAt: { gte: range.gte, lt: range.lt } };
  const [cases, holds, open] = await Promise.all([
    tx.case.findMany({ where: { ...there, cancelledAt: null } }),
    tx.hold.findMany({ where: { ...there, state: { in: ['pending', 'confirmed'] } } }),
    findOpenTime(tx, { facilityId, zone, ...days(range, zone), now, minMinutes: 1, roomIds: [id], limit: mostFree }),
  ]);
  const schedule = `room-${id}`;
  return [
    ...cases.map((row) => slot(`case-${row.id}`, schedule, 'busy', row)),
    ...holds.map((row) => slot(`hold-${row.id}`, schedule, row.state === 'pending' ? 'busy-tentative' : 'busy', row)),
    ...open.map((time) => slot(`free-r-${id}-${Date.parse(time.startsAt)}`, schedule, 'free', time)),
  ];
}

async function practitionerSlots(tx: Tx, { id, zone, facilityId }: Place, range: Range, now: string): Promise<SlotFact[]> {
  const [visits, free] = await Promise.all([
    tx.appointment.findMany({
      where: { practitionerId: id, status: { in: ['booked', 'arrived'] }, startsAt: { gte: range.gte, lt: range.lt } },
    }),
    findFreeTime(tx, { facilityId, zone, ...days(range, zone), now, minMinutes: 1, practitionerIds: [id], limit: mostFree }),
  ]);
  const schedule = `practitioner-${id}`;
  return [
    ...visits.map((row) => slot(`appointment-${row.id}`, schedule, 'busy', row)),
    ...free.map((time) => slot(`free-p-${id}-${Date.parse(time.startsAt)}`, schedule, 'free', time)),
  ];
}

const days = ({ gte, lt }: Range, zone: string) => ({ from: zoneDate(gte, zone), to: zoneDate(lt, zone) });

function slot(
  id: string,
  schedule: string,
  status: SlotFact['status'],
  { startsAt, endsAt }: { startsAt: Date | string; endsAt: Date | string },
): SlotFact {
  return { id, schedule, status, startsAt: new Date(startsAt).toISOString(), endsAt: new Date(endsAt).toISOString() };
}

/** The schedule and the day of a slot's id; undefined when there is no such thing. */
export async function whereabouts(tx: Tx, slotId: string): Promise<{ schedule: string; date: string } | undefined> {
  const [, free, freeId, ms] = /^free-(r|p)-([0-9a-f-]{36})-(\d{1,15})$/.exec(slotId) ?? [];
  if (free) return { schedule: `${free === 'r' ? 'room' : 'practitioner'}-${freeId}`, date: new Date(Number(ms)).toISOString() };
  const [, kind, id] = /^(case|hold|appointment)-([0-9a-f-]{36})$/.exec(slotId) ?? [];
  if (!id) return undefined;
  if (kind === 'appointment') {
    const row = await tx.appointment.findUnique({ where: { id }, select: { practitionerId: true, startsAt: true } });
    return row ? { schedule: `practitioner-${row.practitionerId}`, date: row.startsAt.toISOString() } : undefined;
  }
  const where = { where: { id }, select: { roomId: true, startsAt: true } };
  const row = kind === 'case' ? await tx.case.findUnique(where) : await tx.hold.findUnique(where);
  return row ? { schedule: `room-${row.roomId}`, date: row.startsAt.toISOString() } : undefined;
}

/** A week from now on when nothing was asked; never more than a month. */
export function rangeOf({ gte, lt }: { gte?: string; lt?: string }, now: string): Range {
  const from = gte ?? now;
  const furthest = `${addDays(from.slice(0, 10), 31)}${from.slice(10)}`;
  const to = lt ?? `${addDays(from.slice(0, 10), 7)}${from.slice(10)}`;
  return { gte: from, lt: to < furthest ? to : furthest };
}
