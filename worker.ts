/** Runs the lives: a Temporal worker with its steps, the delivery of mail, and a sender of wake-ups. Scale it by starting more. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { pino } from 'pino';

import { allActivities } from './activities/index.ts';
import { chooseTransport } from './activities/mail/transport.ts';
import { chooseTextTransport } from './activities/text/transport.ts';
import { type Config, readConfig } from './config.ts';
import { connectionOptions, dataConverter } from './dispatch/connection.ts';
import { heartbeats } from './dispatch/heartbeat.ts';
import { prepareTemporal } from './dispatch/prepare.ts';
import { WakeUpSender } from './dispatch/sender.ts';
import { openDatabase } from './prisma/client.ts';

export type RunningWorker = { stop(): Promise<void>; failed: Promise<never> };

const workflowsPath = join(import.meta.dirname, 'workflows');

/** Starts the worker and returns when it polls. `failed` rejects if it ever stops by itself. */
export async function startWorker(config: Config & { DATABASE_URL: string }): Promise<RunningWorker> {
  const log = pino({ level: config.LOG_LEVEL, name: 'worker' });
  installRuntime(config);
  const { connection: options, namespace } = connectionOptions(config);
  const db = openDatabase(config.DATABASE_URL);
  const client = new Client({ connection: await Connection.connect(options), namespace, dataConverter: dataConverter(config) });
  await prepareTemporal(client.connection as Connection, namespace);
  const [workflowBundle, connection] = await Promise.all([bundle(), NativeConnection.connect(options)]);
  const publicUrl = config.PUBLIC_URL ?? `http://localhost:${config.PORT}`;
  const mail = chooseTransport(config, db);
  const sms = chooseTextTransport(config, db, `${publicUrl}/webhooks/sms/status`);
  const transports = { mail: mail.name, sms: sms.name };
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    workflowBundle,
    dataConverter: dataConverter(config),
    activities: allActivities({ db, transports: [mail, sms], from: config.MAIL_FROM, publicUrl }),
    interceptors: { activity: [heartbeats] },
    maxConcurrentLocalActivityExecutions: 20,
    shutdownGraceTime: '10 seconds',
  });
  const sender = new WakeUpSender(config.DATABASE_URL, { client, taskQueue: config.TEMPORAL_TASK_QUEUE, transports }, log);
  const run = worker.run();
  await sender.start();
  log.info({ taskQueue: config.TEMPORAL_TASK_QUEUE, transports }, 'worker runs');

  return {
    failed: run.then(() => new Promise<never>(() => {})),
    async stop() {
      await sender.stop();
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await run.catch(() => {});
      await Promise.all([connection.close(), client.connection.close(), db.$disconnect()]);
    },
  };
}

/** Core's own log is for its developers; we keep its warnings. A second worker in one process shares the runtime. */
function installRuntime(config: Config): void {
  try {
    const level = config.LOG_LEVEL === 'silent' ? 'ERROR' : 'WARN';
    Runtime.install({ logger: new DefaultLogger(level), shutdownSignals: [] });
  } catch {
    // installed already
  }
}

/** Bundling takes seconds; the bundle of unchanged workflow code is kept beside the dependencies. */
async function bundle(): Promise<{ codePath: string } | { code: string }> {
  const files = (await readdir(workflowsPath)).filter((name) => name.endsWith('.ts')).sort();
  const hash = createHash('sha256').update(await readFile(join(import.meta.dirname, 'package-lock.json')));
  for (const name of files) hash.update(name).update(await readFile(join(workflowsPath, name)));
  const folder = join(import.meta.dirname, 'node_modules', '.cache', 'holdfast');
  const codePath = join(folder, `workflows-${hash.digest('hex').slice(0, 16)}.js`);
  try {
    return { code: await readFile(codePath, 'utf8') };
  } catch {
    const { code } = await bundleWorkflowCode({ workflowsPath: join(workflowsPath, 'index.ts'), logger: new DefaultLogger('WARN') });
    const kept = await keep(folder, codePath, code).catch(() => false); // a read-only image has no cache, and needs none
    return kept ? { codePath } : { code };
  }
}

async function keep(folder: string, path: string, code: string): Promise<true> {
  await mkdir(folder, { recursive: true });
  await writeFile(`${path}.${process.pid}`, code);
  await rename(`${path}.${process.pid}`, path);
  return true;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (process.argv.includes('--bundle-only')) {
    await bundle(); // for building an image
    process.exit(0);
  }
  const config = readConfig();
  if (!config.DATABASE_URL) throw new Error('DATABASE_URL is not set: a worker of its own needs the database. `npm start` brings one up.');
  const worker = await startWorker({ ...config, DATABASE_URL: config.DATABASE_URL });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void worker.stop().then(() => process.exit(0)));
  await worker.failed;
}
