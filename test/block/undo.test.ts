import { afterAll, beforeAll, expect, test } from 'vitest';

import { blockActivities } from '../../activities/block.ts';
import { holdActivities } from '../../activities/hold.ts';
import { addDays, addMinutes, atLocal } from '../../domain/civil.ts';
import type { Actor } from '../../domain/decision.ts';
import { cancelCase, reportCase } from '../../ledger/case.ts';
import { requestHold } from '../../ledger/new-hold.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { expectAccounted } from '../accounting.ts';
import { testDatabase } from '../database.ts';
import { createBlock, createWorld, type World } from '../world.ts';

const now = '2027-01-04T12:00:00.000Z';
let world: World;
let close: () => Promise<void>;
let date = '2027-03-01';
let blockId: string;
const at = (wall: string) => atLocal(date, wall, world.zone);
const part = (from: string, to: string) => ({ startsAt: at(from), endsAt: at(to) });

beforeAll(async () => {
  const { db, close: closeDatabase } = await testDatabase();
  close = closeDatabase;
  world = await createWorld(db, { settings: { release: { undoMinutes: 10 } } });
});
afterAll(() => close());

const acting = ({ id, name, role }: { id: string; name: string; role: string }): Actor =>
  ({ personId: id, name, role, channel: 'page' }) as Actor;
const decideBlock = (choice: object, by: { id: string; name: string; role: string }, decidedAt: string) =>
  blockActivities({ db: world.db }).decideBlock(blockId, { id: crypto.randomUUID(), actor: acting(by), decidedAt, ...choice });
const decideHold = (id: string, choice: object, by: { id: string; name: string; role: string }, decidedAt: string) =>
  holdActivities({ db: world.db }).decideHold(id, { id: crypto.randomUUID(), actor: acting(by), decidedAt, ...choice });
const undo = (decidedAt: string) => decideBlock({ action: 'undo', acceptPart: true, reason: 'by mistake' }, world.support, decidedAt);
const released = async () =>
  (await world.db.release.findMany({ where: { blockId, undoneAt: null }, orderBy: { startsAt: 'asc' } })).map(
    ({ startsAt, endsAt, wantedBackAt }) => [startsAt.toISOString(), endsAt.toISOString(), wantedBackAt !== null],
  );
const accounted = (then: string) => expectAccounted(world, world.room.id, date, then, 600);
/** Who was told of what about the block, without a word twice. */
const toldOf = async (kind: string) =>
  (await world.db.message.findMany({ where: { subjectId: blockId, kind }, include: { person: true }, orderBy: { createdAt: 'asc' } })).map(
    ({ person }) => person?.name,
  );

async function request(from: string, to: string, then: string): Promise<string> {
  const { db, facilityId, room, other, otherProvider } = world;
  const wish = { facilityId, roomId: room.id, providerId: otherProvider.id, requesterId: other.id, ...part(from, to) };
  return (await inTransaction(db, (tx) => requestHold(tx, wish, acting(other), then))).facts.id;
}

/** A block of a day of its own, released whole by its contact at `now`. */
async function releaseAll(): Promise<void> {
  date = addDays(date, 1);
  blockId = await createBlock(world, date, now);
  await decideBlock({ action: 'release all' }, world.contact, now);
  await accounted(now);
}

test('U-10: undone while hidden or open and untouched, all comes back and everyone told is told again', async () => {
  for (const minutes of [5, 60]) {
    await releaseAll();
    await undo(addMinutes(now, minutes));
    expect(await released()).toEqual([]);
    await accounted(addMinutes(now, minutes));
    expect(await toldOf('release notification')).toEqual(['Dana Reyes', 'Robin Fields']);
    expect((await toldOf('release undone')).sort()).toEqual(['Dana Reyes', 'Robin Fields', 'Sasha Support']);
  }
});

