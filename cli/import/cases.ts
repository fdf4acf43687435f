import { mandatoryInstant } from '../../domain/block.ts';
import { zoneDate } from '../../domain/civil.ts';
import type { Actor } from '../../domain/decision.ts';
import { type Interval, overlaps } from '../../domain/interval.ts';
import { cancelCase, reportCase } from '../../ledger/case.ts';
import type { Tx } from '../../prisma/client.ts';
import type { BlockDay } from './block-days.ts';
import type { ScheduledCase } from './check.ts';
import type { ImportFacility, Places } from './places.ts';

export type CaseCounts = { new: number; unchanged: number; changed: number };

/** A case as its row has it, ids in place of names. */
type Fields = {
  roomId: string;
  groupId: string | null;
  providerId: string | null;
  startsAt: string;
  endsAt: string;
  bookedAt: string | null;
  cancelledAt: string | null;
  description: string | null;
};
type Known = {
  [Key in keyof Fields]: Key extends 'startsAt' | 'endsAt' ? Date : Key extends `${string}At` ? Date | null : Fields[Key];
};
type Task = { number: string; fields: Fields; known: Known | undefined };

/**
 * Writes the cases. What touches nothing that lives goes in bulk; a case that lands on a live block or hold, or that
 * differs from what the facility reported before, is reported like one from the facility's own system, so that holds
 * are displaced and blocks planned anew (C-06, C-07). What the file does not say stays as it is.
 */
export async function importCases(
  tx: Tx,
  input: {
    facility: ImportFacility;
    places: Places;
    cases: ScheduledCase[];
    days: BlockDay[];
    tellsCancelled: boolean;
    actor: Actor;
    now: string;
  },
  onProgress: (done: number) => void,
): Promise<CaseCounts> {
  const { facility, places, cases, actor, now } = input;
  const known = await knownCases(tx, facility.id, cases);
  const tasks = cases.map(
    (one): Task => ({
      number: one.number,
      known: known.get(one.number),
      fields: fieldsOf(one, places, known.get(one.number), input.tellsCancelled),
    }),
  );
  const lives = facility.isNew ? new Map<string, Interval[]>() : await livesIn(tx, facility.id);
  const lands = ({ fields }: Task) =>
    fields.cancelledAt === null &&
    (lives.get(fields.roomId) ?? []).some((one) => one.startsAt < fields.endsAt && one.endsAt > fields.startsAt);
  const credit = creditBy(input.days, facility, places);

  const changed = tasks.filter((task) => task.known && differs(task.known, task.fields));
  const fresh = tasks.filter((task) => !task.known);
  const landing = new Set(fresh.filter(lands));
  const plain = fresh.filter((task) => !landing.has(task));
  let done = cases.length - fresh.length - changed.length;
  onProgress(done);
  for (let at = 0; at < plain.length; at += chunk) {
    await insert(tx, facility.id, plain.slice(at, at + chunk), credit, now);
    done += Math.min(chunk, plain.length - at);
    onProgress(done);
  }
  for (const task of [...changed, ...landing]) {
    await report(tx, facility.id, task, credit, actor, now);
    onProgress(++done);
  }
  return { new: fresh.length, unchanged: cases.length - fresh.length - changed.length, changed: changed.length };
}

const chunk = 500;

async function knownCases(tx: Tx, facilityId: string, cases: ScheduledCase[]): Promise<Map<string, Known>> {
  const rows = await tx.$queryRaw<(Known & { number: string })[]>`
    SELECT number, "roomId", "groupId", "providerId", "startsAt", "endsAt", "bookedAt", "cancelledAt", description
    FROM "Case" WHERE "facilityId" = ${facilityId}::uuid AND number = ANY (${cases.map(({ number }) => number)})`;
  return new Map(rows.map((row) => [row.number, row]));
}

function fieldsOf(one: ScheduledCase, places: Places, known: Known | undefined, tellsCancelled: boolean): Fields {
  const provider = one.provider === null ? undefined : places.providers.get(one.provider);
  return {
    roomId: places.rooms.get(one.room)!.id,
    groupId: (one.group === null ? provider?.groupId : places.groups.get(one.group)!.id) ?? known?.groupId ?? null,
    providerId: provider?.id ?? known?.providerId ?? null,
    startsAt: one.startsAt,
    endsAt: one.endsAt,
    bookedAt: one.bookedAt ?? known?.bookedAt?.toISOString() ?? null,
    cancelledAt: tellsCancelled ? one.cancelledAt : (known?.cancelledAt?.toISOString() ?? null),
    description: one.description ?? known?.description ?? null,
  };
}

