/**
 * U-11 against PostgreSQL: whatever people and the system do, in whatever order, repeated or aborted half-way, the accounts
 * of a room's day are right after each step.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { blockActivities } from '../../activities/block.ts';
import { holdActivities } from '../../activities/hold.ts';
import { addDays, addMinutes, atLocal, laterOf } from '../../domain/civil.ts';
import { type Actor, systemActor } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { cancelCase, reportCase } from '../../ledger/case.ts';
import { policyOf } from '../../ledger/facility.ts';
import { createBlocks } from '../../ledger/new-block.ts';
import { requestHold } from '../../ledger/new-hold.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { cancelVacation, enterVacation } from '../../ledger/vacation.ts';
import type { Database, Tx } from '../../prisma/client.ts';
import { expectAccounted } from '../accounting.ts';
import { testDatabase } from '../database.ts';
import { createWorld, type World } from '../world.ts';

const start = '2027-01-04T12:00:00.000Z';
let world: World;
let close: () => Promise<void>;
let day = 0;

beforeAll(async () => {
  const { db, close: closeDatabase } = await testDatabase();
  close = closeDatabase;
  world = await createWorld(db);
});
afterAll(() => close());

/** A database whose transactions do all their work and then fail, as when the connection is lost before the commit. */
const aborting = (db: Database) =>
  ({
    $transaction: (run: (tx: Tx) => Promise<unknown>, options: object) =>
      db.$transaction(async (tx) => {
        await run(tx);
        throw new Aborted();
      }, options),
  }) as unknown as Database;
class Aborted extends Error {}

type Way = 'once' | 'aborted, then again' | 'twice';
type Op = { what: (typeof kinds)[number]; from: number; length: number; pick: number; own: boolean; way: Way };
const kinds = [
  'book',
  'move',
  'cancel',
  'request',
  'request',
  'confirm',
  'deny',
  'change',
  'delete',
  'vacation',
  'release part',
  'release part',
  'release all',
  'undo',
  'undo by support',
  'keep',
  'time',
  'time',
] as const;

const ops = fc.array(
  fc.record<Op>({
    what: fc.constantFrom(...kinds),
    from: fc.integer({ min: 0, max: 38 }).map((n) => n * 15),
    length: fc.integer({ min: 1, max: 16 }).map((n) => n * 15),
    pick: fc.nat(),
    own: fc.boolean(),
    way: fc.constantFrom<Way>('once', 'once', 'once', 'aborted, then again', 'twice'),
  }),
  { minLength: 12, maxLength: 26 },
);

/** A day of its own in room 1: a surgeon's block 07:00 to 11:00, the group's 11:00 to 15:00, then open until 17:00. */
async function newDay() {
  const { db, facilityId, zone, room, group, provider } = world;
  const date = addDays('2027-03-01', day++);
  const at = (wall: string) => atLocal(date, wall, zone);
  const wanted = [
    { roomId: room.id, groupId: group.id, providerId: provider.id, startsAt: at('07:00'), endsAt: at('11:00') },
    { roomId: room.id, groupId: group.id, startsAt: at('11:00'), endsAt: at('15:00') },
  ];
  const blocks = await inTransaction(db, async (tx) =>
    createBlocks(tx, { id: facilityId, zone, policy: await policyOf(tx, facilityId) }, wanted, systemActor, start),
  );
  return { date, opens: at('07:00'), blocks: blocks.map(({ facts }) => facts.id) };
}

type Day = Awaited<ReturnType<typeof newDay>> & { now: string; numbers: string[] };
const acting = ({ id, name, role }: { id: string; name: string; role: string }): Actor =>
  ({ personId: id, name, role, channel: 'page' }) as Actor;

