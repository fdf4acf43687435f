import { access } from 'node:fs/promises';
import { join } from 'node:path';

import { type Database, openDatabase } from '../prisma/client.ts';
import { startPostgres } from '../stack/postgres.ts';
import { readRunning } from '../stack/running.ts';
import { type Place, settingsAt } from './options.ts';

type Connection = { url: string; close(): Promise<void> };

/**
 * The database that the settings name, that a running `holdfast start` uses, or the kept one, started for this
 * command alone. Throws an Error with the way out when there is none.
 */
async function connectUrl(place: Place): Promise<Connection> {
  const { DATABASE_URL, HOLDFAST_DATA_DIR: dataDir } = settingsAt(place);
  if (DATABASE_URL) return { url: DATABASE_URL, close: async () => {} };
  const running = await readRunning(dataDir);
  if (running) return { url: running.databaseUrl, close: async () => {} };
  const folder = join(dataDir, 'postgres');
  await access(folder).catch(() => {
    throw new Error(
      `There is no database yet in ${dataDir}. Run \`npm start\` once, name the folder of another start with --data-dir, or set DATABASE_URL.`,
    );
  });
  const postgres = await startPostgres({ dataDir: folder });
  return { url: postgres.url, close: () => postgres.stop() };
}

/** Runs a command's work on that database, and lets go of it whatever happens. */
export async function withDatabase<T>(place: Place, run: (db: Database, url: string) => Promise<T>): Promise<T> {
  const { url, close } = await connectUrl(place);
  const db = openDatabase(url, 4);
  try {
    return await run(db, url);
  } finally {
    await db.$disconnect();
    await close();
  }
}
