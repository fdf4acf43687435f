import { describe, expect, test } from 'vitest';

import { createBlock, createHistory } from '../world.ts';
import { testApi } from './api.ts';

const api = testApi();
const facility = async () => (await api.call('GET', `/facilities/${api.world.facilityId}`)).body;
const change = async (body: object) => {
  const { version } = await facility();
  return api.call('PATCH', `/facilities/${api.world.facilityId}`, { body, ifMatch: version });
};
const wakeUps = async () =>
  (await api.db.wakeUp.findMany({ where: { kind: 'update' } })).map(({ workflowId, payload }) => [workflowId, payload]);
/** What a life that wakes during the pause writes. */
const rest = (table: 'Block' | 'Hold', id: string, rule: string) =>
  api.db.$executeRawUnsafe(
    `UPDATE "${table}" SET next = next || jsonb_build_object('kind', 'wait', 'rule', $2::text) WHERE id = $1::uuid`,
    id,
    rule,
  );

describe('pausing (F-23)', () => {
  test('F-23: resuming wakes exactly the lives that wait because of the pause', async () => {
    const { world, db, now } = api;
    const waiting = await createBlock(world, '2027-02-01', now);
    const sleeping = await createBlock(world, '2027-02-02', now);
    const inactive = await createBlock(world, '2027-02-03', now);
    const time = { startsAt: '2027-02-10T15:00:00Z', endsAt: '2027-02-10T16:00:00Z' };
    const { facilityId, room, provider, contact } = world;
    const hold = await api.call('POST', '/holds', {
      body: { facilityId, roomId: room.id, providerId: provider.id, requesterId: contact.id, ...time },
    });
    expect(await change({ paused: true })).toMatchObject({ status: 200, body: { paused: true, version: 2 }, headers: { etag: '"2"' } });
    expect(await wakeUps()).toEqual([]);
    await rest('Block', waiting, 'F-23');
    await rest('Hold', hold.body.id, 'F-23');
    await rest('Block', inactive, 'C-19');
    await db.block.update({ where: { id: inactive }, data: { state: 'inactive' } });

    expect((await change({ name: 'Renamed' })).status).toBe(200);
    expect(await wakeUps()).toEqual([]);
    expect(await change({ paused: false })).toMatchObject({ status: 200, body: { paused: false, name: 'Renamed' } });
    expect(await wakeUps()).toEqual([
      [`block/${waiting}`, { name: 'replanBlock' }],
      [`hold/${hold.body.id}`, { name: 'replanHold' }],
    ]);
    expect(sleeping).toBeTruthy();
    await db.wakeUp.deleteMany();
  });

  test('F-23: a step that has read the pause and commits after the resumption is not slept through', async () => {
    const { world, db, now } = api;
    const id = await createBlock(world, '2027-02-04', now);
    await change({ paused: true });
    await db.wakeUp.deleteMany();
    let resuming: Promise<unknown> | undefined;
    await db.$transaction(async (step) => {
      await step.$queryRaw`SELECT id FROM "Block" WHERE id = ${id}::uuid FOR UPDATE`; // the step has read: paused
      resuming = change({ paused: false });
      await new Promise((resolve) => setTimeout(resolve, 300));
      await step.$executeRaw`UPDATE "Block" SET next = '{"kind": "wait", "rule": "F-23"}'::jsonb WHERE id = ${id}::uuid`;
    });
    expect(await resuming).toMatchObject({ status: 200 });
    expect((await wakeUps()).map(([workflowId]) => workflowId)).toContain(`block/${id}`);
  });

  test('F-23: going live after a shadow run wakes the blocks whose mandatory release was only shown', async () => {
    const { world, db, now } = api;
    const id = await createBlock(world, '2027-02-05', now);
    await change({ shadow: true });
    await db.wakeUp.deleteMany();
    await db.block.update({ where: { id }, data: { mandatoryAt: now } });
    await change({ shadow: false });
    expect((await wakeUps()).map(([workflowId]) => workflowId)).toContain(`block/${id}`);
  });
});

