import type { WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client';
import { expect, test } from 'vitest';

import { addDays, atLocal, zoneDate } from '../../domain/civil.ts';
import type { Actor, Receipt } from '../../domain/decision.ts';
import { foretell } from '../../domain/timeline.ts';
import { advanceTransfer, deadlineOf, planTransfer } from '../../domain/transfer.ts';
import { loadBlock } from '../../ledger/block.ts';
import { changeWindow } from '../../ledger/block-window.ts';
import { reportCase } from '../../ledger/case.ts';
import type { Proposal } from '../../ledger/new-transfer.ts';
import { loadSeries } from '../../ledger/series.ts';
import { changeSeries } from '../../ledger/series-change.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { aboutTransfer, loadTransfer } from '../../ledger/transfer.ts';
import { prepareLives } from '../lives.ts';
import { createBlock, createSeriesIn, createWorld, proposeIn, type World } from '../world.ts';

const lives = prepareLives();

const acting = ({ id, name, role }: { id: string; name: string; role: string }): Actor => ({
  personId: id,
  name,
  role: role as Actor['role'],
  channel: 'mail',
});

async function decide(handle: WorkflowHandle, by: { id: string; name: string; role: string }, action: string, reason?: string) {
  const decision = { id: crypto.randomUUID(), actor: acting(by), decidedAt: await lives.now(), action, reason };
  return handle.executeUpdate<Receipt, [object]>('decideTransfer', { args: [decision], updateId: decision.id });
}
const refusalOf = (answer: Promise<unknown>) =>
  answer.then(
    () => 'accepted',
    (error: WorkflowUpdateFailedError) => (error.cause as { type?: string }).type,
  );

async function proposed(name: string, more: (world: World, date: string) => Promise<Partial<Proposal>> = async () => ({})) {
  const world = await createWorld(lives.db, { name });
  const now = await lives.now();
  const date = addDays(zoneDate(now, world.zone), 30);
  const blockId = await createBlock(world, date, now);
  const { facts } = await proposeIn(world, { blockId, ...(await more(world, date)) }, now);
  return { world, date, blockId, id: facts.id, handle: await lives.begin(`transfer/${facts.id}`) };
}

const told = async (id: string, kind: string) =>
  (await lives.db.message.findMany({ where: { subjectId: id, kind }, orderBy: { createdAt: 'asc' } })).map(
    ({ address, content, state }) => [address.split('@')[0], (content as { outcome?: string }).outcome, state],
  );

test('F-07: a block goes to the other group when that accepts and the facility approves; its life is planned for the new holder', async () => {
  const { world, blockId, id, handle } = await proposed('Given', async ({ otherProvider }) => ({ toProviderId: otherProvider.id }));
  const before = await lives.db.block.update({ where: { id: blockId }, data: { silenced: true, alerts: 2 } });
  expect(await told(id, 'transfer proposed')).toEqual([['chris.lind', undefined, 'waiting']]);
  expect(await refusalOf(decide(handle, world.scheduler, 'approve'))).toBe('TRANSFER_NOT_ACCEPTED');
  expect(await refusalOf(decide(handle, world.contact, 'accept'))).toBe('TRANSFER_NOT_YOURS');
  expect(await decide(handle, world.other, 'accept')).toMatchObject({ state: 'accepted', by: 'Chris Lind' });
  expect(await told(id, 'transfer proposed')).toEqual([['chris.lind', undefined, 'withdrawn']]);
  expect(await told(id, 'transfer to approve')).toEqual([['robin.fields', undefined, 'waiting']]);
  expect(await refusalOf(decide(handle, world.other, 'approve'))).toBe('TRANSFER_NOT_YOURS');
  const receipt = await decide(handle, world.scheduler, 'approve');
  expect(receipt).toMatchObject({ state: 'approved', effect: { exchanged: [{ blockId, after: { groupId: world.otherGroup.id } }] } });
  await handle.result();

  const block = await lives.db.block.findUniqueOrThrow({ where: { id: blockId } });
  const { otherGroup, otherProvider } = world;
  expect(block).toMatchObject({
    groupId: otherGroup.id,
    providerId: otherProvider.id,
    silenced: false,
    alerts: 0,
    version: before.version + 1,
  });
  const audit = await lives.db.auditEvent.findFirstOrThrow({ where: { subjectId: blockId, action: 'change holder' } });
  expect(audit).toMatchObject({ rule: 'F-07', before: { groupId: world.group.id }, after: { groupId: otherGroup.id, transferId: id } });
  const item = await lives.db.worklistItem.findFirstOrThrow({ where: { subjectId: id } });
  expect(item).toMatchObject({ kind: 'reassign', what: 'Enter this block for Dr. Sato: the facility approved that it changes hands.' });
  const answered = await told(id, 'transfer answered');
  expect(
    answered
      .filter(([, outcome]) => outcome === 'approved')
      .map(([who]) => who)
      .sort(),
  ).toEqual(['chris.lind', 'dana.reyes']);
});

test('F-07: a swap exchanges the holders as they are, both in one transaction', async () => {
  const { world, blockId, id, handle } = await proposed('Swapped', async (world, date) => {
    const theirs = { roomId: world.room2.id, groupId: world.otherGroup.id };
    const returnBlockId = await createBlock(world, addDays(date, 3), await lives.now(), theirs);
    await lives.db.block.update({ where: { id: returnBlockId }, data: { providerId: world.otherProvider.id } });
    return { returnBlockId };
  });
  await decide(handle, world.other, 'accept');
  await decide(handle, world.scheduler, 'approve');
  await handle.result();
  const { returnBlockId } = await lives.db.transfer.findUniqueOrThrow({ where: { id } });
  const [given, back] = [
    await loadBlock(lives.db, blockId, await lives.now()),
    await loadBlock(lives.db, returnBlockId!, await lives.now()),
  ];
  expect([given.groupId, given.providerId]).toEqual([world.otherGroup.id, world.otherProvider.id]);
  expect([back.groupId, back.providerId]).toEqual([world.group.id, null]);
  expect(await lives.db.worklistItem.count({ where: { subjectId: id } })).toBe(2);
  // the page of it, looked at afterwards, says who gave what to whom, not who holds it by now
  const { name: surgeon } = await lives.db.provider.findUniqueOrThrow({ where: { id: world.otherProvider.id } });
  const { name: givers } = await lives.db.group.findUniqueOrThrow({ where: { id: world.group.id } });
  expect(aboutTransfer(await loadTransfer(lives.db, id)).blocks.map(({ from, to }) => [from, to])).toEqual([
    [givers, surgeon],
    [surgeon, givers],
  ]);
});

test('F-07, U-01: unanswered, the other group is reminded in mail hours and the proposal lapses before the release window, as foretold', async () => {
  const { world, id, handle } = await proposed('Unanswered');
  const now = await lives.now();
  const { facts, policy } = await loadTransfer(lives.db, id);
  const foretold = foretell(facts, now, { plan: (then, at) => planTransfer(then, policy, at), advance: advanceTransfer });
  await handle.result();
  const happened = await lives.db.auditEvent.findMany({ where: { subjectId: id, action: { not: 'propose' } }, orderBy: { seq: 'asc' } });
  expect(happened.map(({ action, at }) => [action, at.toISOString()])).toEqual(foretold.map(({ kind, at }) => [kind, at]));
  const deadline = deadlineOf(facts, policy);
  expect(foretold.at(-1)).toMatchObject({ kind: 'lapse', at: deadline });
  expect(deadline).toBe(atLocal(addDays(facts.blocks[0]!.facts.date, -9), '00:00', world.zone)); // window 7, decided 2 days before
  expect(foretold.filter(({ kind }) => kind === 'remind group').length).toBeGreaterThan(10);
  expect((await told(id, 'transfer answered')).map(([who, outcome]) => [who, outcome]).sort()).toEqual([
    ['chris.lind', 'ended'],
    ['dana.reyes', 'ended'],
  ]);
});

const happenings: Record<string, (world: World, blockId: string, date: string, now: string) => Promise<unknown>> = {
  'A case is booked': (world, _id, date, now) =>
    inTransaction(lives.db, (tx) => {
      const time = { roomId: world.room.id, startsAt: atLocal(date, '08:00', world.zone), endsAt: atLocal(date, '09:00', world.zone) };
      return reportCase(
        tx,
        { facilityId: world.facilityId, number: `M-${world.facilityId}`, groupId: world.group.id, ...time },
        acting(world.scheduler),
        now,
      );
    }),
  'window of the block': (world, id, _date, now) =>
    inTransaction(lives.db, async (tx) =>
      changeWindow(tx, id, { windowDays: 3, actor: acting(world.scheduler), at: now }, (await loadBlock(tx, id, now)).version),
    ),
  'was released': async (world, id, _date, now) => {
    const life = await lives.begin(`block/${id}`);
    const decision = { id: crypto.randomUUID(), actor: acting(world.contact), decidedAt: now, action: 'release all' };
    await life.executeUpdate('decideBlock', { args: [decision], updateId: decision.id });
  },
};

test.each(Object.keys(happenings))(
  'F-07: it ends by itself when meanwhile … %s; both sides are told why, and nobody can approve it',
  async (what) => {
    const { world, blockId, date, id, handle } = await proposed(`Meanwhile: ${what}`);
    await decide(handle, world.other, 'accept');
    await happenings[what]!(world, blockId, date, await lives.now());
    const woken = await lives.db.wakeUp.findMany({ where: { workflowId: `transfer/${id}` } });
    expect(woken.map(({ payload }) => payload)).toContainEqual({ name: 'replanTransfer' });
    expect(await refusalOf(decide(handle, world.scheduler, 'approve'))).toMatch(/TRANSFER_(MOOT|SETTLED)/);
    await handle.executeUpdate('replanTransfer').catch(() => {}); // as its wake-up row says
    await handle.result();
    const row = await lives.db.transfer.findUniqueOrThrow({ where: { id } });
    expect(row.state).toBe('ended');
    expect(row.endedBecause).toContain(what);
    expect(
      (await told(id, 'transfer answered'))
        .filter(([, outcome]) => outcome === 'ended')
        .map(([who]) => who)
        .sort(),
    ).toEqual(['chris.lind', 'dana.reyes', 'robin.fields']);
    expect((await loadBlock(lives.db, blockId, await lives.now())).groupId).toBe(world.group.id);
  },
);

test('F-07: the other group declines after it had accepted; whoever proposed withdraws; the facility denies with a reason', async () => {
  const one = await proposed('Declined');
  await decide(one.handle, one.world.other, 'accept');
  expect(await decide(one.handle, one.world.other, 'decline')).toMatchObject({ state: 'declined' });
  expect((await told(one.id, 'transfer answered')).map(([who, outcome]) => `${who} ${outcome}`).sort()).toEqual([
    'dana.reyes accepted',
    'dana.reyes declined',
    'robin.fields declined',
  ]);
  const two = await proposed('Withdrawn');
  expect(await refusalOf(decide(two.handle, two.world.other, 'withdraw'))).toBe('TRANSFER_NOT_YOURS');
  expect(await decide(two.handle, two.world.contact, 'withdraw')).toMatchObject({ state: 'withdrawn' });
  const three = await proposed('Denied');
  await decide(three.handle, three.world.other, 'accept');
  expect(await refusalOf(decide(three.handle, three.world.scheduler, 'deny'))).toBe('REASON_MISSING');
  expect(await decide(three.handle, three.world.scheduler, 'deny', 'no microscope')).toMatchObject({ state: 'denied' });
  for (const { handle } of [one, two, three]) await handle.result();
});

test('F-07: a swapped day of a series stays with its new holder when the series changes', async () => {
  const world = await createWorld(lives.db, { name: 'Series', settings: { series: { horizonDays: 60 } } });
  const now = await lives.now();
  const { series } = await createSeriesIn(world, {}, now);
  const days = await lives.db.block.findMany({ where: { seriesId: series.facts.id }, orderBy: { date: 'asc' } });
  const day = days.at(-1)!;
  const { facts } = await proposeIn(world, { blockId: day.id }, now);
  const handle = await lives.begin(`transfer/${facts.id}`);
  await decide(handle, world.other, 'accept');
  await decide(handle, world.scheduler, 'approve');
  await handle.result();
  const by = { actor: acting(world.scheduler), now: await lives.now() };
  const { change } = await inTransaction(lives.db, async (tx) =>
    changeSeries(tx, await loadSeries(tx, series.facts.id, 'update'), { to: '14:00' }, {}, by),
  );
  expect(change.kept).toMatchObject([{ blockId: day.id, because: 'It was altered by hand.' }]);
  expect(await lives.db.block.findUniqueOrThrow({ where: { id: day.id } })).toMatchObject({
    groupId: world.otherGroup.id,
    state: 'active',
  });
});
