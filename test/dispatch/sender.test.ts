import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { WakeUpSender } from '../../dispatch/sender.ts';
import { wakeUp } from '../../ledger/wake-up.ts';
import type { Database } from '../../prisma/client.ts';
import { type RunningTemporal, startTemporal } from '../../stack/temporal.ts';
import { testDatabase } from '../database.ts';
import { eventually } from '../system.ts';

let folder: string;
let temporal: RunningTemporal;
let client: Client;
let db: Database;
let url: string;
let sender: WakeUpSender;
let close: () => Promise<void>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-sender-'));
  temporal = await startTemporal({ dataDir: folder, searchAttributes: {}, inMemory: true });
  client = new Client({ connection: await Connection.connect({ address: temporal.address }) });
  ({ db, url, close } = await testDatabase());
  const lives = { client, taskQueue: 'test', transports: { mail: 'mailbox', sms: 'text-mailbox' } };
  sender = new WakeUpSender(url, lives, { warn: () => {}, info: () => {} });
});
afterAll(async () => {
  await sender?.stop();
  await client?.connection.close();
  await close?.();
  await temporal?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('U-03: what a sender had in hand when it died is sent by another, although nobody tells it', { timeout: 60_000 }, async () => {
  await wakeUp(db, [{ workflowId: 'hold/in-hand', kind: 'signal', payload: { name: 'holdFactsChanged' } }]);
  const dying = new pg.Client({ connectionString: url });
  await dying.connect();
  await dying.query('BEGIN');
  await dying.query('SELECT FROM "WakeUp" FOR UPDATE');
  await sender.start();
  await sender.flush();
  expect(await db.wakeUp.count()).toBe(1); // in the other's hands

  await dying.end(); // as when its process is killed
  await eventually(async () => (await db.wakeUp.count()) === 0, 30_000);
});

test('U-03: a sender whose connections all broke amid its work listens again, and hears of what is written then', {
  timeout: 60_000,
}, async () => {
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  // asked outside of the lock's transaction, which sees only who was there at its first look
  const who = (which: string) => `FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND ${which}`;
  const end = (which: string) => db.$queryRawUnsafe(`SELECT pg_terminate_backend(pid) ${who(which)}`);
  const waits = `wait_event_type = 'Lock' AND query LIKE '%"WakeUp"%'`;
  await sender.start();
  await other.query('BEGIN');
  await other.query('LOCK TABLE "WakeUp"');
  const flushing = sender.flush(); // waits for the lock
  await eventually(async () => (await db.$queryRawUnsafe<unknown[]>(`SELECT pid ${who(waits)}`)).length > 0);
  await end(`query = 'LISTEN wake_up'`);
  await end(waits);
  await other.query('ROLLBACK');
  await other.end();
  await flushing;
  await setTimeout(2000); // by then it has tried both again

  await wakeUp(db, [{ workflowId: 'hold/heard', kind: 'signal', payload: { name: 'holdFactsChanged' } }]);
  await eventually(async () => (await db.wakeUp.count()) === 0, 15_000);
});
