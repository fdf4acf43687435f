import { afterAll, beforeAll, expect, test } from 'vitest';

import { inTransaction } from '../../ledger/transaction.ts';
import { testDatabase } from '../database.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test('a transaction asks its one connection for one thing at a time', async () => {
  const warnings: string[] = [];
  const listen = ({ message }: Error) => void warnings.push(message);
  process.on('warning', listen);
  await inTransaction(database.db, async (tx) => {
    const answers = await Promise.all([1, 2, 3].map((n) => tx.$queryRaw`SELECT ${n}::int AS n`));
    expect(answers).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
    const facility = await tx.facility.create({ data: { name: 'Queue Hall', zone: 'UTC' } });
    await tx.facility.findUniqueOrThrow({ where: { id: facility.id }, include: { rooms: true, groups: true, people: true } });
  });
  await new Promise(setImmediate); // a warning is told in the next turn
  process.off('warning', listen);
  expect(warnings).toEqual([]);
});

test('a statement that fails is told to who asked, and undoes the rest', async () => {
  const failing = inTransaction(database.db, async (tx) => {
    await tx.facility.create({ data: { name: 'Never', zone: 'UTC' } });
    await Promise.all([tx.$queryRaw`SELECT 1 / 0`, tx.$queryRaw`SELECT 1`]);
  });
  await expect(failing).rejects.toThrow('division by zero');
  expect(await database.db.facility.count({ where: { name: 'Never' } })).toBe(0);
});

test('U-03: a process that freezes amid a step keeps its locks for half a minute, longer than a step may take, and no more', async () => {
  const [row] = await inTransaction(database.db, (tx) => tx.$queryRaw<object[]>`SHOW idle_in_transaction_session_timeout`);
  expect(row).toEqual({ idle_in_transaction_session_timeout: '30s' });
});
