import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { addDays, atLocal, zoneDate, zoneTime } from '../../domain/civil.ts';
import { systemActor } from '../../domain/decision.ts';
import { policyOf } from '../../ledger/facility.ts';
import { createBlocks } from '../../ledger/new-block.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { freePort } from '../../stack/ports.ts';
import { type RunningPostgres, startPostgres } from '../../stack/postgres.ts';
import { eventually, type System, startSystem } from '../system.ts';
import { createHistory, createWorld, type World } from '../world.ts';

const awayMs = 60_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let dataDir: string;
let port: number;
let postgres: RunningPostgres;
let system: System;
let world: World;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'holdfast-outage-'));
  port = await freePort();
  postgres = await startPostgres({ dataDir: join(dataDir, 'postgres'), port });
  system = await startSystem({ env: { ANSWER_WITHIN_SECONDS: '3' }, databaseUrl: postgres.url });
  // alerts fall due one by one over the two minutes that begin with this one
  const zone = byDay();
  const mail = { fromLocalTime: zoneTime(new Date().toISOString(), zone), untilLocalTime: '23:59', spreadSeconds: 120 };
  world = await createWorld(system.db, { zone, settings: { mail } });
  await createHistory(world, zoneDate(new Date().toISOString(), zone));
});

afterAll(async () => {
  await system?.close();
  await postgres?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** A zone where nobody sleeps now, so that the hours of mail do not end in the middle of the test. */
function byDay(): string {
  const hourIn = (zone: string) => Number(zoneTime(new Date().toISOString(), zone).slice(0, 2));
  return ['America/New_York', 'Europe/Berlin', 'Asia/Tokyo'].find((zone) => hourIn(zone) >= 6 && hourIn(zone) < 20)!;
}

async function plantBlocks(): Promise<void> {
  const { db, facilityId, zone, group } = world;
  const today = zoneDate(new Date().toISOString(), zone);
  const rooms = await Promise.all(Array.from({ length: 20 }, (_, n) => db.room.create({ data: { facilityId, name: `Theatre ${n + 1}` } })));
  const blocks = rooms.flatMap(({ id: roomId }) =>
    Array.from({ length: 10 }, (_, n) => {
      const date = addDays(today, 10 + n);
      return { roomId, groupId: group.id, startsAt: atLocal(date, '07:00', zone), endsAt: atLocal(date, '15:00', zone) };
    }),
  );
  const policy = await policyOf(db, facilityId);
  await inTransaction(db, (tx) => createBlocks(tx, { id: facilityId, zone, policy }, blocks, systemActor, new Date().toISOString()));
}

async function requestHold(from: string, to: string): Promise<string> {
  const { facilityId, room2, otherProvider, other, zone } = world;
  const date = addDays(zoneDate(new Date().toISOString(), zone), 9);
  const time = { startsAt: atLocal(date, from, zone), endsAt: atLocal(date, to, zone) };
  const ids = { facilityId, roomId: room2.id, providerId: otherProvider.id, requesterId: other.id };
  return (await system.call('POST', '/v1/holds', { ...ids, ...time })).body.id;
}

test('PostgreSQL away for a minute with 60 lives due: they, and clicks, go on within seconds of its return', {
  timeout: 240_000,
}, async () => {
  const { db } = system;
  await plantBlocks();
  const [first, second] = [await requestHold('08:00', '09:00'), await requestHold('10:00', '11:00')];
  await eventually(async () => (await db.wakeUp.count()) === 0, 60_000);
  await postgres.stop();
  const gone = new Date();

  const ready = await fetch(`${system.url}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.text()).toContain('database');
  const click = await system.call('POST', `/v1/holds/${first}/confirm`, {}).catch(() => ({ status: 503 }));
  expect(click.status).toBeGreaterThanOrEqual(500); // no answer is better than a wrong one

  await pause(awayMs - (Date.now() - gone.getTime()));
  postgres = await startPostgres({ dataDir: join(dataDir, 'postgres'), port });
  const back = new Date();
  const due = await eventually(() => db.block.count({ where: { nextAt: { gt: gone, lte: back } } }).catch(() => 0), 20_000);
  expect(due).toBeGreaterThanOrEqual(60);

  const answered = await eventually(async () => {
    const answer = await system.call('POST', `/v1/holds/${second}/confirm`, {}).catch(() => undefined);
    return answer && answer.status < 300 && answer;
  }, 15_000);
  expect([200, 202]).toContain(answered.status); // done, or recorded while the life is still busy
  await eventually(() => db.hold.findFirst({ where: { id: second, state: 'confirmed' } }), 45_000);
  await eventually(async () => (await db.block.count({ where: { nextAt: { gt: gone, lte: back } } })) === 0, 30_000);
  const afterMs = Date.now() - back.getTime();
  console.log(`${due} lives that fell due while PostgreSQL was away were done ${(afterMs / 1000).toFixed(1)} s after its return`);
  expect(afterMs).toBeLessThan(45_000); // steps are tried again every 15 s at most; a busy machine takes longer
  const alerts = await db.message.groupBy({ by: ['subjectId'], where: { kind: 'block alert' }, _count: true });
  expect(alerts.every(({ _count }) => _count === 1)).toBe(true);
});
