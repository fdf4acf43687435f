import pg from 'pg';

import { serverOn } from './postgres-folder.ts';
import { pause } from './process.ts';

/** `failed` rejects when the server ends by itself, and only then; `stop` first, when it is to end. */
export type Watch = { failed: Promise<never>; stop(): Promise<void> };

/**
 * Nothing is asked again and again: an idle connection ends when its server does. It ends as well when one of the
 * server's parts crashed and the server ends all others to recover; then it is still there, and is watched again.
 */
export async function watchServer(adminUrl: string, dataDir: string): Promise<Watch> {
  let stopping = false;
  let { client, lost } = await idleConnection(adminUrl);
  const watch = async (): Promise<never> => {
    for (;;) {
      await lost;
      await pause(500); // one that was killed is a moment later gone
      if (stopping) return new Promise<never>(() => {});
      if (!(await serverOn(dataDir)))
        throw new Error(`PostgreSQL ended by itself; its log is ${dataDir}/server.log. Start again: everything is kept.`);
      const again = await idleConnection(adminUrl).catch(() => undefined); // it recovers
      if (again) ({ client, lost } = again);
    }
  };
  const failed = watch();
  failed.catch(() => {}); // whoever started it may not look
  const stop = async () => {
    stopping = true;
    await client.end().catch(() => {});
  };
  return { failed, stop };
}

async function idleConnection(connectionString: string) {
  const client = new pg.Client({ connectionString, keepAlive: true });
  await client.connect();
  const lost = new Promise<void>((done) => {
    client.on('error', () => {}); // the end follows
    client.once('end', done);
  });
  return { client, lost };
}
