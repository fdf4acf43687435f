import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { readConfig } from '../config.ts';
import { type Database, openDatabase } from '../prisma/client.ts';
import { startPostgres } from '../stack/postgres.ts';
import { readRunning } from '../stack/running.ts';

type Connection = { url: string; close(): Promise<void> };

/**
 * The database that the settings name, that a running `holdfast start` uses, or the kept one, started for this
 * command alone. Throws an Error with the way out when there is none.
 */
async function connectUrl(): Promise<Connection> {
  const config = readConfig();
  if (config.DATABASE_URL) return { url: config.DATABASE_URL, close: async () => {} };
  const dataDir = resolve(config.HOLDFAST_DATA_DIR);
  const running = await readRunning(dataDir);
  if (running) return { url: running.databaseUrl, close: async () => {} };
  const folder = join(dataDir, 'postgres');
  await access(folder).catch(() => {
    throw new Error(`There is no database yet in ${dataDir}. Run \`npm start\` once, or set DATABASE_URL.`);
  });
  const postgres = await startPostgres({ dataDir: folder });
  return { url: postgres.url, close: () => postgres.stop() };
}

/** Runs a command's work on that database, and lets go of it whatever happens. */
export async function withDatabase<T>(run: (db: Database, url: string) => Promise<T>): Promise<T> {
  const { url, close } = await connectUrl();
  const db = openDatabase(url, 4);
  try {
    return await run(db, url);
  } finally {
    await db.$disconnect();
    await close();
  }
}
