/**
 * How many lives a second begin, are decided about and end, through the API, a worker, the Temporal server that `npm start` brings and
 * PostgreSQL, all on this machine: holds requested, confirmed and lapsed, and blocks reserved, released and closed. All of a kind end
 * at the same instant, as a thousand blocks of one day do. CPU: of API, worker and the mails they write, which share a process here.
 * Prints a table.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { readConfig } from '../config.ts';
import { createFacility, setRoomHours } from '../ledger/facility.ts';
import type { Database } from '../prisma/client.ts';
import { startTemporal } from '../stack/temporal.ts';
import { startWorker } from '../worker.ts';
import { startApi, type Target } from './api.ts';
import { withDatabase } from './database.ts';
import { heading, median, quantile, row } from './table.ts';

const lives = 400;
const atOnce = 20;
const hourMs = 3_600_000;

export const run = () =>
  withDatabase(async (db, url) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-lives-'));
    const temporal = await startTemporal({ dataDir, searchAttributes: {} });
    const config = readConfig({ LOG_LEVEL: 'silent', TEMPORAL_ADDRESS: temporal.address });
    const worker = await startWorker({ ...config, DATABASE_URL: url });
    const place = await plant(db);
    const now = () => new Date().toISOString();
    const api = await startApi(db, url, place.facilityId, { now, temporalAddress: temporal.address });
    heading(`${lives} lives, ${atOnce} requests at once`);
    row('', 'lives/s', 'CPU ms a life', 'p50 ms', 'p99 ms');
    try {
      await holds(db, api, place);
      await blocks(db, api, place);
    } finally {
      await api.close();
      await worker.stop();
      await temporal.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  });

type Place = Awaited<ReturnType<typeof plant>>;

async function holds(db: Database, api: Target, { facilityId, roomIds, providerId, requesterId }: Place) {
  const startsAt = inAWhile(); // requested so late, they lapse at their start
  const endsAt = new Date(Date.parse(startsAt) + hourMs).toISOString();
  const ids = await phase('holds requested', roomIds, async (roomId) => {
    const { id } = await post(api, '/holds', { facilityId, roomId, providerId, requesterId, startsAt, endsAt });
    return id;
  });
  await begun(db);
  await phase('confirmed', ids, (id) => post(api, `/holds/${id}/confirm`, {}));
  await ended('lapsed, all at one instant', startsAt, () => db.hold.count({ where: { endedAt: { not: null } } }));
}

async function blocks(db: Database, api: Target, { facilityId, roomIds, groupId }: Place) {
  const endsAt = inAWhile();
  const startsAt = new Date(Date.parse(endsAt) - 8 * hourMs).toISOString();
  const ids = await phase('blocks reserved', roomIds, async (roomId) => {
    const { id } = await post(api, '/blocks', { facilityId, roomId, groupId, startsAt, endsAt });
    return id;
  });
  await begun(db);
  await phase('released', ids, (id) => post(api, `/blocks/${id}/releases`, { full: true }));
  await ended('closed, all at one instant', endsAt, () => db.block.count({ where: { state: 'closed' } }));
}

/** Late enough that all have been decided about by then. */
const inAWhile = () => new Date(Math.ceil(Date.now() / 1000) * 1000 + 90_000).toISOString();

async function phase<In, Out>(name: string, items: In[], one: (item: In) => Promise<Out>): Promise<Out[]> {
  const [began, before] = [performance.now(), process.cpuUsage()];
  const times: number[] = [];
  const done: Out[] = [];
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) {
      const asked = performance.now();
      done.push(await one(item));
      times.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const seconds = (performance.now() - began) / 1000;
  row(name, (items.length / seconds).toFixed(0), cpuMs(before), median(times).toFixed(0), quantile(times, 0.99).toFixed(0));
  return done;
}

/** Waits until Temporal has all that were asked for. */
async function begun(db: Database): Promise<void> {
  while ((await db.wakeUp.count()) > 0) await setTimeout(50);
}

/** Of this process since then, a life. */
function cpuMs(since: NodeJS.CpuUsage): string {
  const { user, system } = process.cpuUsage(since);
  return ((user + system) / 1000 / lives).toFixed(1);
}

async function ended(name: string, at: string, count: () => Promise<number>): Promise<void> {
  const early = Date.parse(at) - Date.now();
  if (early < 0) throw new Error(`${name}: the decisions took too long for this machine`);
  await setTimeout(early);
  const before = process.cpuUsage();
  while ((await count()) < lives) await setTimeout(50);
  row(name, (lives / ((Date.now() - Date.parse(at)) / 1000)).toFixed(0), cpuMs(before));
}

async function post({ url, headers }: Target, path: string, body: object): Promise<{ id: string }> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify(body),
  });
  if (response.status !== 200 && response.status !== 201) throw new Error(`${response.status} from ${path}: ${await response.text()}`);
  return (await response.json()) as { id: string };
}

/** As many rooms as lives, open day and night, and a group with somebody to ask. */
async function plant(db: Database) {
  const facilityId = await createFacility(db, { name: 'Bench', zone: 'America/New_York', by: 'bench' });
  const contact = await db.person.create({
    data: { facilityId, name: 'A Contact', role: 'block contact', email: 'contact@bench.example' },
  });
  await db.person.create({ data: { facilityId, name: 'A Scheduler', role: 'facility scheduler', email: 'scheduler@bench.example' } });
  const { id: groupId } = await db.group.create({ data: { facilityId, name: 'Group', mainContactId: contact.id } });
  const { id: providerId } = await db.provider.create({ data: { facilityId, groupId, name: 'Dr. A' } });
  const names = Array.from({ length: lives }, (_, n) => ({ facilityId, name: `OR ${n + 1}` }));
  const roomIds = (await db.room.createManyAndReturn({ data: names, select: { id: true } })).map(({ id }) => id);
  for (const id of roomIds) await setRoomHours(db, id, [1, 2, 3, 4, 5, 6, 7], '00:00', '24:00');
  return { facilityId, roomIds, groupId, providerId, requesterId: contact.id };
}
