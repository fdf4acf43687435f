/**
 * The sample facility: five months of made-up booking history with habits, blocks for the next weeks, one of which
 * its holder will not fill, and one request that waits for the facility scheduler. Planted once; nobody in it exists.
 */
import { addDays, atLocal, isZone, weekday, zoneDate } from '../../domain/civil.ts';
import { systemActor } from '../../domain/decision.ts';
import { PolicySettings } from '../../domain/policy.ts';
import { createFacility, policyOf, setRoomHours } from '../../ledger/facility.ts';
import { createBlocks } from '../../ledger/new-block.ts';
import { requestHold } from '../../ledger/new-hold.ts';
import { findOpenTime } from '../../ledger/open-time.ts';
import { inTransaction, lockRoomDays } from '../../ledger/transaction.ts';
import { openDatabase, type Tx } from '../client.ts';
import { plantCareTeam } from './care-team.ts';
import { plantClinic } from './clinic.ts';
import { fraction } from './fraction.ts';
import { plantPast } from './past.ts';

const sampleName = 'Lakeside Surgery Center';

/** Its people are asked at any hour, so that a newcomer finds mail at once, whenever the sample is planted. */
const settings = PolicySettings.parse({ mail: { fromLocalTime: '00:00', untilLocalTime: '23:59', spreadSeconds: 0 } });

/** Habits: how many days ahead a group books, how much of a block it fills, on which weekdays it holds which room. */
const groups = [
  {
    name: 'Lakeside Orthopedics',
    room: 'OR 1',
    days: [1, 3, 5],
    leadDays: 16,
    fill: 0.55,
    contact: 'Dana Reyes',
    provider: 'Dr. A. Okafor',
  },
  { name: 'Valley ENT', room: 'OR 2', days: [1, 2, 4], leadDays: 21, fill: 0.6, contact: 'Chris Lindqvist', provider: 'Dr. M. Sato' },
  { name: 'Harbor Gynecology', room: 'OR 3', days: [2, 3, 4], leadDays: 5, fill: 0.9, contact: 'Sam Whitfield', provider: 'Dr. L. Brandt' },
] as const;
type Group = (typeof groups)[number];

const startTimes = ['07:00', '09:30', '12:00', '14:00'];
const caseMinutes = 120;

/** Plants the clinic and the surgery center. Returns the center's id, whether planted now or before. */
export async function plantSample(url: string, now = new Date().toISOString()): Promise<string> {
  const db = openDatabase(url, 2);
  try {
    await inTransaction(db, (tx) => plantCareTeam(tx, now));
    await inTransaction(db, (tx) => plantClinic(tx, now)); // before: the newest mail, which stands on top, is the surgery center's
    const there = await db.facility.findFirst({ where: { name: sampleName, sample: true }, select: { id: true } });
    return there?.id ?? (await inTransaction(db, (tx) => plant(tx, now)));
  } finally {
    await db.$disconnect();
  }
}

async function plant(tx: Tx, now: string): Promise<string> {
  const local = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = isZone(local) ? local : 'UTC';
  const facilityId = await createFacility(tx, { name: sampleName, zone, sample: true, settings, by: 'sample' });
  const scheduler = await person(tx, facilityId, 'Robin Fields', 'facility scheduler');
  await person(tx, facilityId, 'Sasha Support', 'support');
  const rooms = new Map<string, string>();
  for (const name of ['OR 1', 'OR 2', 'OR 3', 'OR 4']) {
    const room = await tx.room.create({ data: { facilityId, name } });
    await setRoomHours(tx, room.id, [1, 2, 3, 4, 5], '07:00', '17:00');
    rooms.set(name, room.id);
  }
  for (const group of groups) await plantGroup(tx, { facilityId, zone, now, roomId: rooms.get(group.room)! }, group);
  await plantPast(tx, { facilityId, zone, now });
  await plantRequest(tx, { facilityId, zone, now, roomId: rooms.get('OR 4')! });
  return scheduler.facilityId;
}

