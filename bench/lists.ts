/** What the thousandth page of a list costs beside the first: lists of 100,000 items in one facility. Prints a table. */
import { randomUUID } from 'node:crypto';

import { createFacility } from '../ledger/facility.ts';
import type { Database } from '../prisma/client.ts';
import { startApi, type Target } from './api.ts';
import { withDatabase } from './database.ts';
import { heading, median, row } from './table.ts';

const now = '2027-01-04T08:00:00.000Z';
const lists = ['/blocks', '/blocks?sort=-date', '/cases', '/holds', '/audit-events'];
const items = 100_200;
const rounds = 50;

export const run = () =>
  withDatabase(async (db, url) => {
    const facilityId = await plant(db);
    const api = await startApi(db, url, facilityId, { now: () => now });
    heading(`${items.toLocaleString('en')} items, 100 a page (limit: 1.2)`);
    row('', 'page 1, ms', 'page 1,000, ms', 'ratio');
    for (const list of lists) {
      const first = `${list}${list.includes('?') ? '&' : '?'}limit=100`;
      const last = await thousandth(api, first);
      const times: [number[], number[]] = [[], []];
      for (let round = 0; round < rounds; round++)
        for (const [index, page] of [first, last].entries()) times[index]!.push((await read(api, page)).ms);
      const [one, thousand] = times.map(median) as [number, number];
      row(list, one.toFixed(1), thousand.toFixed(1), (thousand / one).toFixed(2));
    }
    await api.close();
  });

type Page = { items: unknown[]; nextCursor: string | null };

async function read({ url, headers }: Target, path: string): Promise<{ ms: number; page: Page }> {
  const began = performance.now();
  const response = await fetch(`${url}${path}`, { headers });
  const page = (await response.json()) as Page;
  const ms = performance.now() - began;
  if (response.status !== 200 || page.items.length !== 100)
    throw new Error(`${path}: ${response.status}, ${JSON.stringify(page).slice(0, 200)}`);
  return { ms, page };
}

/** By turning the pages, as whoever reads the whole list does. */
async function thousandth(api: Target, first: string): Promise<string> {
  let path = first;
  for (let number = 1; number < 1000; number++) path = `${first}&cursor=${(await read(api, path)).page.nextCursor}`;
  return path;
}

/** A hundred rooms, and in each a block, a hold, a case and an event a day. */
async function plant(db: Database): Promise<string> {
  const facilityId = await createFacility(db, { name: 'Bench', zone: 'America/New_York', by: 'bench' });
  const groupId = randomUUID();
  const person = await db.person.create({ data: { facilityId, name: 'A Contact', role: 'block contact', email: 'contact@bench.example' } });
  await db.group.create({ data: { id: groupId, facilityId, name: 'Group', mainContactId: person.id } });
  const { id: providerId } = await db.provider.create({ data: { facilityId, groupId, name: 'Dr. A' } });
  await db.$executeRaw`INSERT INTO "Room" ("facilityId", name) SELECT ${facilityId}::uuid, 'OR ' || n FROM generate_series(1, 100) AS n`;
  await db.$executeRaw`
    INSERT INTO "Block" ("facilityId", "roomId", "groupId", date, "startsAt", "endsAt", "windowDays", next, "nextAt")
    SELECT ${facilityId}::uuid, r.id, ${groupId}::uuid, day, day + interval '12 hours', day + interval '20 hours', 7,
      jsonb_build_object('kind', 'close', 'at', ${now}::text, 'rule', 'C-25', 'because', 'bench'), day
    FROM "Room" r, generate_series(${now}::date - 1, ${now}::date + ${items / 100 - 2}::int, interval '1 day') AS day`;
  await db.$executeRaw`
    INSERT INTO "Hold" ("facilityId", "roomId", "groupId", "providerId", "requesterId", "startsAt", "endsAt", "requestedAt", "expiresAt", next, "nextAt")
    SELECT "facilityId", "roomId", "groupId", ${providerId}::uuid, ${person.id}::uuid, "startsAt", "startsAt" + interval '2 hours', "startsAt", "startsAt", next, "startsAt"
    FROM "Block"`;
  await db.$executeRaw`
    INSERT INTO "Case" ("facilityId", number, "roomId", "groupId", "startsAt", "endsAt")
    SELECT "facilityId", id, "roomId", "groupId", "startsAt", "endsAt" FROM "Block"`;
  await db.$executeRaw`
    INSERT INTO "AuditEvent" ("facilityId", "subjectKind", "subjectId", seq, at, action, actor, "policyVersion", before, after, "previousHash", hash, "recordedAt")
    SELECT "facilityId", 'block', id, 1000, "startsAt", 'bench', '{"name": "Bench", "role": "system", "channel": "system"}', 1, '{}', '{}', '', id, "startsAt"
    FROM "Block"`;
  for (const table of ['Block', 'Hold', 'Case', 'AuditEvent']) await db.$executeRawUnsafe(`VACUUM ANALYZE "${table}"`);
  return facilityId;
}
