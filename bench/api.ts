import { Client, Connection } from '@temporalio/client';

import { buildApp } from '../api/app.ts';
import { createKey } from '../api/auth/keys.ts';
import { readConfig } from '../config.ts';
import { type Database, openAccessLog, openReader } from '../prisma/client.ts';

/** An address and what to send along. */
export type Target = { url: string; headers: Record<string, string>; close(): Promise<void> };

type Around = { now: () => string; temporalAddress?: string };

/** The API as it runs, on a port; without Temporal where no life has to answer. `url`: its `/v1`. */
export async function startApi(
  db: Database,
  databaseUrl: string,
  facilityId: string,
  { now, temporalAddress = '127.0.0.1:1' }: Around,
): Promise<Target> {
  const [reader, accessLog] = await Promise.all([openReader(databaseUrl), openAccessLog(databaseUrl)]);
  const client = new Client({ connection: Connection.lazy({ address: temporalAddress }) });
  const config = readConfig({ LOG_LEVEL: 'silent', ANSWER_WITHIN_SECONDS: '20' }); // a busy machine is no outage
  const app = await buildApp({ db, reader, accessLog, client, config, flush: async () => {}, now });
  const { secret } = await createKey(db, { name: 'Bench', role: 'facility scheduler', facilityIds: [facilityId] });
  const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/v1`;
  const close = async () => {
    await app.close();
    await Promise.all([client.connection.close(), reader.$disconnect(), accessLog.$disconnect()]);
  };
  return { url, headers: { authorization: `Bearer ${secret}` }, close };
}
