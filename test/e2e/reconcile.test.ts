import { afterAll, beforeAll, expect, test } from 'vitest';

import { type Difference, findDifferences, mend } from '../../dispatch/reconcile.ts';
import { addDays, atLocal, zoneDate } from '../../domain/civil.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { plantSample } from '../../prisma/sample/plant.ts';
import { eventually, type System, startSystem } from '../system.ts';
import { createWorld, type World } from '../world.ts';

let system: System;
let world: World;

beforeAll(async () => {
  system = await startSystem();
  world = await createWorld(system.db);
});
afterAll(() => system?.close());

const find = () => findDifferences(system);
const said = (differences: Difference[]) => differences.map(({ workflowId, found }) => [workflowId, found]);
const handle = (workflowId: string) => system.client.workflow.getHandle(workflowId);
const state = async (workflowId: string) => (await handle(workflowId).describe()).status.name;

/** A time of the world's in so many days, 07:00 to 15:00. */
function time(inDays: number) {
  const date = addDays(zoneDate(new Date().toISOString(), world.zone), inDays);
  return { startsAt: atLocal(date, '07:00', world.zone), endsAt: atLocal(date, '15:00', world.zone) };
}

async function reserve(inDays: number): Promise<string> {
  const { facilityId, room, group } = world;
  const answer = await system.call('POST', '/v1/blocks', { facilityId, roomId: room.id, groupId: group.id, ...time(inDays) });
  expect(answer.status).toBe(201);
  return answer.body.id;
}

async function request(inDays: number): Promise<string> {
  const { facilityId, room2, otherProvider, other } = world;
  const ids = { facilityId, roomId: room2.id, providerId: otherProvider.id, requesterId: other.id };
  return (await system.call('POST', '/v1/holds', { ...ids, ...time(inDays) })).body.id;
}

/** Every wake-up was taken: Temporal knows what PostgreSQL knows. */
const settled = () => eventually(async () => (await system.db.wakeUp.count()) === 0, 60_000);

test('F-26: in the sample, where every kind of life is, PostgreSQL and Temporal agree', { timeout: 180_000 }, async () => {
  await plantSample(system.databaseUrl);
  await settled();
  await eventually(async () => (await find()).length === 0, 60_000);
});

test('F-26: a life that was terminated begins again, and what was due meanwhile is done', { timeout: 120_000 }, async () => {
  const [sleeping, running] = [`block/${await reserve(60)}`, `hold/${await request(20)}`];
  await settled();
  for (const one of [sleeping, running]) await handle(one).terminate('by mistake');
  await inTransaction(
    system.db,
    (tx) => tx.$executeRaw`
    UPDATE "Hold" SET next = jsonb_set(next, '{at}', '"2026-01-01T00:00:00.000Z"'), "nextAt" = '2026-01-01' WHERE id = ${running.slice(5)}::uuid`,
  );
  const differences = await find();
  expect(said(differences)).toEqual([
    [sleeping, 'missing'],
    [running, 'missing'],
  ]);
  expect(await state(sleeping)).toBe('TERMINATED'); // looking changes nothing

  await mend(system, differences, new Date().toISOString());
  for (const one of [sleeping, running]) await eventually(async () => (await state(one)) === 'RUNNING');
  const due = () => system.db.hold.findFirst({ where: { id: running.slice(5), nextAt: { gt: new Date() } } });
  await eventually(due);
  await eventually(async () => (await find()).length === 0);
  const released = await system.call('POST', `/v1/${sleeping.replace('/', 's/')}/releases`, { full: true });
  expect(released.status).toBe(200);
});

test('F-26: a life that sleeps too long is woken, and one about nothing is ended', { timeout: 120_000 }, async () => {
  const [asleep, awake] = [`block/${await reserve(70)}`, `hold/${await request(30)}`];
  const nothing = `block/${crypto.randomUUID()}`;
  await settled();
  await system.client.workflow.start('blockRelease', {
    workflowId: nothing,
    taskQueue: 'holdfast',
    args: [{ blockId: nothing.slice(6), next: {}, zone: 'UTC' }],
    startDelay: '1 day',
  });
  const stored = async (workflowId: string) => {
    const [kind, id] = workflowId.split('/') as ['block' | 'hold', string];
    const where = { where: { id } };
    return (kind === 'block' ? await system.db.block.findUniqueOrThrow(where) : await system.db.hold.findUniqueOrThrow(where)).nextAt;
  };
  const planned = await Promise.all([asleep, awake].map(stored));
  // as a restored PostgreSQL has it: an hour earlier than the lives were told
  for (const table of ['Block', 'Hold'])
    await system.db.$executeRawUnsafe(
      `UPDATE "${table}" SET "nextAt" = "nextAt" - interval '1 hour', next = jsonb_set(next, '{at}', to_jsonb(to_char("nextAt" - interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
       WHERE id = ANY ($1::uuid[])`,
      [asleep, awake].map((one) => one.split('/')[1]),
    );
  const differences = await find();
  expect(said(differences).sort()).toEqual(
    [
      [asleep, 'late'],
      [awake, 'late'],
      [nothing, 'stray'],
    ].sort(),
  );
  await mend(system, differences, new Date().toISOString());
  await eventually(async () => (await state(nothing)) === 'TERMINATED');
  await eventually(async () => JSON.stringify(await Promise.all([asleep, awake].map(stored))) === JSON.stringify(planned)); // planned anew
  await eventually(async () => (await find()).length === 0);
});

test('F-26: asking Temporal to cancel a life changes nothing: it goes on and answers', { timeout: 60_000 }, async () => {
  const [sleeping, running] = [`block/${await reserve(80)}`, `hold/${await request(40)}`];
  await settled();
  for (const one of [sleeping, running]) await handle(one).cancel();
  expect((await system.call('POST', `/v1/${sleeping.replace('/', 's/')}/releases`, { full: true })).status).toBe(200);
  const confirmed = await system.call('POST', `/v1/${running.replace('/', 's/')}/confirm`);
  expect(confirmed.status).toBe(200);
  for (const one of [sleeping, running]) expect(await state(one)).toBe('RUNNING');
});
