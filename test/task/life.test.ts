import { expect, test } from 'vitest';

import { addDays, atLocal, zoneDate } from '../../domain/civil.ts';
import { closeTask, decideTaskDirectly } from '../../ledger/task-decision.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { prepareLives } from '../lives.ts';
import { createFrontDesk } from '../waitlist-world.ts';

const lives = prepareLives();

test('I-25, I-42: a task becomes due on the morning of its day, comes back after a snooze, and ends when it is closed', {
  timeout: 60_000,
}, async () => {
  const { db } = lives;
  const practice = await createFrontDesk(db, { name: 'Task life' });
  const now = await lives.now();
  const today = zoneDate(now, practice.zone);
  const { facts, next } = await practice.task({ inDays: 10 }, now);
  expect(next).toMatchObject({ kind: 'become due', at: atLocal(addDays(today, 10), '07:00', practice.zone), rule: 'I-25' });
  const handle = await lives.begin(`task/${facts.id}`);
  await lives.env.sleep('11 days');
  expect(await db.task.findUniqueOrThrow({ where: { id: facts.id } })).toMatchObject({ state: 'due' });
  expect(await db.message.count({ where: { subjectId: facts.id } })).toBe(0); // nobody is mailed

  const decision = { id: crypto.randomUUID(), actor: practice.desk, decidedAt: await lives.now() };
  const snoozed = await inTransaction(db, (tx) => decideTaskDirectly(tx, facts.id, { ...decision, action: 'snooze' as const, inDays: 7 }));
  expect(snoozed).toMatchObject({ receipt: { state: 'waiting' } });
  const wake = await db.wakeUp.findFirstOrThrow({ where: { workflowId: `task/${facts.id}` } });
  expect(wake).toMatchObject({ kind: 'update', payload: { name: 'replanTask' } });
  await handle.executeUpdate('replanTask');
  await lives.env.sleep('8 days');
  expect(await db.task.findUniqueOrThrow({ where: { id: facts.id } })).toMatchObject({ state: 'due' });

  await inTransaction(db, async (tx) => closeTask(tx, { taskId: facts.id }, practice.desk, await lives.now()));
  await handle.executeUpdate('replanTask');
  await handle.result();
});
