import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { deliveryActivities } from '../../activities/delivery.ts';
import { mailboxTransport } from '../../activities/mail/mailbox.ts';
import { type Availability, fits } from '../../domain/availability.ts';
import { atLocal } from '../../domain/civil.ts';
import { announceOpenTime } from '../../ledger/availability.ts';
import { policyOf } from '../../ledger/facility.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Database } from '../../prisma/client.ts';
import { testDatabase } from '../database.ts';
import { createWorld, type World } from '../world.ts';

let db: Database;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ db, close } = await testDatabase());
});
afterAll(() => close());

const now = '2027-03-01T15:00:00.000Z';

async function open(on: Database, world: World, date: string, from: string, to: string, knownTo: string[] = []): Promise<string> {
  const { facilityId, zone, room } = world;
  const intervals = [{ startsAt: atLocal(date, from, zone), endsAt: atLocal(date, to, zone) }];
  const id = crypto.randomUUID();
  const place = { facilityId, roomId: room.id, zone, shadow: false, policy: await policyOf(db, facilityId) };
  const news = { subject: { kind: 'hold' as const, id }, cause: 'hold deleted' as const, intervals, openedAt: now, now, knownTo };
  await inTransaction(on, (tx) => announceOpenTime(tx, { ...place, ...news }));
  return id;
}

/** People, each alone in a group with one provider. */
async function crowd(world: World, wishes: { availability?: Availability; minCaseMinutes?: number; alerts?: string }[]): Promise<string[]> {
  const { facilityId } = world;
  const rows = wishes.map((wish, n) => ({ ...wish, n, id: crypto.randomUUID(), groupId: crypto.randomUUID() }));
  await db.group.createMany({ data: rows.map(({ groupId, n }) => ({ id: groupId, facilityId, name: `Group ${n}` })) });
  const email = (n: number) => `p${n}@crowd.example`;
  await db.person.createMany({
    data: rows.map(({ id, n, alerts = 'real-time' }) => ({
      id,
      facilityId,
      name: `Person ${n}`,
      email: email(n),
      role: 'block contact',
      availabilityAlerts: alerts,
    })),
  });
  await db.membership.createMany({ data: rows.map(({ id, groupId }) => ({ personId: id, groupId })) });
  for (const { groupId, n, availability, minCaseMinutes } of rows)
    await db.provider.create({
      data: { facilityId, groupId, name: `Dr. ${n}`, ...(availability && { availability }), minCaseMinutes: minCaseMinutes ?? null },
    });
  return rows.map(({ id }) => id);
}

/** The database with a note of each statement that goes through it. */
function counting(): { counted: Database; statements: string[] } {
  const statements: string[] = [];
  const counted = db.$extends({
    query: {
      $allOperations({ operation, args, query }) {
        statements.push(operation);
        return query(args);
      },
    },
  }) as unknown as Database;
  return { counted, statements };
}

const quarter = fc
  .integer({ min: 16, max: 92 })
  .map((n) => `${String(Math.floor(n / 4)).padStart(2, '0')}:${String((n % 4) * 15).padStart(2, '0')}`);
const window = fc
  .tuple(quarter, quarter)
  .filter(([a, b]) => a !== b)
  .map((pair) => pair.sort() as [string, string]);
const availability = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 7 }), window), { selector: ([day]) => day, maxLength: 7 })
  .map((days): Availability => days.map(([weekday, [from, to]]) => ({ weekday, from, to })));
const surgeon = fc.record({ availability: fc.option(availability, { nil: undefined }), minCaseMinutes: fc.integer({ min: 1, max: 700 }) });

test.each(['America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'])(
  'C-44: PostgreSQL and the pure rule tell the very same people, in %s, on days when the clock changes too',
  async (zone) => {
    const world = await createWorld(db, { name: `Crowd ${zone}`, zone });
    const wishes = fc.sample(surgeon, { numRuns: 150, seed: 44 });
    const people = await crowd(world, wishes);
    for (const [date, from, to] of [
      ['2027-03-14', '07:00', '17:00'],
      ['2027-04-04', '08:30', '11:15'],
      ['2027-04-07', '13:00', '16:00'],
    ] as const) {
      await db.message.deleteMany();
      // a claim on either side: the run is what opened, not the whole day
      const around = [
        ['07:00', from],
        [to, '17:00'],
      ].filter(([a, b]) => a !== b);
      for (const [a, b] of around)
        await db.claim.create({
          data: {
            facilityId: world.facilityId,
            roomId: world.room.id,
            subjectKind: 'hold',
            subjectId: crypto.randomUUID(),
            claimedAt: now,
            startsAt: atLocal(date, a!, zone),
            endsAt: atLocal(date, b!, zone),
          },
        });
      await open(db, world, date, from, to);
      const run = { startsAt: atLocal(date, from, zone), endsAt: atLocal(date, to, zone) };
      const expected = people.filter((_, n) => {
        const { availability: days = null, minCaseMinutes } = wishes[n]!;
        return fits(run, { name: '', availability: days, minCaseMinutes }, zone);
      });
      const told = await db.message.findMany({ where: { personId: { in: people } }, select: { personId: true } });
      expect(new Set(told.map(({ personId }) => personId))).toEqual(new Set(expected));
      expect(expected.length).toBeGreaterThan(0);
      expect(expected.length).toBeLessThan(people.length);
    }
  },
);

test('C-46: 600 people are one statement, and each hundred of their mails costs one more than any other batch', async () => {
  const world = await createWorld(db, { name: 'Six hundred' });
  await crowd(
    world,
    Array.from({ length: 600 }, () => ({})),
  );
  await db.message.deleteMany();
  const { counted, statements } = counting();
  await open(counted, world, '2027-03-09', '08:00', '14:00');
  expect(statements).toEqual(['$executeRaw', '$executeRaw']); // the mails, and the wake-up of the delivery life: one, however many
  expect(await db.message.count({ where: { kind: 'availability alert', state: 'waiting' } })).toBe(602);

  statements.length = 0;
  const delivery = deliveryActivities({
    db: counted,
    transports: [mailboxTransport(db)],
    from: 'a@b.example',
    publicUrl: 'https://h.example',
  });
  let batches = 0;
  for (;;) {
    const { batchId } = await delivery.claimBatch('mailbox', now);
    if (!batchId) break;
    batches++;
    await delivery.sendBatch(batchId, now);
  }
  expect(batches).toBe(7);
  expect(statements.length).toBeLessThanOrEqual(batches * 12 + 5);
  expect(await db.message.count({ where: { kind: 'availability alert', state: 'sent' } })).toBe(602);
}, 60_000);

test('C-28: who is restricted is not told of time that Find Open Time does not show them; others are', async () => {
  const utilization = { restrictBelow: 0.5, seeOnlyWithinDays: 7 };
  const world = await createWorld(db, { name: 'Restricted', settings: { hold: { utilization } } });
  await db.person.update({ where: { id: world.other.id }, data: { restrictedAt: now } });
  await db.message.deleteMany();
  await open(db, world, '2027-03-08', '08:00', '14:00');
  await open(db, world, '2027-03-09', '08:00', '14:00');
  const delivery = deliveryActivities({ db, transports: [mailboxTransport(db)], from: 'a@b.example', publicUrl: 'https://h.example' });
  await delivery.claimBatch('mailbox', now);
  const states = async (personId: string) =>
    (await db.message.findMany({ where: { personId }, orderBy: { id: 'asc' } })).map(({ state }) => state);
  expect(await states(world.other.id)).toEqual(['claimed', 'withdrawn']);
  expect(await states(world.contact.id)).toEqual(['claimed', 'claimed']);
});
