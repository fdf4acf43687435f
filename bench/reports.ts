/** What the reports of a year cost (F-18): 40 rooms, a block a room and working day, 100,000 cases, releases and holds. Prints a table. */
import { randomUUID } from 'node:crypto';

import { barsOf } from '../api/pages/plot.tsx';
import { plotsOf } from '../api/pages/report-views.tsx';
import { readReports, reportNames } from '../api/reports.ts';
import { createFacility } from '../ledger/facility.ts';
import type { Database } from '../prisma/client.ts';
import { speechIn } from '../words/speech.ts';
import { startApi } from './api.ts';
import { withDatabase } from './database.ts';
import { heading, median, quantile, row } from './table.ts';

const now = '2027-01-04T08:00:00.000Z';
const zone = 'America/New_York';
const [from, to] = ['2026-01-01', '2026-12-31'];
const rounds = 30;

export const run = () =>
  withDatabase(async (db, url) => {
    const facilityId = await plant(db);
    const api = await startApi(db, url, facilityId, { now: () => now });
    heading(`A year of one facility, ${rounds} times each`);
    row('', 'p50 ms', 'p99 ms');
    for (const name of reportNames)
      await timed(name, async () => {
        const { status } = await fetch(`${api.url}/reports/${name}?facilityId=${facilityId}&from=${from}&to=${to}`, api);
        if (status !== 200) throw new Error(`${status} from ${name}`);
      });
    const period = { facilityId, zone, from, to, now };
    const all = () => readReports(db, period, ['month', 'group']);
    await timed('all four, as the page reads them', all);
    const reports = await all();
    await timed('their plots', () => Promise.all(reportNames.map((name) => barsOf(plotsOf[name](reports[name].month, speechIn('en'))))));
    await api.close();
  });

async function timed(name: string, run: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let round = -3; round < rounds; round++) {
    const began = performance.now();
    await run();
    if (round >= 0) times.push(performance.now() - began);
  }
  row(name, median(times).toFixed(0), quantile(times, 0.99).toFixed(0));
}

/** Twelve groups; in each block seven cases, of every third block the last three hours given back, and half of these held and used by others. */
async function plant(db: Database): Promise<string> {
  const facilityId = await createFacility(db, { name: 'Bench', zone, by: 'bench' });
  const person = await db.person.create({ data: { facilityId, name: 'A Contact', role: 'block contact', email: 'contact@bench.example' } });
  const groups = Array.from({ length: 12 }, (_, n) => ({ id: randomUUID(), facilityId, name: `Group ${n + 1}`, mainContactId: person.id }));
  await db.group.createMany({ data: groups });
  const ids = groups.map(({ id }) => id);
  const provider = await db.provider.create({ data: { facilityId, groupId: ids[0]!, name: 'Dr. A' } });
  await db.$executeRaw`INSERT INTO "Room" ("facilityId", name) SELECT ${facilityId}::uuid, 'OR ' || n FROM generate_series(1, 40) AS n`;
  await db.$executeRaw`
    INSERT INTO "Block" ("facilityId", "roomId", "groupId", date, "startsAt", "endsAt", "windowDays", state, next, "nextAt")
    SELECT ${facilityId}::uuid, r.id, (${ids}::uuid[])[1 + abs(hashtext(r.id::text || day)) % 12], day,
      (day + time '07:00') AT TIME ZONE ${zone}, (day + time '18:00') AT TIME ZONE ${zone}, 7, 'closed', '{}', day
    FROM "Room" r, generate_series(${from}::date - 730, ${to}::date, interval '1 day') AS day WHERE extract(isodow FROM day) < 6`;
  const given = 'abs(hashtext(b.id::text)) % 3 = 0';
  await db.$executeRawUnsafe(`
    INSERT INTO "Release" ("blockId", "roomId", "startsAt", "endsAt", "releasedAt", "visibleAt", "releasedBy", kind)
    SELECT b.id, "roomId", "startsAt" + interval '8 hours', "endsAt", "startsAt" - interval '9 days', "startsAt" - interval '9 days', 'bench', 'partial'
    FROM "Block" b WHERE ${given}`);
  await db.$executeRawUnsafe(`
    INSERT INTO "Case" ("facilityId", number, "roomId", "groupId", "startsAt", "endsAt", "bookedAt")
    SELECT "facilityId", b.id || '-' || n, "roomId", "groupId", "startsAt" + n * interval '65 minutes', "startsAt" + n * interval '65 minutes' + interval '1 hour', "startsAt" - interval '20 days'
    FROM "Block" b, generate_series(0, 9) AS n WHERE NOT (${given}) OR n < 7`);
  await db.$executeRawUnsafe(
    `
    INSERT INTO "Hold" ("facilityId", "roomId", "groupId", "providerId", "requesterId", "startsAt", "endsAt", "requestedAt", "confirmedAt", "endedAt", "expiresAt", state, "usedMinutes", next, "nextAt")
    SELECT b."facilityId", b."roomId", $1::uuid, $2::uuid, $3::uuid, x."startsAt", x."endsAt", x."releasedAt", x."releasedAt", x."startsAt", x."startsAt", 'used', 180, '{}', x."startsAt"
    FROM "Block" b JOIN "Release" x ON x."blockId" = b.id WHERE abs(hashtext(b.id::text)) % 6 = 0`,
    ids[0],
    provider.id,
    person.id,
  );
  await db.$executeRaw`
    INSERT INTO "Claim" ("facilityId", "roomId", "startsAt", "endsAt", "subjectKind", "subjectId", "claimedAt", "freedAt")
    SELECT "facilityId", "roomId", "startsAt", "endsAt", 'hold', id, "requestedAt", "endedAt" FROM "Hold"`;
  await db.$executeRaw`
    INSERT INTO "Case" ("facilityId", number, "roomId", "groupId", "startsAt", "endsAt", "bookedAt")
    SELECT "facilityId", 'held ' || id, "roomId", "groupId", "startsAt", "endsAt", "requestedAt" FROM "Hold"`;
  for (const table of ['Block', 'Release', 'Case', 'Hold', 'Claim']) await db.$executeRawUnsafe(`VACUUM ANALYZE "${table}"`);
  const cases = await db.case.count({ where: { facilityId, startsAt: { gte: new Date(from) } } });
  const [releases, holds] = [await db.release.count(), await db.hold.count()];
  heading(`${cases} cases in the year; in three years ${releases} releases, ${holds} holds`);
  return facilityId;
}
