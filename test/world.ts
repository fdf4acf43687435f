import { addDays, atLocal, zoneDate } from '../domain/civil.ts';
import { systemActor } from '../domain/decision.ts';
import { PolicySettings } from '../domain/policy.ts';
import type { SeriesTerms } from '../domain/series.ts';
import { createFacility, policyOf, setRoomHours } from '../ledger/facility.ts';
import { createBlocks } from '../ledger/new-block.ts';
import { type Proposal, proposeTransfer } from '../ledger/new-transfer.ts';
import { createSeries } from '../ledger/series-change.ts';
import { inTransaction } from '../ledger/transaction.ts';
import type { Database } from '../prisma/client.ts';

export type World = Awaited<ReturnType<typeof createWorld>>;
type Wishes = { name?: string; zone?: string; settings?: object };

/** A facility with one room, a group with its main contact and a provider, a facility scheduler and a support agent. */
export async function createWorld(db: Database, { name = 'Test Center', zone = 'America/New_York', settings = {} }: Wishes = {}) {
  const facilityId = await createFacility(db, {
    name,
    zone,
    settings: PolicySettings.parse({ mail: { spreadSeconds: 0 }, ...settings }),
    by: 'test',
  });
  const person = (who: string, role: string) =>
    db.person.create({
      data: {
        facilityId,
        name: who,
        role,
        email: `${who.toLowerCase().replace(' ', '.')}@${name.toLowerCase().replace(/\W/g, '')}.example`,
      },
    });
  const scheduler = await person('Robin Fields', 'facility scheduler');
  const support = await person('Sasha Support', 'support');
  const contact = await person('Dana Reyes', 'block contact');
  const other = await person('Chris Lind', 'block contact');
  const room = await db.room.create({ data: { facilityId, name: 'OR 1' } });
  const room2 = await db.room.create({ data: { facilityId, name: 'OR 2' } });
  for (const { id } of [room, room2]) await setRoomHours(db, id, [1, 2, 3, 4, 5, 6, 7], '07:00', '17:00');
  const group = await db.group.create({
    data: { facilityId, name: 'Orthopedics', mainContactId: contact.id, members: { create: { personId: contact.id } } },
  });
  const otherGroup = await db.group.create({
    data: { facilityId, name: 'ENT', mainContactId: other.id, members: { create: { personId: other.id } } },
  });
  const provider = await db.provider.create({ data: { facilityId, groupId: group.id, name: 'Dr. Okafor' } });
  const otherProvider = await db.provider.create({ data: { facilityId, groupId: otherGroup.id, name: 'Dr. Sato' } });
  return { db, facilityId, zone, scheduler, support, contact, other, room, room2, group, otherGroup, provider, otherProvider };
}

/** A block of the world's group, 07:00 to 15:00 on that civil date. Returns its id. */
export async function createBlock(
  world: World,
  date: string,
  now: string,
  wishes: { windowDays?: number; roomId?: string; groupId?: string } = {},
): Promise<string> {
  const { db, facilityId, zone } = world;
  const { windowDays, roomId = world.room.id, groupId = world.group.id } = wishes;
  return inTransaction(db, async (tx) => {
    const policy = await policyOf(tx, facilityId);
    const interval = { startsAt: atLocal(date, '07:00', zone), endsAt: atLocal(date, '15:00', zone) };
    const [block] = await createBlocks(
      tx,
      { id: facilityId, zone, policy },
      [{ roomId, groupId, windowDays, ...interval }],
      systemActor,
      now,
    );
    return block!.facts.id;
  });
}

/** Lets blocks change hands in the world's facility (F-07). */
export async function allowTransfers({ db, facilityId }: World, more: object = {}): Promise<void> {
  const { settings, version, ...rest } = await db.policy.findFirstOrThrow({ where: { facilityId }, orderBy: { version: 'desc' } });
  const changed = { ...(settings as object), transfer: { enabled: true, ...more } };
  const { id: _id, recordedAt: _at, ...row } = rest;
  await db.policy.create({ data: { ...row, settings: PolicySettings.parse(changed), version: version + 1 } });
}

