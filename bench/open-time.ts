/**
 * What Find Open Time costs in one facility with 40 rooms, 90 days ahead and 100,000 historical cases: its 99th percentile at
 * 20 requests a second, and its throughput beside bare Fastify and pg with the same statement. Prints a table.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import autocannon from 'autocannon';
import fastify from 'fastify';
import pg from 'pg';

import { addDays } from '../domain/civil.ts';
import { createFacility } from '../ledger/facility.ts';
import { openTimeStatement, soon } from '../ledger/open-time.ts';
import type { Database } from '../prisma/client.ts';
import { startApi, type Target } from './api.ts';
import { withDatabase } from './database.ts';
import { heading, median, quantile, row } from './table.ts';

const now = '2027-01-04T08:00:00.000Z';
const zone = 'America/New_York';
const [from, to] = ['2027-01-04', addDays('2027-01-04', 89)];
const page = 100;
const rounds = 5;

export const run = () =>
  withDatabase(async (db, url) => {
    const facilityId = await plant(db);
    const api = await startApi(db, url, facilityId, { now: () => now });
    const ours = { ...api, url: `${api.url}/open-time?facilityId=${facilityId}&from=${from}&to=${to}&limit=${page}` };
    const bare = await startBare(url, facilityId);
    for (const target of [ours, bare]) await shoot(target, { duration: 5, connections: 4 }); // warm

    heading('20 requests a second for 30 s');
    row('', 'p50 ms', 'p99 ms');
    const times = await steadily(ours, 20, 30);
    row('Find Open Time (limit: p99 50)', median(times).toFixed(1), quantile(times, 0.99).toFixed(1));

    heading(`As fast as 8 connections can, ${rounds} × 5 s each in turn`);
    const perSecond: number[][] = [[], []];
    for (let round = 0; round < rounds; round++)
      for (const [index, target] of [ours, bare].entries())
        perSecond[index]!.push((await shoot(target, { duration: 5, connections: 8 })).requests.average);
    const [our, their] = perSecond.map(median) as [number, number];
    row('', 'requests/s');
    row('Find Open Time', our.toFixed(1));
    row('bare Fastify and pg', their.toFixed(1));
    row('ratio (limit: at least 0.6)', (our / their).toFixed(2));
    await Promise.all([ours.close(), bare.close()]);
  });

/** From a thread of its own, so that whoever asks does not slow down whoever answers more than the machine does. */
const shoot = ({ url, headers }: Target, load: { duration: number; connections: number }) =>
  autocannon({ url, headers, workers: 1, ...load });

/** One request after the other at even distances, whether the one before has its answer or not. Returns how long each took, in ms. */
async function steadily({ url, headers }: Target, perSecond: number, seconds: number): Promise<number[]> {
  const answers: Promise<number>[] = [];
  for (let number = 0; number < perSecond * seconds; number++) {
    const began = performance.now();
    const answered = async () => {
      const response = await fetch(url, { headers });
      await response.text();
      if (response.status !== 200) throw new Error(`${response.status} from ${url}`);
      return performance.now() - began;
    };
    answers.push(answered());
    await setTimeout(1000 / perSecond);
  }
  return Promise.all(answers);
}

/** The same statement and nothing else: no key, no policy, no checks, no shape. */
async function startBare(databaseUrl: string, facilityId: string): Promise<Target> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  const { text, values } = openTimeStatement(soon({ facilityId, zone, from, to, now, minMinutes: 120, limit: page + 1 }));
  const app = fastify();
  app.get('/', async () => (await pool.query(text, values)).rows);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const close = async () => {
    await app.close();
    await pool.end();
  };
  return { url, headers: {}, close };
}

/** 40 rooms open from 07:00 to 17:00, a block a room and weekday for a year back and 90 days ahead, two cases in three of the coming blocks. */
async function plant(db: Database): Promise<string> {
  const facilityId = await createFacility(db, { name: 'Bench', zone, by: 'bench' });
  const groupId = randomUUID();
  const person = await db.person.create({ data: { facilityId, name: 'A Contact', role: 'block contact', email: 'contact@bench.example' } });
  await db.group.create({ data: { id: groupId, facilityId, name: 'Group', mainContactId: person.id } });
  await db.$executeRaw`INSERT INTO "Room" ("facilityId", name) SELECT ${facilityId}::uuid, 'OR ' || n FROM generate_series(1, 40) AS n`;
  await db.$executeRaw`
    INSERT INTO "RoomHours" ("roomId", weekday, "opensAt", "closesAt")
    SELECT id, weekday, '07:00', '17:00' FROM "Room", generate_series(1, 7) AS weekday WHERE "facilityId" = ${facilityId}::uuid`;
  await db.$executeRaw`
    INSERT INTO "Block" ("facilityId", "roomId", "groupId", date, "startsAt", "endsAt", "windowDays", next, "nextAt")
    SELECT ${facilityId}::uuid, r.id, ${groupId}::uuid, day, (day + time '07:00') AT TIME ZONE ${zone}, (day + time '15:00') AT TIME ZONE ${zone}, 7, '{}', day
    FROM "Room" r, generate_series(${from}::date - 365, ${to}::date, interval '1 day') AS day
    WHERE extract(isodow FROM day) < 6`;
  await db.$executeRaw`
    INSERT INTO "Release" ("blockId", "roomId", "startsAt", "endsAt", "releasedAt", "visibleAt", "releasedBy", kind)
    SELECT id, "roomId", "startsAt" + interval '4 hours', "endsAt", yesterday, yesterday, 'bench', 'mandatory'
    FROM (SELECT ${now}::timestamptz - interval '1 day' AS yesterday) y, "Block" WHERE "startsAt" > ${now}::timestamptz AND abs(hashtext(id::text)) % 3 = 0`;
  await db.$executeRaw`
    INSERT INTO "Case" ("facilityId", number, "roomId", "groupId", "startsAt", "endsAt", "bookedAt")
    SELECT ${facilityId}::uuid, 'past ' || row_number() OVER (), r.id, ${groupId}::uuid, at, at + interval '50 minutes', at - interval '9 days'
    FROM "Room" r, generate_series(1, 313) AS day, generate_series(0, 7) AS hour,
      LATERAL (SELECT (${from}::date - day + time '07:00' + hour * interval '1 hour') AT TIME ZONE ${zone} AS at) AS t`;
  await db.$executeRaw`
    INSERT INTO "Case" ("facilityId", number, "roomId", "groupId", "startsAt", "endsAt", "bookedAt")
    SELECT "facilityId", 'coming ' || row_number() OVER (), "roomId", "groupId", "startsAt", "startsAt" + interval '90 minutes', "startsAt" - interval '30 days'
    FROM "Block" WHERE "startsAt" > ${now}::timestamptz AND abs(hashtext(id::text)) % 3 > 0`;
  for (const table of ['Block', 'Release', 'Case', 'RoomHours']) await db.$executeRawUnsafe(`VACUUM ANALYZE "${table}"`);
  const cases = await db.case.count({ where: { facilityId } });
  if (cases < 100_000) throw new Error(`only ${cases} cases`);
  return facilityId;
}
