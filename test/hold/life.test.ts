import type { WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client';
import { expect, test } from 'vitest';

import { addDays, atLocal, zoneDate } from '../../domain/civil.ts';
import type { Actor, Receipt } from '../../domain/decision.ts';
import { reportCase } from '../../ledger/case.ts';
import { requestHold } from '../../ledger/new-hold.ts';
import { findOpenTime } from '../../ledger/open-time.ts';
import { inTransaction, lockRoomDays } from '../../ledger/transaction.ts';
import { prepareLives } from '../lives.ts';
import { createWorld, type World } from '../world.ts';

const lives = prepareLives();

const systemOf = ({ scheduler }: World): Actor => ({
  personId: scheduler.id,
  name: scheduler.name,
  role: 'facility scheduler',
  channel: 'api',
});
const requesterOf = ({ other }: World): Actor => ({ personId: other.id, name: other.name, role: 'block contact', channel: 'page' });

async function request(world: World, date: string, from = '08:00', to = '12:00') {
  const now = await lives.now();
  const time = { roomId: world.room2.id, startsAt: atLocal(date, from, world.zone), endsAt: atLocal(date, to, world.zone) };
  const { facts } = await inTransaction(lives.db, async (tx) => {
    await lockRoomDays(tx, [time]);
    return requestHold(
      tx,
      { ...time, facilityId: world.facilityId, providerId: world.otherProvider.id, requesterId: world.other.id },
      requesterOf(world),
      now,
    );
  });
  return { id: facts.id, ...time, handle: await lives.begin(`hold/${facts.id}`) };
}

async function decide(handle: WorkflowHandle, actor: Actor, choice: object): Promise<Receipt> {
  const decision = { id: crypto.randomUUID(), actor, decidedAt: await lives.now(), ...choice };
  return handle.executeUpdate<Receipt, [object]>('decideHold', { args: [decision], updateId: decision.id });
}

const inTwoWeeks = async (zone: string) => addDays(zoneDate(await lives.now(), zone), 14);
const mailsAbout = (id: string) =>
  lives.db.message
    .findMany({ where: { subjectId: id }, orderBy: { createdAt: 'asc' } })
    .then((rows) => rows.map(({ kind, address, state }) => ({ kind, to: address.split('@')[0], state })));

test('C-29, C-30, C-34, C-36: a confirmed hold expires a few days before, and only the unfilled part becomes open', async () => {
  const world = await createWorld(lives.db, { name: 'Expiry' });
  const date = await inTwoWeeks(world.zone);
  const { id, handle, startsAt, endsAt, roomId } = await request(world, date);
  const openTime = async () => {
    const found = await findOpenTime(lives.db, {
      facilityId: world.facilityId,
      zone: world.zone,
      from: date,
      to: date,
      now: await lives.now(),
      minMinutes: 1,
      roomIds: [roomId],
      limit: 10,
    });
    return found.map((one) => [one.startsAt, one.endsAt]);
  };
  const opens = atLocal(date, '07:00', world.zone);
  const closes = atLocal(date, '17:00', world.zone);
  expect(await openTime()).toEqual([
    [opens, startsAt],
    [endsAt, closes],
  ]); // hidden from everybody while pending

  const receipt = await decide(handle, systemOf(world), { action: 'confirm' });
  expect(receipt).toMatchObject({ state: 'confirmed', by: 'Robin Fields' });
  const filledUntil = atLocal(date, '10:00', world.zone);
  const now = await lives.now();
  await inTransaction(lives.db, (tx) =>
    reportCase(
      tx,
      { facilityId: world.facilityId, number: 'C-1', roomId, groupId: world.otherGroup.id, startsAt, endsAt: filledUntil },
      systemOf(world),
      now,
    ),
  );
  await handle.result();

  const hold = await lives.db.hold.findUniqueOrThrow({ where: { id } });
  expect(hold).toMatchObject({ state: 'expired', usedMinutes: 120, inConflict: false });
  expect(hold.endedAt!.toISOString().slice(0, 19)).toBe(atLocal(addDays(date, -3), '00:00', world.zone).slice(0, 19));
  expect(await openTime()).toEqual([
    [opens, startsAt],
    [filledUntil, closes],
  ]); // the case stays, the rest is free
  expect(await mailsAbout(id)).toEqual([
    { kind: 'hold requested', to: 'robin.fields', state: 'withdrawn' },
    { kind: 'hold confirmed', to: 'chris.lind', state: 'waiting' },
    { kind: 'hold expired', to: expect.stringMatching(/chris|robin/), state: 'waiting' },
    { kind: 'hold expired', to: expect.stringMatching(/chris|robin/), state: 'waiting' },
  ]);
});

test('C-36: a hold full of the requester’s cases frees nothing and counts as used', async () => {
  const world = await createWorld(lives.db, { name: 'Used' });
  const { id, handle, startsAt, endsAt, roomId } = await request(world, await inTwoWeeks(world.zone));
  await decide(handle, systemOf(world), { action: 'confirm' });
  const now = await lives.now();
  await inTransaction(lives.db, (tx) =>
    reportCase(
      tx,
      { facilityId: world.facilityId, number: 'U-1', roomId, providerId: world.otherProvider.id, startsAt, endsAt },
      systemOf(world),
      now,
    ),
  );
  await handle.result();
  expect(await lives.db.hold.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: 'used', usedMinutes: 240 });
  expect((await mailsAbout(id)).map(({ kind }) => kind)).toEqual(['hold requested', 'hold confirmed']);
});

