/** What `npm start` does: brings up what is not configured, then the worker and the API, and takes all of it down in order. */
import { join, resolve } from 'node:path';

import type { Config } from '../config.ts';
import { searchAttributes } from '../dispatch/lives.ts';
import { transportName } from '../dispatch/transport.ts';
import { mustBeWritable, resetFolder } from './data-folder.ts';
import { portTaken } from './ports.ts';
import { startPostgres } from './postgres.ts';
import type { Progress } from './progress.ts';
import { readRunning, writeRunning } from './running.ts';
import { startTemporal } from './temporal.ts';

export type StartOptions = {
  config: Config;
  reset: boolean;
  sample: boolean;
  progress: Progress;
  /** Somebody does not want it any more: checked between the parts. */
  cancelled: AbortSignal;
};
export type Running = { addresses: [name: string, url: string][]; failed: Promise<never>; stop(): Promise<void> };

/** Throws an Error with one clear sentence; whatever had been started by then is stopped again. */
export async function start({ config, reset, sample, progress: { step }, cancelled }: StartOptions): Promise<Running> {
  const dataDir = resolve(config.HOLDFAST_DATA_DIR);
  const undo: (() => Promise<void>)[] = [];
  const progress: Progress = {
    step: async (name, run) => {
      cancelled.throwIfAborted();
      return step(name, run);
    },
  };
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step().catch(() => {});
  };
  try {
    const other = await readRunning(dataDir);
    if (other)
      throw new Error(
        `Holdfast runs already on ${dataDir} (process ${other.pid}, ${other.url}). Stop it first, or choose another --data-dir.`,
      );
    if (config.PORT !== 0 && (await portTaken(config.PORT, config.HOST)))
      throw new Error(`Port ${config.PORT} is taken. Stop what listens there, or start with --port <number>.`);
    await mustBeWritable(dataDir);
    if (reset) await resetFolder(dataDir);
    const [postgres, temporal, { deployMigrations, plantSample, startServer, startWorker }] = await together(
      config.DATABASE_URL
        ? Promise.resolve<{ url: string; failed?: Promise<never> }>({ url: config.DATABASE_URL })
        : progress.step('PostgreSQL', (say) => track(startPostgres({ dataDir: join(dataDir, 'postgres'), onProgress: say }), undo)),
      config.TEMPORAL_ADDRESS
        ? Promise.resolve(undefined)
        : progress.step('Temporal', (say) =>
            track(startTemporal({ ...temporalOptions(dataDir), namespace: config.TEMPORAL_NAMESPACE, onProgress: say, cancelled }), undo),
          ),
      progress.step('Program', load),
    );
    await progress.step('Migrations', () => deployMigrations(postgres.url).catch(inWords(config)));
    const settings = {
      ...config,
      DATABASE_URL: postgres.url,
      TEMPORAL_ADDRESS: config.TEMPORAL_ADDRESS ?? temporal?.address,
      TEMPORAL_UI_URL: config.TEMPORAL_UI_URL ?? temporal?.uiUrl,
    };
    const worker = await progress.step('Worker', () => track(startWorker(settings).catch(inWords(config)), undo));
    const server = await progress.step('API and pages', () => track(startServer(settings), undo));
    const mailbox = transportName(config) === 'mailbox' || config.MAILBOX;
    if (sample) await progress.step('Sample facility', () => plantSample(postgres.url));
    const url = config.PUBLIC_URL ?? server.url.replace('127.0.0.1', 'localhost');
    undo.push(
      await writeRunning(dataDir, {
        pid: process.pid,
        databaseUrl: postgres.url,
        temporalAddress: settings.TEMPORAL_ADDRESS,
        temporalUiUrl: settings.TEMPORAL_UI_URL,
        url,
      }),
    );
    cancelled.throwIfAborted();
    const addresses: Running['addresses'] = [
      ['Start page', url],
      ...(mailbox ? [['Mailbox', `${url}/mailbox`] as [string, string]] : []),
      ['API docs', `${url}/docs`],
      ...(settings.TEMPORAL_UI_URL ? [['Temporal UI', settings.TEMPORAL_UI_URL] as [string, string]] : []),
    ];
    const workerFailed = worker.failed.catch((error: Error) => {
      throw new Error(`The worker stopped by itself: ${error.message}`);
    });
    const failures = [workerFailed, postgres.failed, temporal?.failed].filter((failed) => failed !== undefined);
    return { addresses, failed: Promise.race(failures), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Worker, pages and all they stand on: seconds of loading, in which the servers can start. */
async function load() {
  const [migrate, sample, server, worker] = await Promise.all([
    import('../prisma/migrate.ts'),
    import('../prisma/sample/plant.ts'),
    import('../api/server.ts'),
    import('../worker.ts'),
  ]);
  return { ...migrate, ...sample, ...server, ...worker };
}

/** All at once; if one fails the others are awaited first, so that they are known and can be stopped. */
async function together<A, B, C>(a: Promise<A>, b: Promise<B>, c: Promise<C>): Promise<[A, B, C]> {
  await Promise.allSettled([a, b, c]);
  return Promise.all([a, b, c]);
}

async function track<T extends { stop(): Promise<void> }>(starting: Promise<T>, undo: (() => Promise<void>)[]): Promise<T> {
  const part = await starting;
  undo.push(() => part.stop());
  return part;
}

/** What a server of somebody else's that does not answer throws, as a sentence with the way out. */
export const inWords =
  ({ DATABASE_URL, TEMPORAL_ADDRESS }: Pick<Config, 'DATABASE_URL' | 'TEMPORAL_ADDRESS'>) =>
  (error: Error & { code?: unknown }): never => {
    const host = DATABASE_URL && URL.canParse(DATABASE_URL) ? new URL(DATABASE_URL).host : 'DATABASE_URL';
    if (DATABASE_URL && databaseAway.includes(String(error.code)))
      throw new Error(`PostgreSQL at ${host} cannot be used (${error.message}). Check DATABASE_URL and that the server runs, or unset it.`);
    if (TEMPORAL_ADDRESS && /connect/i.test(error.message))
      throw new Error(
        `Temporal does not answer at ${TEMPORAL_ADDRESS} (${error.message}). Check TEMPORAL_ADDRESS and that the server runs, or unset it.`,
      );
    throw error;
  };

/** No server, or none that knows the user (28…) or the database (3D000). */
const databaseAway = ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT', '28P01', '28000', '3D000'];

function temporalOptions(dataDir: string) {
  const types = Object.values(searchAttributes).map(({ name, type }) => [name, type === 'DATETIME' ? 'Datetime' : 'Keyword'] as const);
  return { dataDir: join(dataDir, 'temporal'), searchAttributes: Object.fromEntries(types) };
}
