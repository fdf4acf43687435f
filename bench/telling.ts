/** What it costs to owe the alerts of open time that concerns 5,000 people (C-46): one statement in the transaction that opens it. Prints a table. */
import { randomUUID } from 'node:crypto';

import { rehearse } from '../api/rehearsal.ts';
import { announceOpenTime } from '../ledger/availability.ts';
import { createFacility, policyOf, setRoomHours } from '../ledger/facility.ts';
import type { Database } from '../prisma/client.ts';
import { withDatabase } from './database.ts';
import { heading, median, quantile, row } from './table.ts';

const now = '2027-01-04T13:00:00.000Z';
const zone = 'America/New_York';
const people = 5000;
const groups = 50;
const rounds = 20;

export const run = () =>
  withDatabase(async (db) => {
    const { facilityId, roomId } = await plant(db);
    const policy = await policyOf(db, facilityId);
    const intervals = [{ startsAt: '2027-01-20T15:00:00.000Z', endsAt: '2027-01-20T20:00:00.000Z' }];
    const times: number[] = [];
    for (let round = -2; round < rounds; round++) {
      const began = performance.now();
      const subject = { kind: 'block' as const, id: randomUUID() };
      const place = { facilityId, roomId, zone, shadow: false, policy };
      const owed = await rehearse(db, (tx) =>
        announceOpenTime(tx, { ...place, subject, cause: 'release', intervals, openedAt: now, now, knownTo: [] }),
      );
      if (owed !== people) throw new Error(`${owed} mails`);
      if (round >= 0) times.push(performance.now() - began);
    }
    heading(`${people.toLocaleString('en')} people of ${groups} groups, ${rounds} times`);
    row('', 'p50 ms', 'p99 ms');
    row('mails owed, in one statement', median(times).toFixed(0), quantile(times, 0.99).toFixed(0));
  });

async function plant(db: Database) {
  const facilityId = await createFacility(db, { name: 'Bench', zone, by: 'bench' });
  await db.$executeRaw`
    INSERT INTO "Person" ("facilityId", name, role, email) SELECT ${facilityId}::uuid, 'Person ' || n, 'block contact', n || '@bench.example'
    FROM generate_series(1, ${people}::int) AS n`;
  await db.$executeRaw`INSERT INTO "Group" ("facilityId", name) SELECT ${facilityId}::uuid, 'Group ' || n FROM generate_series(1, ${groups}::int) AS n`;
  await db.$executeRaw`
    INSERT INTO "Provider" ("facilityId", "groupId", name, availability)
    SELECT "facilityId", id, 'Dr. ' || name, '[{"weekday": 3, "from": "08:00", "to": "18:00"}]' FROM "Group"`;
  await db.$executeRaw`
    INSERT INTO "Membership" ("groupId", "personId")
    SELECT g.id, p.id FROM (SELECT id, row_number() OVER () AS n FROM "Person") p
    JOIN (SELECT id, row_number() OVER () - 1 AS n FROM "Group") g ON g.n = p.n % ${groups}::int`;
  const { id: roomId } = await db.room.create({ data: { facilityId, name: 'OR 1' } });
  await setRoomHours(db, roomId, [1, 2, 3, 4, 5, 6, 7], '07:00', '17:00');
  for (const table of ['Person', 'Membership', 'Provider']) await db.$executeRawUnsafe(`VACUUM ANALYZE "${table}"`);
  return { facilityId, roomId };
}
