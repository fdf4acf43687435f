import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Database, openDatabase } from '../prisma/client.ts';
import { deployMigrations } from '../prisma/migrate.ts';
import { startPostgres } from '../stack/postgres.ts';

/** Runs a bench on a migrated PostgreSQL of its own, which goes when it ends. */
export async function withDatabase(run: (db: Database, url: string) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  const { url, stop } = await startPostgres({ dataDir });
  try {
    await deployMigrations(url);
    const db = openDatabase(url);
    await run(db, url);
    await db.$disconnect();
  } finally {
    await stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
