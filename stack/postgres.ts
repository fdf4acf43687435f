import { execFile } from 'node:child_process';
import { chmod, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

import { claimFolder } from './owner.ts';
import { freePort, portTaken } from './ports.ts';
import { letThrough, password, postgresBinaries, prepareFolder, type Run, serverOn, unprivileged, user } from './postgres-folder.ts';
import { watchServer } from './postgres-watch.ts';
import { pause } from './process.ts';
import type { Say } from './progress.ts';

const execute = promisify(execFile);

/** `failed` rejects when the server ends by itself. */
export type RunningPostgres = { url: string; port: number; failed: Promise<never>; stop(): Promise<void> };
export type PostgresOptions = {
  dataDir: string;
  /** Default: the one of the last start, else a free one. */
  port?: number;
  /** False trades safety after a power cut for speed, for tests. */
  durable?: boolean;
  onProgress?: Say;
};

const database = 'holdfast';
const settings = ['-c max_connections=200', '-c shared_buffers=128MB'];
const careless = ['-c fsync=off', '-c synchronous_commit=off', '-c full_page_writes=off'];

/**
 * Starts the PostgreSQL that comes with the dependencies on a folder of its own, and creates the database the first
 * time. pg_ctl puts the server into a session of its own, so Ctrl-C reaches us alone and we decide the order in which
 * things stop. A server that a killed start left behind on the same folder is stopped first. Throws an Error of one
 * sentence when the folder is in use or cannot be written, the port is taken, or the server does not start.
 */
export async function startPostgres({
  dataDir: wanted,
  port,
  durable = true,
  onProgress: say = () => {},
}: PostgresOptions): Promise<RunningPostgres> {
  const release = await claimFolder(resolve(wanted));
  try {
    const dataDir = await canonical(wanted);
    const identity = await unprivileged();
    const binaries = await postgresBinaries();
    const run: Run = (binary, args) => execute(binary, args, { ...identity, cwd: '/', env: { ...process.env, LC_ALL: 'C' } });
    await makeExecutable([binaries.pg_ctl, binaries.initdb, binaries.postgres]);
    for (const path of [dataDir, binaries.postgres]) await letThrough(path, identity, say);
    await prepareFolder(dataDir, run, binaries.initdb, identity, say);
    if (await serverOn(dataDir)) {
      say('stopping the server that a killed start left behind');
      await stopServer(run, binaries.pg_ctl, dataDir);
    }
    if (port && (await portTaken(port))) throw new Error(`Port ${port} is taken, PostgreSQL cannot listen there. Choose another.`);
    const chosen = port ?? (await lastPort(dataDir)) ?? (await freePort());
    await launch(run, binaries.pg_ctl, dataDir, [`-p ${chosen}`, '-h 127.0.0.1', '-k ""', ...settings, ...(durable ? [] : careless)]);
    const url = (name: string) => `postgresql://${user}:${password}@127.0.0.1:${chosen}/${name}`;
    const end = () => stopServer(run, binaries.pg_ctl, dataDir).finally(release);
    try {
      await ensureDatabase(url('postgres'));
      await writeFile(join(dataDir, 'holdfast.port'), String(chosen));
      const watch = await watchServer(url('postgres'), dataDir);
      return { url: url(database), port: chosen, failed: watch.failed, stop: () => watch.stop().then(end) };
    } catch (error) {
      await end();
      throw error;
    }
  } catch (error) {
    await release();
    throw error;
  }
}

/** Stops what a killed start left running on a folder, for one that will be removed. Does nothing where nothing runs. */
export async function stopOrphanPostgres(wanted: string): Promise<void> {
  const dataDir = await canonical(wanted).catch(() => undefined);
  if (!dataDir || !(await serverOn(dataDir))) return;
  const identity = await unprivileged();
  const { pg_ctl } = await postgresBinaries();
  await stopServer((binary, args) => execute(binary, args, { ...identity, cwd: '/' }), pg_ctl, dataDir);
}

/** Starts the server with a new log. A crashed server may need a moment to be gone with all its parts: until then it is tried again. */
async function launch(run: Run, pgCtl: string, dataDir: string, flags: string[]): Promise<void> {
  const log = join(dataDir, 'server.log');
  await rename(log, `${log}.before`).catch(() => {});
  for (const until = Date.now() + 10_000; ; await pause(200)) {
    try {
      await run(pgCtl, ['start', '-D', dataDir, '-w', '-t', '60', '-l', log, '-o', flags.join(' ')]);
      return;
    } catch (error) {
      const lines = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').slice(-3);
      if (/shared memory block|lock file/.test(lines.join()) && Date.now() < until) continue;
      throw new Error(`PostgreSQL does not start in ${dataDir}: ${lines.join(' / ') || (error as Error).message}`);
    }
  }
}

/** Ends open connections and stops; at once if that takes 30 s. It may have ended by itself. */
async function stopServer(run: Run, pgCtl: string, dataDir: string): Promise<void> {
  for (const mode of ['fast', 'immediate']) {
    if (!(await serverOn(dataDir))) return;
    await run(pgCtl, ['stop', '-D', dataDir, '-m', mode, '-w', '-t', '30']).catch(() => {});
  }
  const pid = await serverOn(dataDir);
  if (pid) throw new Error(`PostgreSQL on ${dataDir} does not stop. End process ${pid}.`);
}

/** One name for one folder: the server's command line is compared with it. */
async function canonical(folder: string): Promise<string> {
  return join(await realpath(dirname(resolve(folder))), basename(resolve(folder)));
}

async function makeExecutable(paths: string[]): Promise<void> {
  for (const path of paths) {
    const { mode } = await stat(path);
    if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555); // npm does not keep it everywhere
  }
}

async function lastPort(dataDir: string): Promise<number | undefined> {
  const kept = Number(await readFile(join(dataDir, 'holdfast.port'), 'utf8').catch(() => ''));
  return kept > 0 && !(await portTaken(kept)) ? kept : undefined;
}

async function ensureDatabase(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (!rowCount) await client.query(`CREATE DATABASE ${database}`);
  } finally {
    await client.end();
  }
}
