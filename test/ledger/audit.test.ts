import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { type Receipt, systemActor } from '../../domain/decision.ts';
import { appendAudit } from '../../ledger/audit.ts';
import { addCheckpoint, verifyAudit } from '../../ledger/audit-verify.ts';
import { storeAnswers } from '../../ledger/decision.ts';
import type { Database, Tx } from '../../prisma/client.ts';
import { testDatabase } from '../database.ts';

let db: Database;
let close: () => Promise<void>;
const facilityId = crypto.randomUUID();
const inAnHour = new Date(Date.now() + 3_600_000).toISOString();

beforeAll(async () => {
  ({ db, close } = await testDatabase());
});
afterAll(() => close());
beforeEach(async () => {
  await asOwner(`DELETE FROM "AuditEvent"; DELETE FROM "AuditCheckpoint"`);
});

/** As somebody who rules the database: the triggers do not hold them. */
async function asOwner(sql: string): Promise<void> {
  await db.$transaction(async (tx) => {
    await tx.$executeRawUnsafe(`SET LOCAL session_replication_role = replica`);
    for (const statement of sql.split(';')) await tx.$executeRawUnsafe(statement);
  });
}

const write = (subjectId: string, count: number) => writeIn(db, subjectId, count);

async function writeIn(tx: Tx, subjectId: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++)
    await appendAudit(tx, {
      facilityId,
      subjectKind: 'block',
      subjectId,
      at: '2027-01-01T00:00:00.000Z',
      action: `step ${n}`,
      actor: systemActor,
      policyVersion: 1,
      before: { z: n, a: { c: 1, b: 2 } },
      after: {},
    });
}

test('F-16: a whole trail is found whole, and what is new is sealed once', async () => {
  const [one, two] = [crypto.randomUUID(), crypto.randomUUID()];
  await write(one, 3);
  await write(two, 2);
  expect(await verifyAudit(db)).toEqual({ events: 5, chains: 2, broken: [], checkpoints: 0, brokenCheckpoints: [] });
  expect(await addCheckpoint(db, inAnHour)).toMatchObject({ events: 5 });
  expect(await addCheckpoint(db, inAnHour)).toBeUndefined();
  expect(await verifyAudit(db)).toMatchObject({ broken: [], checkpoints: 1, brokenCheckpoints: [] });
});

test('F-16, U-14: what waited for a lock is recorded when it is written, not when its transaction began: the last is the last', async () => {
  const subjectId = crypto.randomUUID();
  const answer = { receipt: { action: 'keep' } as Receipt };
  const decision = (id: string) => ({ id, actor: systemActor, decidedAt: '2027-01-01T00:00:00.000Z', action: 'keep' });
  const about = { facilityId, kind: 'block' as const, id: subjectId };
  const meanwhile = await db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT now()`;
    const at = new Date();
    await setTimeout(20);
    await writeIn(tx, subjectId, 1);
    await storeAnswers(tx, [{ decision: decision(crypto.randomUUID()), about, answer }]);
    return at;
  });
  const [event, kept] = [
    await db.auditEvent.findFirstOrThrow({ where: { subjectId } }),
    await db.decision.findFirstOrThrow({ where: { subjectId } }),
  ];
  expect(Math.min(event.recordedAt.getTime(), kept.recordedAt.getTime())).toBeGreaterThan(meanwhile.getTime());
});

test('F-16: nobody changes or removes an event with the rights of the application', async () => {
  await write(crypto.randomUUID(), 1);
  await expect(db.auditEvent.deleteMany()).rejects.toThrow('append-only');
  await expect(db.auditEvent.updateMany({ data: { action: 'x' } })).rejects.toThrow('append-only');
});

test.each([
  ['changed', `UPDATE "AuditEvent" SET reason = 'another' WHERE seq = 2`, 2],
  ['changed inside its facts', `UPDATE "AuditEvent" SET before = jsonb_set(before, '{a,c}', '9') WHERE seq = 1`, 1],
  ['removed from the middle', `DELETE FROM "AuditEvent" WHERE seq = 2`, 3],
  ['removed from the beginning', `DELETE FROM "AuditEvent" WHERE seq = 1`, 2],
])('F-16: an event that was %s breaks its chain', async (_how, sql, seq) => {
  const id = crypto.randomUUID();
  await write(id, 4);
  await asOwner(sql);
  expect((await verifyAudit(db)).broken).toEqual([{ subjectKind: 'block', subjectId: id, seq }]);
});

test('F-16: an end that was cut off leaves its chain whole, and breaks the checkpoint', async () => {
  await write(crypto.randomUUID(), 3);
  const sealed = await addCheckpoint(db, inAnHour);
  await asOwner(`DELETE FROM "AuditEvent" WHERE seq = 3`);
  expect(await verifyAudit(db)).toMatchObject({ broken: [], brokenCheckpoints: [sealed!.number] });
});

test('F-16: what may still be written by an open transaction is left to the next checkpoint', async () => {
  await write(crypto.randomUUID(), 2);
  expect(await addCheckpoint(db, new Date().toISOString())).toBeUndefined();
});