test('an edit needs If-Match, and a stale one gets the present state', async () => {
  const path = `/facilities/${api.world.facilityId}`;
  expect((await api.call('PATCH', path, { body: { paused: true } })).status).toBe(428);
  const { version } = await facility();
  const edits = await Promise.all(
    Array.from({ length: 10 }, (_, n) => api.call('PATCH', path, { body: { name: `Name ${n}` }, ifMatch: version })),
  );
  expect(edits.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(412)]);
  const stale = edits.find(({ status }) => status === 412)!;
  expect(stale.body).toMatchObject({ code: 'VERSION_MISMATCH', facts: { present: { version: version + 1 } } });
});

test('P-27: an administrator adds a facility in a real time zone, once', async () => {
  const add = (body: object, as = api.keys.administrator) => api.call('POST', '/facilities', { as, body });
  const added = await add({ name: 'New Center', zone: 'Asia/Kathmandu' });
  expect(added).toMatchObject({ status: 201, body: { zone: 'Asia/Kathmandu', paused: false, version: 1 } });
  expect(await add({ name: 'Nowhere', zone: 'Middle/Earth' })).toMatchObject({ status: 400, body: { code: 'UNKNOWN_ZONE' } });
  expect(await add({ name: 'New Center', zone: 'UTC' })).toMatchObject({ status: 409, body: { code: 'ALREADY_EXISTS' } });
  expect((await add({ name: 'Mine', zone: 'UTC' }, api.keys.scheduler)).status).toBe(403);
  const policies = await api.call('GET', `/policies?facilityId=${added.body.id}`, { as: api.keys.administrator });
  expect(policies.body.items).toMatchObject([{ version: 1, settings: { mandatory: { windowDays: 7 } } }]);
});