test('C-30, C-34: a request that nobody decides brings reminders to the facility, then lapses, told to both', async () => {
  const world = await createWorld(lives.db, { name: 'Forgotten' });
  const { id, handle } = await request(world, addDays(zoneDate(await lives.now(), world.zone), 6));
  await handle.result();
  const kinds = (await mailsAbout(id)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'hold requested').length).toBeGreaterThanOrEqual(2);
  expect(kinds.slice(-2)).toEqual(['hold expired', 'hold expired']);
  expect(await lives.db.claim.count({ where: { subjectId: id, freedAt: null } })).toBe(0);
});

test('C-30, C-32, C-33, F-08: who may decide what, and the reasons that are needed', async () => {
  const world = await createWorld(lives.db, { name: 'Rights' });
  const { handle, id } = await request(world, await inTwoWeeks(world.zone));
  const refusal = async (actor: Actor, choice: object) => {
    try {
      await decide(handle, actor, choice);
      return 'accepted';
    } catch (error) {
      return ((error as WorkflowUpdateFailedError).cause as { type?: string }).type;
    }
  };
  const stranger: Actor = { personId: world.contact.id, name: 'Dana Reyes', role: 'block contact', channel: 'page' };
  expect(await refusal(requesterOf(world), { action: 'confirm' })).toBe('CONFIRM_NOT_YOURS');
  const support: Actor = { personId: world.support.id, name: 'Sasha Support', role: 'support', channel: 'support' };
  expect(await refusal(support, { action: 'confirm' })).toBe('CONFIRM_NOT_YOURS');
  expect(
    await refusal(requesterOf(world), {
      action: 'change',
      interval: { startsAt: await lives.now(), endsAt: atLocal('2100-01-01', '07:00', 'UTC') },
    }),
  ).toBe('HOLD_NOT_EDITABLE');
  expect(await refusal(stranger, { action: 'delete', reason: 'mine' })).toBe('HOLD_NOT_YOURS');
  expect(await refusal(requesterOf(world), { action: 'delete', reason: '  ' })).toBe('REASON_MISSING');
  expect(await refusal(systemOf(world), { action: 'deny' })).toBe('REASON_MISSING');
  expect(await refusal(requesterOf(world), { action: 'delete', reason: 'the patient cancelled' })).toBe('accepted');
  await handle.result();
  expect(
    (await mailsAbout(id))
      .filter(({ kind }) => kind === 'hold deleted')
      .map(({ to }) => to)
      .sort(),
  ).toEqual(['chris.lind', 'robin.fields']);
});
