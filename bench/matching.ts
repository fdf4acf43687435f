/**
 * What a look at the waitlist costs when time became free (I-02): the look itself (one statement that ranks and leaves a row)
 * against its parts alone (the ranking, then one insert), with 10,000 and 100,000 active entries in one facility. Prints a table.
 */
import { randomUUID } from 'node:crypto';

import { createFacility } from '../ledger/facility.ts';
import { type FreeTimeOf, noteFreedTime, rankCandidates } from '../ledger/matching.ts';
import type { Database } from '../prisma/client.ts';
import { withDatabase } from './database.ts';
import { quantile } from './table.ts';

const sizes = [10_000, 100_000];
const rounds = 1000;
const candidates = 20;
const now = '2027-01-04T08:00:00.000Z';

export const run = () =>
  withDatabase(async (db) => {
    const rows: [string, Measured][] = [];
    for (const size of sizes) rows.push(await measure(db, size));
    console.table(Object.fromEntries(rows));
    const [small, large] = rows.map(([, row]) => row) as [Measured, Measured];
    console.log(`100,000 entries take ${(large['look p50 ms'] / small['look p50 ms']).toFixed(2)} × the time of 10,000 (limit 1.5)`);
  });

type Measured = { 'look p50 ms': number; 'look p99 ms': number; 'ranking + insert p50 ms': number; 'look ÷ parts': number };

async function measure(db: Database, size: number): Promise<[string, Measured]> {
  const practitioners = await plant(db, size);
  const look: number[] = [];
  const parts: number[] = [];
  for (let round = -100; round < rounds; round++) {
    const time = freedTime(practitioners, round);
    const run = async () => {
      const began = performance.now();
      await noteFreedTime(db, { ...time, cause: 'cancelled' }, now, candidates);
      if (round >= 0) look.push(performance.now() - began);
    };
    const bare = async () => {
      const began = performance.now();
      const [best] = await rankCandidates(db, time, now, { limit: candidates });
      await insertOne(db, time, best);
      if (round >= 0) parts.push(performance.now() - began);
    };
    for (const one of round % 2 ? [run, bare] : [bare, run]) await one(); // whoever comes second finds the pages warm
  }
  const [p50, bare] = [quantile(look, 0.5), quantile(parts, 0.5)];
  const measured = { 'look p50 ms': p50, 'look p99 ms': quantile(look, 0.99), 'ranking + insert p50 ms': bare, 'look ÷ parts': p50 / bare };
  return [size.toLocaleString('en'), mapped(measured)];
}

const mapped = (row: Measured) =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Math.round(value * 100) / 100])) as Measured;

type Practitioner = { id: string; facilityId: string };

/** From half an hour to two hours in the coming four weeks, the same for every run. */
function freedTime(practitioners: Practitioner[], round: number): FreeTimeOf & { facilityId: string } {
  const { id, facilityId } = practitioners[Math.abs(round * 7) % practitioners.length]!;
  const startsAt = new Date(Date.parse(now) + ((Math.abs(round * 13) % 28) * 24 + (Math.abs(round) % 9)) * 3_600_000 + 3_600_000);
  return {
    practitionerId: id,
    facilityId,
    startsAt: startsAt.toISOString(),
    endsAt: new Date(startsAt.getTime() + (1 + (Math.abs(round) % 4)) * 1_800_000).toISOString(),
  };
}

async function insertOne(
  db: Database,
  { practitionerId, facilityId, startsAt, endsAt }: FreeTimeOf & { facilityId: string },
  best: string | undefined,
) {
  await db.$executeRaw`
    INSERT INTO "FreeInterval" ("facilityId", "practitionerId", "startsAt", "endsAt", cause, "freedAt", "bestEntryId")
    VALUES (${facilityId}::uuid, ${practitionerId}::uuid, ${startsAt}::timestamptz, ${endsAt}::timestamptz, 'cancelled', ${now}::timestamptz, ${best ?? null}::uuid)`;
}

/** A large practice: 40 practitioners of 8 professions; seven in ten want a practitioner, two in ten chose days, two in ten want to come earlier. */
async function plant(db: Database, size: number): Promise<Practitioner[]> {
  const facilityId = await createFacility(db, { name: `Bench ${size}`, zone: 'Europe/Berlin', by: 'bench' });
  const people = Array.from({ length: 40 }, (_, index) => ({
    id: randomUUID(),
    facilityId,
    name: `Dr. ${index}`,
    initials: `D${index}`,
    professions: [`profession ${index % 8}`],
  }));
  await db.practitioner.createMany({ data: people });
  const ids = people.map(({ id }) => id);
  await db.$executeRaw`
    INSERT INTO "Patient" ("facilityId", "givenName", "familyName", phone)
    SELECT ${facilityId}::uuid, 'P', 'N' || n, '+49151' || n FROM generate_series(1, ${size / 2}::int) AS n`;
  await db.$executeRaw`
    INSERT INTO "Appointment" ("facilityId", "patientId", "practitionerId", "startsAt", "endsAt", "bookedAt", next, "nextAt")
    SELECT ${facilityId}::uuid, id, (${ids}::uuid[])[1 + n % 40], at, at + interval '15 minutes', ${now}::timestamptz, '{}', at
    FROM (SELECT id, n, ${now}::timestamptz + interval '5 days' + (n / 40) * interval '15 minutes' AS at
      FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM "Patient" WHERE "facilityId" = ${facilityId}::uuid) p) a`;
  await db.$executeRaw`
    INSERT INTO "WaitlistEntry" ("facilityId", "patientId", type, "practitionerId", profession, "durationMinutes", comment, "validFrom", "validUntil",
      dates, "anyDays", "appointmentId", "lastAskedAt", next, "nextAt", "createdAt")
    SELECT ${facilityId}::uuid, "patientId", type, CASE WHEN n % 10 < 7 THEN (${ids}::uuid[])[1 + n % 40] END, 'profession ' || n % 8,
      15 * (1 + (n / 7) % 8), 'any wish', least(began, coalesce(dates[1], began)), coalesce(dates[2], began + 42), coalesce(dates, '{}'), dates IS NULL,
      CASE WHEN type = 'wants earlier' THEN "appointmentId" END,
      CASE WHEN n % 5 = 0 THEN began + interval '1 hour' END, '{}', ${now}::timestamptz + interval '60 days', began + n * interval '1 millisecond'
    FROM (SELECT n, a.id AS "appointmentId", a."patientId", (ARRAY['cancelled', 'scheduled', 'scheduled', 'scheduled', 'wants earlier'])[1 + n % 5] AS type,
        ${now}::date - ((n / 11) % 42)::int AS began,
        CASE WHEN n % 10 IN (2, 6) THEN ARRAY[${now}::date + ((n / 3) % 28)::int, ${now}::date + 28] END AS dates
      FROM (SELECT a.id, a."patientId", row_number() OVER (ORDER BY a.id) AS k FROM "Appointment" a WHERE a."facilityId" = ${facilityId}::uuid) a,
        LATERAL (VALUES (a.k * 2), (a.k * 2 + 1)) AS copies (n)) e`;
  for (const table of ['WaitlistEntry', 'Appointment', 'Patient']) await db.$executeRawUnsafe(`VACUUM ANALYZE "${table}"`);
  const planted = await db.waitlistEntry.count({ where: { facilityId, state: 'active' } });
  if (planted !== size) throw new Error(`${planted} entries instead of ${size}`);
  return people;
}