/** The world's contact proposes that a block of theirs goes to the other group (F-07); switches it on where it is off. */
export async function proposeIn(world: World, wish: Partial<Proposal> & { blockId: string }, now: string) {
  const { db, facilityId, contact, otherGroup } = world;
  if (!(await policyOf(db, facilityId)).transfer.enabled) await allowTransfers(world);
  const actor = { personId: contact.id, name: contact.name, role: 'block contact', channel: 'page' } as const;
  const proposal = { facilityId, toGroupId: otherGroup.id, proposerId: contact.id, ...wish };
  return inTransaction(db, (tx) => proposeTransfer(tx, proposal, actor, now));
}

/** A series of the world's group on Tuesdays from 07:00 to 15:00. */
export function createSeriesIn({ db, facilityId, zone, room, group }: World, terms: Partial<SeriesTerms>, now: string) {
  const weekly = { kind: 'weekly' as const, weekdays: [2], everyWeeks: 1 };
  const all = { roomId: room.id, groupId: group.id, providerId: null, from: '07:00', to: '15:00', recurrence: weekly, validUntil: null };
  const rest = { validFrom: zoneDate(now, zone), skippedDates: [], windowDays: null };
  return inTransaction(db, (tx) => createSeries(tx, { id: facilityId, zone }, { ...all, ...rest, ...terms }, { actor: systemActor, now }));
}

/**
 * Weekly past blocks of the world's group, each with one case of `minutes` at the start, booked `leadDays` ahead: a
 * holder who fills so much, so early, and then nothing more.
 */
export async function createHistory(world: World, before: string, { weeks = 40, leadDays = 30, minutes = 120 } = {}): Promise<void> {
  const { db, facilityId, zone, room, group, provider } = world;
  for (let week = 1; week <= weeks; week++) {
    const date = addDays(before, -7 * week);
    const startsAt = atLocal(date, '07:00', zone);
    const common = { facilityId, roomId: room.id, groupId: group.id, startsAt };
    await db.block.create({
      data: {
        ...common,
        endsAt: atLocal(date, '15:00', zone),
        date: new Date(date),
        windowDays: 7,
        state: 'closed',
        next: {},
        nextAt: startsAt,
      },
    });
    const bookedAt = new Date(Date.parse(startsAt) - leadDays * 86_400_000).toISOString();
    const endsAt = new Date(Date.parse(startsAt) + minutes * 60_000).toISOString();
    await db.case.create({
      data: { ...common, endsAt, providerId: provider.id, number: `H-${week}-${date}`, bookedAt, receivedAt: bookedAt },
    });
  }
}

/** A provider with a care coordinator assigned; their ids by the nouns of the API. */
export async function coordinatorIn({ db, facilityId }: World) {
  const email = (who: string) => `${who}-${facilityId}@care.example`;
  const provider = await db.person.create({ data: { facilityId, name: 'Dr. Vale', role: 'practitioner', email: email('vale') } });
  const practitioner = await db.practitioner.create({
    data: { facilityId, personId: provider.id, name: 'Dr. Vale', initials: 'DV' },
  });
  const person = await db.person.create({ data: { facilityId, name: 'Pat Moreno', role: 'care coordinator', email: email('moreno') } });
  const week = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '08:00', to: '16:00' }));
  await db.coordinator.create({ data: { personId: person.id, facilityId, kind: 'remote', zone: 'America/Denver', hours: week } });
  const assignment = await db.coordinatorAssignment.create({
    data: { facilityId, practitionerId: practitioner.id, coordinatorId: person.id, since: '2026-01-01T00:00:00Z' },
  });
  return { practitioners: practitioner.id, coordinators: person.id, 'coordinator-assignments': assignment.id, people: provider.id };
}
