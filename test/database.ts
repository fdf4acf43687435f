import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

import { type Database, openDatabase } from '../prisma/client.ts';

/** A real database of the test file's own, copied from the migrated template. Close it in afterAll. */
export async function testDatabase(): Promise<{ db: Database; url: string; close(): Promise<void> }> {
  const { adminUrl, template } = inject('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`);
  await admin.end();
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const db = openDatabase(url.href);
  return { db, url: url.href, close: () => db.$disconnect() };
}
