import { afterAll, beforeAll, expect, test } from 'vitest';

import { blockActivities } from '../../activities/block.ts';
import { transferActivities } from '../../activities/transfer.ts';
import { addDays, atLocal } from '../../domain/civil.ts';
import type { Actor } from '../../domain/decision.ts';
import { loadBlock } from '../../ledger/block.ts';
import { reportCase } from '../../ledger/case.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { type Database, openDatabase } from '../../prisma/client.ts';
import { testDatabase } from '../database.ts';
import { createBlock, createWorld, proposeIn, type World } from '../world.ts';

// Two steps at the same instant on one database: a life takes its own one after the other, so this is harder than what workers do.
const now = '2027-01-04T12:00:00.000Z';
let world: World;
let wide: Database;
let close: () => Promise<void>;

beforeAll(async () => {
  const { db, url, close: closeDatabase } = await testDatabase();
  wide = openDatabase(url, 30);
  close = async () => {
    await wide.$disconnect();
    await closeDatabase();
  };
  world = await createWorld(db);
});
afterAll(() => close());

const acting = ({ id, name, role }: World['contact']): Actor => ({ personId: id, name, role: role as Actor['role'], channel: 'mail' });
const dateOf = (round: number) => addDays('2027-03-01', round);

async function accepted(round: number, swap = false) {
  const blockId = await createBlock(world, dateOf(round), now);
  const theirs = { roomId: world.room2.id, groupId: world.otherGroup.id };
  const returnBlockId = swap ? await createBlock(world, dateOf(round), now, theirs) : undefined;
  const { facts } = await proposeIn(world, { blockId, returnBlockId }, now);
  await decide(facts.id, world.other, 'accept');
  return { id: facts.id, blockId, returnBlockId };
}

function decide(id: string, by: World['contact'], action: string, reason?: string): Promise<string> {
  const decision = { id: crypto.randomUUID(), actor: acting(by), decidedAt: now, action, reason };
  return transferActivities({ db: wide })
    .decideTransfer(id, decision)
    .then(
      ({ receipt }) => receipt.state,
      ({ type }: { type: string }) => type,
    );
}

const holderOf = async (id: string) => (await loadBlock(wide, id, now)).groupId;

test('F-07, U-14: approve and withdraw at the same instant: one wins, the blocks are where it says, the other is told so', async () => {
  for (let round = 0; round < 12; round++) {
    const { id, blockId, returnBlockId } = await accepted(round, true);
    const answers = await Promise.all([decide(id, world.scheduler, 'approve'), decide(id, world.contact, 'withdraw')]);
    const approved = answers[0] === 'approved';
    expect(answers).toEqual(approved ? ['approved', 'TRANSFER_SETTLED'] : ['TRANSFER_SETTLED', 'withdrawn']);
    expect([await holderOf(blockId), await holderOf(returnBlockId!)]).toEqual(
      approved ? [world.otherGroup.id, world.group.id] : [world.group.id, world.otherGroup.id],
    );
  }
});

test('F-07, U-14: a case booked in the instant of the approval: either it comes first and nothing changes hands, or it lands in the new holder’s block', async () => {
  for (let round = 20; round < 32; round++) {
    const { id, blockId } = await accepted(round);
    const time = {
      roomId: world.room.id,
      startsAt: atLocal(dateOf(round), '08:00', world.zone),
      endsAt: atLocal(dateOf(round), '09:00', world.zone),
    };
    const report = { facilityId: world.facilityId, number: `R-${round}`, groupId: world.group.id, ...time };
    const [answer] = await Promise.all([
      decide(id, world.scheduler, 'approve'),
      inTransaction(wide, (tx) => reportCase(tx, report, acting(world.scheduler), now)),
    ]);
    const row = await wide.transfer.findUniqueOrThrow({ where: { id } });
    if (answer === 'approved') expect([row.state, await holderOf(blockId)]).toEqual(['approved', world.otherGroup.id]);
    else {
      expect([answer, await holderOf(blockId)]).toEqual(['TRANSFER_MOOT', world.group.id]);
      await transferActivities({ db: wide }).endTransfer(id, now);
      expect(await wide.transfer.findUniqueOrThrow({ where: { id } })).toMatchObject({
        state: 'ended',
        endedBecause: expect.stringContaining('A case is booked'),
      });
    }
  }
});

test('F-07: two proposals about one block at the same instant: one stands', async () => {
  const blockId = await createBlock(world, dateOf(40), now);
  const propose = () =>
    proposeIn({ ...world, db: wide }, { blockId }, now).then(
      ({ facts }) => facts.state,
      ({ type }: { type: string }) => type,
    );
  expect((await Promise.all([propose(), propose(), propose()])).sort()).toEqual(['TRANSFER_PENDING', 'TRANSFER_PENDING', 'proposed']);
});

test('F-07, U-04: the former holder’s old button about the block decides nothing any more; the new one’s does', async () => {
  const { id, blockId } = await accepted(41);
  await decide(id, world.scheduler, 'approve');
  const release = (by: World['contact']) =>
    blockActivities({ db: wide })
      .decideBlock(blockId, { id: crypto.randomUUID(), actor: acting(by), decidedAt: now, action: 'release all' })
      .then(
        ({ receipt }) => receipt.action,
        ({ type }: { type: string }) => type,
      );
  expect(await release(world.contact)).toBe('BLOCK_NOT_YOURS');
  expect(await release(world.other)).toBe('release all');
});