function differs(known: Known, fields: Fields): boolean {
  return (Object.keys(fields) as (keyof Fields)[]).some((key) => text(known[key]) !== fields[key]);
}

const text = (value: Date | string | null) => (value instanceof Date ? value.toISOString() : value);

/** The times of live blocks and holds, by room. */
async function livesIn(tx: Tx, facilityId: string): Promise<Map<string, Interval[]>> {
  const select = { roomId: true, startsAt: true, endsAt: true };
  const blocks = await tx.block.findMany({ where: { facilityId, state: { notIn: ['closed', 'cancelled'] } }, select });
  const holds = await tx.hold.findMany({ where: { facilityId, state: { in: ['pending', 'confirmed'] } }, select });
  const byRoom = new Map<string, Interval[]>();
  for (const { roomId, startsAt, endsAt } of [...blocks, ...holds]) {
    const life = { startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
    const inRoom = byRoom.get(roomId);
    if (inRoom) inRoom.push(life);
    else byRoom.set(roomId, [life]);
  }
  return byRoom;
}

/** C-06: was it booked before its own group's block was released by itself? null: no block of the group there, or nobody knows when. */
function creditBy(days: BlockDay[], { zone, policy }: ImportFacility, { rooms, groups }: Places) {
  const key = (roomId: string, groupId: string | null, date: string) => `${roomId} ${groupId} ${date}`;
  const blocks = new Map(days.map((day) => [key(rooms.get(day.room)!.id, groups.get(day.group)!.id, day.date), day]));
  return (fields: Fields): boolean | null => {
    const block = blocks.get(key(fields.roomId, fields.groupId, zoneDate(fields.startsAt, zone)));
    if (!block || fields.bookedAt === null || !overlaps(block, fields)) return null;
    return fields.bookedAt < mandatoryInstant({ date: block.date, windowDays: policy.mandatory.windowDays, zone });
  };
}

type Credit = ReturnType<typeof creditBy>;

async function insert(tx: Tx, facilityId: string, tasks: Task[], credit: Credit, now: string): Promise<void> {
  const data = tasks.map(({ number, fields }) => ({ ...fields, facilityId, number, credited: credit(fields), receivedAt: now }));
  const rows = await tx.case.createManyAndReturn({ data, select: { id: true, number: true } });
  const ids = new Map(rows.map(({ id, number }) => [number, id]));
  const events = tasks.flatMap(({ number, fields: { roomId, startsAt, endsAt, bookedAt, cancelledAt } }) => {
    const event = { caseId: ids.get(number)!, roomId, startsAt, endsAt, recordedAt: now };
    const booked = { ...event, kind: 'booked', at: bookedAt };
    return cancelledAt === null ? [booked] : [booked, { ...event, kind: 'cancelled', at: cancelledAt }];
  });
  await tx.caseEvent.createMany({ data: events });
}

async function report(
  tx: Tx,
  facilityId: string,
  { number, fields, known }: Task,
  credit: Credit,
  actor: Actor,
  now: string,
): Promise<void> {
  const { roomId, startsAt, endsAt, groupId, providerId, bookedAt, cancelledAt } = fields;
  const moved = !known || (['roomId', 'startsAt', 'endsAt'] as const).some((key) => text(known[key]) !== fields[key]);
  if (cancelledAt !== null) {
    if (known && !known.cancelledAt) await cancelCase(tx, { facilityId, number }, actor, now);
  } else if (moved || known.cancelledAt) {
    const given = { groupId: groupId ?? undefined, providerId: providerId ?? undefined, bookedAt: bookedAt ?? undefined };
    await reportCase(tx, { facilityId, number, roomId, startsAt, endsAt, ...given }, actor, now);
  }
  await tx.case.update({
    where: { facilityId_number: { facilityId, number } },
    data: { ...fields, credited: credit(fields), version: { increment: 1 } },
    select: { id: true },
  });
}
