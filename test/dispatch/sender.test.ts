import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
