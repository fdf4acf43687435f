import type { WorkflowHandle } from '@temporalio/client';
import { expect, test } from 'vitest';

import { addDays, addMinutes, atLocal, zoneDate } from '../../domain/civil.ts';
import type { Actor } from '../../domain/decision.ts';
import { changeWindow } from '../../ledger/block-window.ts';
import { cancelCase, reportCase } from '../../ledger/case.ts';
import { recordChange } from '../../ledger/facility.ts';
import { changePolicy, rehearsePolicy } from '../../ledger/policy.ts';
import { sameSteps, simulatePolicy } from '../../ledger/simulation.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { prepareLives } from '../lives.ts';
import { createBlock, createHistory, createWorld } from '../world.ts';

const lives = prepareLives();

test('U-05: the policy that was in force, simulated, does what was done, whatever people did meanwhile; another policy does otherwise', async () => {
  const { db, env } = lives;
  const world = await createWorld(db, { name: 'Lived again' });
  const { facilityId, zone, contact, scheduler, room2, group } = world;
  const acting = (who: typeof contact): Actor => ({ personId: who.id, name: who.name, role: who.role as Actor['role'], channel: 'page' });
  const today = zoneDate(await lives.now(), zone);
  await createHistory(world, today, { leadDays: 14 });
  const made = await lives.now();
  const day = (n: number) => addDays(today, 20 + n);
  const block = async (n: number, wishes = {}) => {
    const id = await createBlock(world, day(n), made, wishes);
    return { id, date: day(n), handle: await lives.begin(`block/${id}`) };
  };
  const [alone, kept, released, booked, moved, ...rest] = await Promise.all([0, 1, 2, 3, 4, 5, 6].map((n) => block(n)));
  const paused = await block(7, { roomId: room2.id });
  const at = (date: string, wall: string) => atLocal(date, wall, zone);

  const until = async (instant: string) => void (await env.sleep(Math.max(0, Date.parse(instant) - (await env.currentTimeMs()))));
  const wakeUp = async () => {
    for (const { id, workflowId, payload } of await db.wakeUp.findMany({ where: { kind: 'update' } })) {
      await env.client.workflow.getHandle(workflowId).executeUpdate((payload as { name: string }).name);
      await db.wakeUp.delete({ where: { id } });
    }
  };
  const decide = async (handle: WorkflowHandle, choice: object) =>
    handle.executeUpdate('decideBlock', {
      args: [{ id: crypto.randomUUID(), actor: acting(contact), decidedAt: await lives.now(), ...choice }],
    });
  const inPolicy = async (changes: object) => {
    const now = await lives.now();
    const wish = { facilityId, changes, now };
    const { version: seen, replanned } = await rehearsePolicy(db, wish);
    await inTransaction(db, (tx) => changePolicy(tx, wish, { seen, replanned, actor: acting(scheduler) }));
    await wakeUp();
  };
  const pause = async (on: boolean) => {
    const now = await lives.now();
    await inTransaction(db, async (tx) => {
      await tx.facility.update({ where: { id: facilityId }, data: { paused: on } });
      const what = { action: 'change', actor: acting(scheduler), at: now, rule: 'F-23', after: { paused: on, shadow: false } };
      await recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, what);
    });
  };
  const caseIn = { facilityId, number: 'LA-1', roomId: world.room.id, groupId: group.id };

  await until(addMinutes(at(addDays(day(1), -13), '12:00'), 3)); // the holders were asked, and people begin to answer
  await decide(kept!.handle, { action: 'keep', stopAlerts: true });
  await decide(released!.handle, {
    action: 'release part',
    intervals: [{ startsAt: at(released!.date, '12:00'), endsAt: at(released!.date, '15:00') }],
  });
  await until(addMinutes(await lives.now(), 4));
  await decide(released!.handle, { action: 'undo' });
  await inTransaction(db, async (tx) =>
    reportCase(
      tx,
      { ...caseIn, startsAt: at(booked!.date, '08:00'), endsAt: at(booked!.date, '14:00') },
      acting(scheduler),
      await lives.now(),
    ),
  );
  await wakeUp();
  await inTransaction(db, async (tx) =>
    changeWindow(
      tx,
      moved!.id,
      { windowDays: 3, actor: acting(scheduler), at: await lives.now() },
      (await tx.block.findUniqueOrThrow({ where: { id: moved!.id } })).version,
    ),
  );
  await wakeUp();
  await until(addMinutes(at(addDays(day(1), -10), '12:00'), 7));
  await inTransaction(db, async (tx) => cancelCase(tx, caseIn, acting(scheduler), await lives.now()));
  await wakeUp();
  await pause(true);
  await until(addMinutes(at(addDays(day(1), -8), '13:00'), 9));
  await pause(false);
  await db.$executeRaw`INSERT INTO "WakeUp" ("workflowId", kind, payload) SELECT 'block/' || id, 'update', '{"name": "replanBlock"}' FROM "Block" WHERE "facilityId" = ${facilityId}::uuid AND next->>'rule' = 'F-23'`;
  await wakeUp();
  await until(addMinutes(at(addDays(day(5), -10), '14:00'), 11));
  await inPolicy({ release: { confidenceAbove: 0.999 } });
  for (const { handle } of [alone!, kept!, released!, booked!, moved!, ...rest, paused]) await handle.result();

  const days = { facilityId, zone, from: day(0), until: day(7), now: await lives.now() };
  const simulated = await simulatePolicy(db, days, { mandatory: { windowDays: 10 } });
  const steps = (id: string, which: 'really' | 'inForce' | 'changed') =>
    simulated.blocks.find((one) => one.id === id)![which]!.map(({ kind, at: instant }) => `${kind} ${instant}`);
  expect(simulated.blocks.filter(({ really, inForce }) => !sameSteps(really!, inForce))).toEqual([]);
  expect(simulated).toMatchObject({ lived: 8, reproduced: 8, leftOut: 0 });
  expect(simulated.inForce.alerts).toBe(await db.auditEvent.count({ where: { facilityId, subjectKind: 'block', action: 'alert' } }));
  const [{ minutes }] = await db.$queryRaw<[{ minutes: number }]>`
    SELECT (sum(extract(epoch FROM r."endsAt" - r."startsAt")) / 60)::int AS minutes FROM "Release" r JOIN "Block" b ON b.id = r."blockId"
    WHERE b."facilityId" = ${facilityId}::uuid AND r.kind = 'mandatory' AND r."undoneAt" IS NULL`;
  expect(simulated.inForce.releasedByItselfMinutes).toBe(minutes);

  const last = rest.at(-1)!;
  expect(steps(last.id, 'inForce').at(-1)).toBe(`mandatory release ${at(addDays(last.date, -7), '00:00')}`);
  expect(steps(last.id, 'changed').at(-1)).toBe(`mandatory release ${at(addDays(last.date, -10), '00:00')}`);
  expect(simulated.changed.alerts).toBeLessThan(simulated.inForce.alerts);
  expect(simulated.changed.minuteDays).toBeGreaterThan(simulated.inForce.minuteDays);
  expect(simulated.people).toEqual([{ name: 'Dana Reyes', inForce: simulated.inForce.alerts, changed: simulated.changed.alerts }]);
});