describe('a new policy (U-06)', () => {
  const post = (settings: object, version: number, query = '') =>
    api.call('POST', `/policies${query}`, { body: { facilityId: api.world.facilityId, settings }, ifMatch: version });

  test('U-06: the preview lists the lives that would move, and applying moves exactly those', async () => {
    const { world, db } = api;
    const now = '2027-01-20T04:00:00.000Z'; // before midnight in New York, well inside the holder's usual lead
    api.now = now;
    await db.block.deleteMany();
    await createHistory(world, '2027-01-04', { leadDays: 45 });
    const ids = [await createBlock(world, '2027-02-15', now), await createBlock(world, '2027-02-22', now)];
    const planned = await db.block.findMany({ where: { id: { in: ids } } });
    expect(planned.map(({ next }) => (next as { kind: string }).kind)).toEqual(['alert', 'alert']);
    await db.wakeUp.deleteMany();

    const settings = { mail: { fromLocalTime: '06:00' } };
    const preview = await post(settings, 1, '?preview=true');
    expect(preview).toMatchObject({
      status: 200,
      body: { preview: true, settings: { mail: { fromLocalTime: '06:00', untilLocalTime: '19:00' } } },
    });
    const blocks = preview.body.items.filter(({ subject }: { subject: { kind: string } }) => subject.kind === 'block');
    expect(blocks.map(({ subject }: { subject: { id: string } }) => subject.id)).toEqual(ids);
    for (const { before, after } of blocks) expect(Date.parse(before.at) - Date.parse(after.at)).toBe(3_600_000);
    expect(await db.policy.count({ where: { facilityId: world.facilityId } })).toBe(1);
    expect(await wakeUps()).toEqual([]);

    expect(await post(settings, 1)).toMatchObject({ status: 201, body: { version: 2 }, headers: { etag: '"2"' } });
    expect(
      (await wakeUps())
        .filter(([id]) => String(id).startsWith('block/'))
        .map(([id]) => id)
        .sort(),
    ).toEqual(ids.map((id) => `block/${id}`).sort());
    for (const { subject, after } of blocks) {
      const { next } = (await api.call('GET', `/blocks/${subject.id}`)).body;
      expect(next).toMatchObject({ kind: after.kind, at: after.at });
    }
    await db.wakeUp.deleteMany();
  });

  test('U-06: what moves later is stored and needs no waking', async () => {
    const { db } = api;
    const before = await db.block.findMany({ where: { state: 'active' }, orderBy: { id: 'asc' } });
    expect((await post({ mail: { fromLocalTime: '10:00' } }, 2)).status).toBe(201);
    const after = await db.block.findMany({ where: { state: 'active' }, orderBy: { id: 'asc' } });
    for (const [index, block] of after.entries()) expect(block.nextAt.getTime() - before[index]!.nextAt.getTime()).toBe(4 * 3_600_000);
    expect((await wakeUps()).filter(([id]) => String(id).startsWith('block/'))).toEqual([]);
  });

  test('U-06: what was changed meanwhile, or came to be, is woken to plan by itself', async () => {
    const { applyReplan, replanFacility } = await import('../../ledger/replan.ts');
    const { policyOf } = await import('../../ledger/facility.ts');
    const { db, world, now } = api;
    const [known] = await db.block.findMany({ where: { state: 'active' }, orderBy: { id: 'asc' } });
    const replanned = await replanFacility(db, world.facilityId, await policyOf(db, world.facilityId), now);
    await db.block.update({ where: { id: known!.id }, data: { version: { increment: 1 } } });
    const fresh = await createBlock(world, '2027-03-01', now);
    await db.wakeUp.deleteMany();
    await db.$transaction((tx) => applyReplan(tx, world.facilityId, replanned, now));
    expect((await wakeUps()).map(([id]) => id).sort()).toEqual([`block/${fresh}`, `block/${known!.id}`].sort());
  });

  test('U-06: what is left out stays, a misspelt setting is refused, and two at once make one version', async () => {
    const { body } = await post({ release: { undoMinutes: 5 } }, 3);
    expect(body.settings).toMatchObject({ release: { undoMinutes: 5, confidenceAbove: 0.9 }, mail: { fromLocalTime: '10:00' } });
    expect((await post({ hold: { expireDaysBefore: 5 } }, 4)).status).toBe(400);
    expect((await post({ release: { confidenceAbove: 1.5 } }, 4)).status).toBe(400);
    expect((await post({ mandatory: { windowDays: -1 } }, 4)).status).toBe(400);
    expect((await post({ mandatory: { windowDays: 1.5 } }, 4)).status).toBe(400);
    expect((await post({ mail: { fromLocalTime: '20:00' } }, 4)).status).toBe(400);
    expect(await post({}, 1)).toMatchObject({ status: 412, body: { facts: { present: { version: 4 } } } });
    const both = await Promise.all([post({ release: { undoMinutes: 1 } }, 4), post({ release: { undoMinutes: 2 } }, 4)]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 412]);
    const { items } = (await api.call('GET', `/policies?facilityId=${api.world.facilityId}`)).body;
    expect(items.map(({ version }: { version: number }) => version).sort()).toEqual([1, 2, 3, 4, 5]);
  });

  test('U-06: what would be planned otherwise under the present policy too is not the doing of the new one: neither listed nor moved', async () => {
    const { db } = api;
    const { id } = await db.block.findFirstOrThrow({ where: { state: 'active' }, orderBy: { id: 'asc' } });
    const drifted = { kind: 'alert', at: '2027-01-21T15:00:00.000Z', because: 'By what was known when it was planned.', rule: 'C-01' };
    await db.block.update({ where: { id }, data: { next: drifted, nextAt: drifted.at } });
    const changes = { release: { undoMinutes: 7 } };
    expect((await post(changes, 5, '?preview=true')).body).toMatchObject({ moved: 0, items: [] });
    expect((await post(changes, 5)).status).toBe(201);
    expect((await db.block.findUniqueOrThrow({ where: { id } })).next).toEqual(drifted);
  });
});
