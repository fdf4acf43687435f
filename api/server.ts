/** Gives the API and the pages a port, and closes them in order. */
import { pathToFileURL } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';

import { type Config, readConfig } from '../config.ts';
import { connectionOptions, dataConverter } from '../dispatch/connection.ts';
import { WakeUpSender } from '../dispatch/sender.ts';
import { transportNames } from '../dispatch/transport.ts';
import { openAccessLog, openDatabase, openReader } from '../prisma/client.ts';
import { buildApp } from './app.ts';

/** So long whoever is being answered, or is still sending, keeps a server that stops from ending. */
const stopGraceMs = 10_000;

export type RunningServer = { url: string; stop(): Promise<void> };

export async function startServer(config: Config & { DATABASE_URL: string }): Promise<RunningServer> {
  const { connection, namespace } = connectionOptions(config);
  const db = openDatabase(config.DATABASE_URL);
  const [reader, accessLog] = await Promise.all([openReader(config.DATABASE_URL), openAccessLog(config.DATABASE_URL)]);
  // lazily: while Temporal is away, pages still show and decisions are still recorded
  const client = new Client({ connection: Connection.lazy(connection), namespace, dataConverter: dataConverter(config) });
  const log = pino({ level: config.LOG_LEVEL, name: 'api' });
  const sender = new WakeUpSender(
    config.DATABASE_URL,
    { client, taskQueue: config.TEMPORAL_TASK_QUEUE, transports: transportNames(config) },
    log,
  );
  const app = await buildApp({ db, reader, accessLog, client, config, flush: () => sender.flush(), now: () => new Date().toISOString() });
  await sender.start();
  const url = await app.listen({ port: config.PORT, host: config.HOST });

  return {
    url,
    async stop() {
      const late = setTimeout(() => app.server.closeAllConnections(), stopGraceMs);
      await app.close().finally(() => clearTimeout(late));
      await sender.stop();
      await Promise.all([client.connection.close(), db.$disconnect(), reader.$disconnect(), accessLog.$disconnect()]);
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const config = readConfig();
  if (!config.DATABASE_URL) throw new Error('DATABASE_URL is not set: an API of its own needs the database. `npm start` brings one up.');
  const server = await startServer({ ...config, DATABASE_URL: config.DATABASE_URL });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.stop().then(() => process.exit(0)));
}
