import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { addDays, atLocal, zoneDate } from '../../domain/civil.ts';
import { systemActor } from '../../domain/decision.ts';
import { policyOf } from '../../ledger/facility.ts';
import { createBlocks } from '../../ledger/new-block.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { freePort } from '../../stack/ports.ts';
import { type RunningPostgres, startPostgres } from '../../stack/postgres.ts';
import { eventually, type Program, type System, startSystem } from '../system.ts';
import { createHistory, createWorld, type World } from '../world.ts';

const lives = 100;
const anyHour = { mail: { fromLocalTime: '00:00', untilLocalTime: '23:59', spreadSeconds: 0 } };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let dataDir: string;
let port: number;
let postgres: RunningPostgres;
let system: System;
let world: World;
let worker: Program;
let api: Program;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'holdfast-crash-'));
  port = await freePort();
  postgres = await startPostgres({ dataDir: join(dataDir, 'postgres'), port });
  system = await startSystem({ env: { ANSWER_WITHIN_SECONDS: '3' }, databaseUrl: postgres.url, manual: true });
  [worker, api] = await Promise.all([system.startWorker(), system.startApi()]);
  world = await createWorld(system.db, { settings: anyHour });
  await createHistory(world, zoneDate(new Date().toISOString(), world.zone));
});

afterAll(async () => {
  await system.close();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function killPostgres(): Promise<void> {
  const pid = Number((await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  process.kill(pid, 'SIGKILL');
}

/** A hundred blocks, each of which its holder is asked about at once. */
async function plantBlocks(): Promise<string[]> {
  const { db, facilityId, zone, group } = world;
  const today = zoneDate(new Date().toISOString(), zone);
  const rooms = await Promise.all(Array.from({ length: 10 }, (_, n) => db.room.create({ data: { facilityId, name: `Theatre ${n + 1}` } })));
  const blocks = rooms.flatMap(({ id: roomId }) =>
    Array.from({ length: lives / rooms.length }, (_, n) => {
      const date = addDays(today, 10 + n);
      return { roomId, groupId: group.id, startsAt: atLocal(date, '07:00', zone), endsAt: atLocal(date, '15:00', zone) };
    }),
  );
  const created = await inTransaction(db, async (tx) =>
    createBlocks(tx, { id: facilityId, zone, policy: await policyOf(tx, facilityId) }, blocks, systemActor, new Date().toISOString()),
  );
  return created.map(({ facts }) => facts.id);
}

/** Presses a button as a person would: again, until there is an answer. */
async function press(address: string): Promise<number> {
  for (;;) {
    try {
      const answer = await fetch(address, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'yes=on',
        signal: AbortSignal.timeout(10_000),
      });
      if (answer.status < 500) return answer.status;
    } catch {
      // the API is down
    }
    await pause(200);
  }
}

test('U-03, U-13: killed worker, API and PostgreSQL in the middle of 100 lives: no decision or mail is lost or doubled', {
  timeout: 180_000,
}, async () => {
  const ids = await plantBlocks();
  await pause(400);
  await worker.kill('SIGKILL');
  await pause(300);
  worker = await system.startWorker();
  await pause(300);
  await killPostgres();
  await pause(2000);
  await postgres.stop().catch(() => {}); // nothing to stop: lets go of the folder
  postgres = await startPostgres({ dataDir: join(dataDir, 'postgres'), port });
  const sent = await eventually(async () => {
    const count = await system.db.message.count({ where: { kind: 'block alert', state: 'sent' } }).catch(() => 0);
    return count >= lives && count;
  }, 60_000);
  expect(sent).toBe(lives);

  const mails = await system.db.mailboxEntry.findMany({
    where: { messageId: { in: (await system.db.message.findMany({ where: { subjectId: { in: ids } } })).map(({ id }) => id) } },
  });
  expect(mails.length).toBe(lives);
  const buttons = mails.map(({ html }) => /href="([^"]+)"[^>]*>(?:<!--.*?-->|<[^>]+>|\s)*Full Release/s.exec(html)![1]!);
  const clicks = buttons.map(press);
  await pause(300);
  await api.kill('SIGKILL');
  await worker.kill('SIGKILL');
  [worker, api] = await Promise.all([system.startWorker(), system.startApi()]);
  await pause(500);
  await worker.kill('SIGKILL');
  worker = await system.startWorker();
  const statuses = await Promise.all(clicks);
  expect(statuses.every((status) => status === 303 || status === 202)).toBe(true);

  await eventually(async () => (await system.db.decision.count({ where: { subjectId: { in: ids }, accepted: true } })) === lives, 60_000);
  await eventually(
    async () => (await system.db.message.count({ where: { kind: 'release notification', state: 'sent' } })) === 2 * lives,
    60_000,
  );
  const perBlock = await system.db.release.groupBy({ by: ['blockId'], _count: true });
  expect(perBlock.length).toBe(lives);
  expect(perBlock.every(({ _count }) => _count === 1)).toBe(true);
  expect(await system.db.decision.count()).toBe(lives);
  expect(await system.db.message.count({ where: { kind: 'release notification' } })).toBe(2 * lives);
  expect(await system.db.message.count({ where: { kind: 'block alert' } })).toBe(lives);
});

test('a click while no worker runs is answered at once and applied when one starts', { timeout: 60_000 }, async () => {
  await worker.kill('SIGTERM');
  const date = addDays(zoneDate(new Date().toISOString(), world.zone), 9);
  const time = { startsAt: atLocal(date, '08:00', world.zone), endsAt: atLocal(date, '09:00', world.zone) };
  const created = await system.call('POST', '/v1/holds', {
    facilityId: world.facilityId,
    roomId: world.room2.id,
    providerId: world.otherProvider.id,
    requesterId: world.other.id,
    ...time,
  });
  expect(created.status).toBe(201);
  const before = Date.now();
  const clicked = await system.call('POST', `/v1/holds/${created.body.id}/confirm`, {});
  expect(clicked.status).toBe(202);
  expect(Date.now() - before).toBeLessThan(6000);
  worker = await system.startWorker();
  const decision = await eventually(() => system.db.decision.findFirst({ where: { subjectId: created.body.id } }));
  expect(decision).toMatchObject({ accepted: true, action: 'confirm' });
  expect(Math.abs(decision.decidedAt.getTime() - before)).toBeLessThan(2000); // judged as of the click, not of the restart
});