/** The step that an operation is, on whichever database; undefined where there is nothing to do it to. */
async function stepOf(op: Op, today: Day, id: string): Promise<((db: Database) => Promise<unknown>) | undefined> {
  const { facilityId, room, room2, group, otherGroup, provider, otherProvider, contact, other, scheduler, support, zone } = world;
  const { now, date } = today;
  const startsAt = addMinutes(today.opens, op.from);
  const time = { startsAt, endsAt: addMinutes(startsAt, op.length) };
  const place = { roomId: room.id, ...time };
  const one = <Of>(some: Of[]) => some[op.pick % Math.max(1, some.length)];
  const blockId = one(today.blocks)!;
  const onBlock = (choice: object, by: typeof contact) => (db: Database) =>
    blockActivities({ db }).decideBlock(blockId, { id, actor: acting(by), decidedAt: now, ...choice });
  const onHold = async (choice: object) => {
    const live = { facilityId, state: { in: ['pending', 'confirmed'] }, endsAt: { gt: now } };
    const hold = one(await world.db.hold.findMany({ where: live, orderBy: { id: 'asc' } }));
    const act = { id, actor: acting(op.own ? scheduler : other), decidedAt: now, reason: 'so it is', ...choice };
    return hold && ((db: Database) => holdActivities({ db }).decideHold(hold.id, act));
  };
  const book = (number: string) => (db: Database) =>
    inTransaction(db, (tx) =>
      reportCase(tx, { facilityId, number, groupId: op.own ? group.id : otherGroup.id, ...place }, acting(scheduler), now),
    );
  switch (op.what) {
    case 'book':
      today.numbers.push(`${date}-${today.numbers.length}`);
      return book(today.numbers.at(-1)!);
    case 'move':
      return today.numbers.length > 0 ? book(one(today.numbers)!) : undefined;
    case 'cancel': {
      const number = one(today.numbers);
      return number === undefined
        ? undefined
        : (db) => inTransaction(db, (tx) => cancelCase(tx, { facilityId, number }, acting(scheduler), now));
    }
    case 'request': {
      const who = op.own ? { providerId: provider.id, requesterId: contact.id } : { providerId: otherProvider.id, requesterId: other.id };
      return (db) => inTransaction(db, (tx) => requestHold(tx, { facilityId, ...place, ...who }, acting(op.own ? contact : other), now));
    }
    case 'confirm':
    case 'deny':
    case 'delete':
      return onHold({ action: op.what });
    case 'change':
      return onHold({ action: 'change', roomId: op.own ? room.id : room2.id, interval: time });
    case 'release part':
      return onBlock({ action: 'release part', intervals: [time] }, contact);
    case 'release all':
    case 'keep':
      return onBlock({ action: op.what }, contact);
    case 'undo':
      return onBlock({ action: 'undo', acceptPart: op.own }, contact);
    case 'undo by support':
      return onBlock({ action: 'undo', acceptPart: true }, support);
    case 'vacation':
      return (db) => vacation(db, date, zone, now);
    case 'time':
      return undefined;
  }
}

/** Enters the day, sends the decisions that this wrote for the blocks' lives, and takes the day back so that it can come again. */
async function vacation(db: Database, date: string, zone: string, now: string): Promise<void> {
  const { provider, contact } = world;
  const entered = await inTransaction(db, (tx) => enterVacation(tx, provider, { from: date, to: date, zone }, acting(contact), now));
  const rows = await world.db.wakeUp.findMany({ where: { kind: 'update', payload: { path: ['name'], equals: 'decideBlock' } } });
  await world.db.wakeUp.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } });
  for (const { workflowId, payload } of rows) {
    const { decision } = payload as { decision: object };
    await refusalsAside(() => blockActivities({ db }).decideBlock(workflowId.slice('block/'.length), decision));
  }
  await inTransaction(db, (tx) => cancelVacation(tx, entered.vacation.id, acting(contact), now));
}

/** The rules may say no; anything else is a fault. */
async function refusalsAside(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof DomainError || error instanceof Aborted)) throw error;
  }
}

/** All steps that are due by then, in order, each as its life would take it and once more as after a crash. */
async function passTime(today: Day, until: string): Promise<void> {
  const { db, facilityId } = world;
  for (let round = 0; round < 40; round++) {
    const due = { nextAt: { lte: until } };
    const block = await db.block.findFirst({ where: { id: { in: today.blocks }, state: 'active', ...due }, orderBy: { nextAt: 'asc' } });
    const hold = await db.hold.findFirst({
      where: { facilityId, state: { in: ['pending', 'confirmed'] }, ...due },
      orderBy: { nextAt: 'asc' },
    });
    const [next] = [block && { of: 'block', ...block }, hold && { of: 'hold', ...hold }]
      .filter((one) => one !== null)
      .sort((a, b) => a.nextAt.getTime() - b.nextAt.getTime());
    if (!next) break;
    const { planBlock, planHold } = { ...blockActivities({ db }), ...holdActivities({ db }) };
    const at = laterOf(next.nextAt.toISOString(), today.now);
    for (let again = 0; again < 2; again++) await (next.of === 'block' ? planBlock : planHold)(next.id, at);
    today.now = at;
  }
  today.now = until;
}

async function accounted({ date, now }: Day): Promise<void> {
  await expectAccounted(world, world.room.id, date, now, 600);
  await expectAccounted(world, world.room2.id, date, now, 600);
}

test('U-11: random operations, repeated and aborted, leave each minute with one use, and the sum constant', {
  timeout: 300_000,
}, async () => {
  let carriedOut = 0;
  await fc.assert(
    fc.asyncProperty(ops, async (some) => {
      const today: Day = { ...(await newDay()), now: start, numbers: [] };
      await accounted(today);
      for (const op of some) {
        if (op.what === 'time') await passTime(today, addMinutes(today.now, 60 * (1 + (op.pick % (24 * 9)))));
        const step = await stepOf(op, today, crypto.randomUUID());
        if (!step) continue;
        if (op.way === 'aborted, then again') {
          await refusalsAside(() => step(aborting(world.db)));
          await accounted(today);
        }
        await refusalsAside(async () => {
          await step(world.db);
          carriedOut++;
        });
        if (op.way === 'twice') await refusalsAside(() => step(world.db));
        await accounted(today);
      }
      await passTime(today, addDays(today.date, 2).concat('T12:00:00.000Z')); // all lives to their end
      await accounted(today);
    }),
    { numRuns: 6 },
  );
  expect(carriedOut).toBeGreaterThan(20); // most is not refused
});