test.each([false, true])(
  'U-10: undone when part is requested (confirmed: %s), the rest comes back at once, and what was taken when its hold ends',
  async (confirmed) => {
    await releaseAll();
    const then = addMinutes(now, 30);
    const hold = await request('09:00', '11:00', then);
    if (confirmed) await decideHold(hold, { action: 'confirm' }, world.scheduler, then);
    await accounted(then);
    const { receipt } = await undo(addMinutes(now, 40));
    expect(receipt).toMatchObject({ summary: 'What nobody has taken came back; what is taken comes back first when that ends.' });
    expect(await released()).toEqual([[at('09:00'), at('11:00'), true]]);
    await accounted(addMinutes(now, 40));
    await expect(request('08:00', '09:00', addMinutes(now, 41))).rejects.toThrow();

    const ended = addMinutes(now, 50);
    await decideHold(hold, { action: 'delete', reason: 'not needed' }, world.other, ended);
    expect(await released()).toEqual([]);
    await accounted(ended);
    await expect(request('09:00', '11:00', addMinutes(now, 51))).rejects.toThrow(); // nobody else was quicker
    expect(await world.db.opening.count({ where: { subjectId: hold } })).toBe(0);
    expect((await toldOf('release undone')).filter((name) => name === 'Dana Reyes')).toHaveLength(2);
    const event = await world.db.auditEvent.findFirst({ where: { subjectId: blockId, action: 'return' } });
    expect(event).toMatchObject({ rule: 'U-10', reason: 'The hold on it was deleted.' });
    const entries = await world.db.worklistItem.findMany({ where: { subjectId: blockId, state: 'open' } });
    expect(entries).toEqual([]); // released and returned before anybody entered it
  },
);

test('U-10: a hold that is moved, denied or expires gives back too; what is filled stays with its case until that is cancelled', async () => {
  const ends: [string, (hold: string, then: string) => Promise<unknown>][] = [
    ['moved', (hold, then) => decideHold(hold, { action: 'change', roomId: world.room2.id }, world.scheduler, then)],
    ['denied', (hold, then) => decideHold(hold, { action: 'deny', reason: 'no' }, world.scheduler, then)],
  ];
  for (const [, end] of ends) {
    await releaseAll();
    const hold = await request('07:00', '15:00', addMinutes(now, 30));
    await undo(addMinutes(now, 40));
    expect(await released()).toEqual([[at('07:00'), at('15:00'), true]]);
    await end(hold, addMinutes(now, 50));
    expect(await released()).toEqual([]);
    await accounted(addMinutes(now, 50));
  }
  await releaseAll();
  const { db, facilityId, room, otherGroup } = world;
  const hold = await request('09:00', '13:00', addMinutes(now, 30));
  await decideHold(hold, { action: 'confirm' }, world.scheduler, addMinutes(now, 31));
  const report = { facilityId, number: `U-${date}`, roomId: room.id, groupId: otherGroup.id, ...part('09:00', '10:00') };
  await inTransaction(db, (tx) => reportCase(tx, report, acting(world.scheduler), addMinutes(now, 32)));
  await undo(addMinutes(now, 40));
  const { expiresAt } = await db.hold.findUniqueOrThrow({ where: { id: hold } });
  await holdActivities({ db }).expireHold(hold, expiresAt.toISOString());
  expect(await released()).toEqual([[at('09:00'), at('10:00'), true]]);
  await accounted(expiresAt.toISOString());
  const later = addMinutes(expiresAt.toISOString(), 60);
  await inTransaction(db, (tx) => cancelCase(tx, report, acting(world.scheduler), later));
  expect(await released()).toEqual([]);
  await accounted(later);
  expect(await db.block.findUnique({ where: { id: blockId } })).toMatchObject({ mandatoryOff: true }); // after its window opened
});

test('U-10, C-25: support takes back a mandatory release, and who was told of it is told', async () => {
  date = addDays(date, 1);
  blockId = await createBlock(world, date, now);
  const { nextAt } = await world.db.block.findUniqueOrThrow({ where: { id: blockId } });
  await blockActivities({ db: world.db }).releaseUnbooked(blockId, nextAt.toISOString());
  expect(await released()).toEqual([[at('07:00'), at('15:00'), false]]);
  await undo(addMinutes(nextAt.toISOString(), 60));
  expect(await released()).toEqual([]);
  await accounted(addMinutes(nextAt.toISOString(), 60));
  expect((await toldOf('release undone')).sort()).toEqual(['Dana Reyes', 'Robin Fields', 'Sasha Support']);
});