function person(tx: Tx, facilityId: string, name: string, role: string) {
  const email = `${name.toLowerCase().replace(' ', '.')}@lakeside.example`;
  return tx.person.create({ data: { facilityId, name, email, role } });
}

type Place = { facilityId: string; zone: string; now: string; roomId: string };

async function plantGroup(tx: Tx, place: Place, habits: Group): Promise<void> {
  const { facilityId, zone, now, roomId } = place;
  const contact = await person(tx, facilityId, habits.contact, 'block contact');
  const group = await tx.group.create({
    data: { facilityId, name: habits.name, mainContactId: contact.id, members: { create: { personId: contact.id } } },
  });
  const provider = await tx.provider.create({ data: { facilityId, groupId: group.id, name: habits.provider } });
  const today = zoneDate(now, zone);
  const days = [...Array(170).keys()]
    .filter((n) => n < 140 || n > 147) // none inside its release window: the mailbox would begin with warnings
    .map((n) => addDays(today, n - 140))
    .filter((date) => (habits.days as readonly number[]).includes(weekday(date)));
  const cases = days.flatMap((date) => casesOn(date, habits, zone)).filter(({ bookedAt }) => bookedAt <= now);
  await tx.case.createMany({
    data: cases.map((one) => ({ ...one, facilityId, roomId, groupId: group.id, providerId: provider.id, receivedAt: one.bookedAt })),
  });
  const rows = await tx.case.findMany({ where: { facilityId, groupId: group.id } });
  await tx.caseEvent.createMany({
    data: rows.map((row) => ({
      caseId: row.id,
      kind: 'booked',
      roomId,
      startsAt: row.startsAt,
      endsAt: row.endsAt,
      at: row.bookedAt,
      recordedAt: row.receivedAt,
    })),
  });
  const blocks = days.map((date) => ({
    roomId,
    groupId: group.id,
    startsAt: atLocal(date, '07:00', zone),
    endsAt: atLocal(date, '16:00', zone),
  }));
  await createBlocks(tx, { id: facilityId, zone, policy: await policyOf(tx, facilityId) }, blocks, systemActor, now);
}

/** A day's cases by the group's habit; the same for a date whenever the sample is planted. */
function casesOn(date: string, { name, fill, leadDays }: Group, zone: string) {
  return startTimes.flatMap((time, index) => {
    const chance = fraction(`${name} ${date} ${time}`);
    if (chance > fill - index * 0.12) return [];
    const startsAt = atLocal(date, time, zone);
    const endsAt = new Date(Date.parse(startsAt) + caseMinutes * 60_000).toISOString();
    const bookedAt = atLocal(addDays(date, -Math.round(leadDays * (0.8 + 0.4 * fraction(`lead ${name} ${date} ${time}`)))), '10:00', zone);
    return [{ number: `S-${name.slice(0, 3).toUpperCase()}-${date}-${index + 1}`, startsAt, endsAt, bookedAt }];
  });
}

/** Somebody asks for two hours of open time in ten days or so: the facility scheduler's mail has the buttons. */
async function plantRequest(tx: Tx, { facilityId, zone, now, roomId }: Place): Promise<void> {
  const from = addDays(zoneDate(now, zone), 9);
  const [open] = await findOpenTime(tx, {
    facilityId,
    zone,
    from,
    to: addDays(from, 7),
    now,
    minMinutes: 240,
    roomIds: [roomId],
    limit: 1,
  });
  const provider = await tx.provider.findFirst({ where: { facilityId, name: groups[2].provider } });
  const requester = await tx.person.findFirst({ where: { facilityId, name: groups[2].contact } });
  if (!open || !provider || !requester) return;
  const startsAt = open.startsAt;
  const endsAt = new Date(Date.parse(startsAt) + 120 * 60_000).toISOString();
  await lockRoomDays(tx, [{ roomId, startsAt, endsAt }]);
  const actor = { personId: requester.id, name: requester.name, role: 'block contact' as const, channel: 'page' as const };
  await requestHold(tx, { facilityId, roomId, providerId: provider.id, requesterId: requester.id, startsAt, endsAt }, actor, now);
}
