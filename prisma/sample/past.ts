/** What became of the sample's past blocks: on some days part of the unbooked time was given back, and part of that used again by others (F-18). */
import { addDays, atLocal, earlierOf, startOfDay, zoneDate } from '../../domain/civil.ts';
import { type Interval, longerThan, minutesOf, subtract } from '../../domain/interval.ts';
import { iso } from '../../ledger/transaction.ts';
import type { Tx } from '../client.ts';
import { fraction } from './fraction.ts';

type Facility = { facilityId: string; zone: string; now: string };
type Other = { id: string; groupId: string; contactId: string };

export async function plantPast(tx: Tx, { facilityId, zone, now }: Facility): Promise<void> {
  const blocks = await tx.block.findMany({
    where: { facilityId, endsAt: { lte: now } },
    orderBy: { startsAt: 'asc' },
    include: { room: true },
  });
  const cases = await tx.case.findMany({ where: { facilityId }, select: { roomId: true, startsAt: true, endsAt: true } });
  const others = await providersOf(tx, facilityId);
  for (const { id: blockId, roomId, groupId, date, ...block } of blocks) {
    const whole = { startsAt: iso(block.startsAt), endsAt: iso(block.endsAt) };
    const booked = cases.filter((one) => one.roomId === roomId).map((one) => ({ startsAt: iso(one.startsAt), endsAt: iso(one.endsAt) }));
    const [part] = longerThan(subtract([whole], booked), 120);
    const day = date.toISOString().slice(0, 10);
    // on one day in five: days with time given back teach the prediction nothing, and a newcomer shall find alerts in the mailbox
    if (!part || fraction(`given back ${block.room.name} ${day}`) > 0.2) continue;
    const chance = fraction(`past ${block.room.name} ${day}`);
    const byHolder = chance < 0.7;
    const releasedAt = byHolder
      ? atLocal(addDays(day, -9 - Math.floor(chance * 12)), '09:30', zone)
      : startOfDay(addDays(day, -block.windowDays), zone);
    const how = byHolder ? { kind: 'partial', releasedBy: 'the holder' } : { kind: 'mandatory', releasedBy: 'Holdfast' };
    await tx.release.create({ data: { blockId, roomId, ...part, ...how, releasedAt, visibleAt: releasedAt } });
    const taker = others.filter((one) => one.groupId !== groupId)[Math.floor(chance * 100) % (others.length - 1)];
    if (taker && chance > 0.4) await plantTaking(tx, { facilityId, zone, roomId, room: block.room.name, part, releasedAt, day }, taker);
  }
}

function providersOf(tx: Tx, facilityId: string): Promise<Other[]> {
  return tx.$queryRaw<Other[]>`
    SELECT v.id, g.id AS "groupId", g."mainContactId" AS "contactId" FROM "Provider" v JOIN "Group" g ON g.id = v."groupId"
    WHERE v."facilityId" = ${facilityId}::uuid ORDER BY v.name`;
}

type Taking = { facilityId: string; zone: string; roomId: string; room: string; part: Interval; releasedAt: string; day: string };

/** Another group books into it, most often through a hold that it fills in whole or in part. */
async function plantTaking(tx: Tx, { facilityId, zone, roomId, room, part, releasedAt, day }: Taking, taker: Other): Promise<void> {
  const chance = fraction(`taken ${room} ${day}`);
  const bookedAt = new Date(Date.parse(releasedAt) + 26 * 3_600_000).toISOString();
  const caseEnd = earlierOf(part.endsAt, new Date(Date.parse(part.startsAt) + (chance < 0.5 ? 90 : 150) * 60_000).toISOString());
  const taken = { facilityId, roomId, groupId: taker.groupId, providerId: taker.id };
  const booking = { ...taken, startsAt: part.startsAt, endsAt: caseEnd };
  if (chance < 0.8)
    await tx.case.create({ data: { ...booking, number: `S-OPEN-${room.replace(' ', '')}-${day}`, bookedAt, receivedAt: bookedAt } });
  if (chance < 0.2) return;
  const heldEnd = earlierOf(part.endsAt, new Date(Date.parse(part.startsAt) + 180 * 60_000).toISOString());
  const held = { ...taken, startsAt: part.startsAt, endsAt: heldEnd };
  const expiresAt = startOfDay(addDays(zoneDate(part.startsAt, zone), -3), zone);
  const usedMinutes = chance < 0.8 ? minutesOf({ startsAt: part.startsAt, endsAt: caseEnd }) : 0;
  const times = { requestedAt: bookedAt, confirmedAt: bookedAt, endedAt: expiresAt, expiresAt, nextAt: expiresAt };
  const state = caseEnd >= heldEnd && usedMinutes > 0 ? 'used' : 'expired';
  const { id } = await tx.hold.create({ data: { ...held, ...times, requesterId: taker.contactId, state, usedMinutes, next: {} } });
  const claim = { facilityId, roomId, startsAt: held.startsAt, endsAt: held.endsAt, subjectKind: 'hold', subjectId: id };
  await tx.claim.create({ data: { ...claim, claimedAt: bookedAt, freedAt: expiresAt } });
}
