import { execFile, spawn } from 'node:child_process';
import { access, mkdir, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';

import { cacheFolder } from './cache.ts';
import { freePort, portTaken } from './ports.ts';
import type { Say } from './progress.ts';

const execute = promisify(execFile);

export type RunningTemporal = { address: string; uiUrl: string; metricsUrl: string; stop(): Promise<void> };
export type TemporalOptions = {
  dataDir: string;
  searchAttributes: Record<string, 'Keyword' | 'Datetime'>;
  /** Without a database file: for tests. */
  inMemory?: boolean;
  onProgress?: Say;
};

const version = 'v1.5.1'; // later tags refuse `go install`
const program = platform() === 'win32' ? 'temporal.exe' : 'temporal';
const buildMinutes = 15;

/**
 * Where a `temporal` program is: on PATH, in our cache, or built there with Go once a machine. Throws an Error with the
 * ways out when none of these is possible.
 */
export async function obtainTemporal(say: Say = () => {}, environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const onPath = await find(program, environment);
  if (onPath) return onPath;
  const cache = await cacheFolder(environment);
  const cached = join(cache, `temporal-${version}${platform() === 'win32' ? '.exe' : ''}`);
  if (await exists(cached)) return cached;
  const go = await find(platform() === 'win32' ? 'go.exe' : 'go', environment);
  if (!go) {
    throw new Error('There is no Temporal server to start. Install the Temporal CLI so that `temporal` is on PATH, or install Go (it is built once), or set TEMPORAL_ADDRESS to a server that runs.');
  }
  say(`building the server once with Go, about 4 minutes; with the Temporal CLI on PATH or TEMPORAL_ADDRESS set this is not needed`);
  return build(go, cache, cached, environment);
}

/** Built aside and renamed: two builds at once do no harm, a broken one leaves nothing behind. */
async function build(go: string, cache: string, target: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const folder = await mkdtemp(join(cache, 'build-'));
  try {
    await execute(go, ['install', `github.com/temporalio/cli/cmd/temporal@${version}`], { env: { ...environment, GOBIN: folder, CGO_ENABLED: '0' }, timeout: buildMinutes * 60_000 });
    await rename(join(folder, program), target);
    return target;
  } catch (error) {
    const reason = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? (error as Error).message;
    throw new Error(`The Temporal server could not be built with Go (${reason}). Install the Temporal CLI so that \`temporal\` is on PATH, or set TEMPORAL_ADDRESS.`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts a development server on loopback with its UI, in a process group of its own so that Ctrl-C reaches us alone. */
export async function startTemporal({ dataDir, searchAttributes, inMemory = false, onProgress }: TemporalOptions): Promise<RunningTemporal> {
  const executable = await obtainTemporal(onProgress);
  await mkdir(dataDir, { recursive: true });
  await stopLeftover(dataDir);
  const { port, uiPort, metricsPort } = await ports(dataDir);
  const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', `${port}`, '--ui-port', `${uiPort}`, '--metrics-port', `${metricsPort}`, '--log-level', 'error'];
  if (!inMemory) args.push('--db-filename', join(dataDir, 'temporal.db'));
  for (const [name, type] of Object.entries(searchAttributes)) args.push('--search-attribute', `${name}=${type}`);
  const log = await open(join(dataDir, 'server.log'), 'a');
  const child = spawn(executable, args, { detached: true, stdio: ['ignore', log.fd, log.fd] });
  await log.close();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await writeFile(join(dataDir, 'temporal.pid'), String(child.pid));
  child.unref();

  const stop = async () => {
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(killer);
    await rm(join(dataDir, 'temporal.pid'), { force: true });
  };
  const address = `127.0.0.1:${port}`;
  try {
    await Promise.race([answers(address), ended.then(() => Promise.reject(new Error('it ended at once')))]);
  } catch (error) {
    await stop();
    const lines = (await readFile(join(dataDir, 'server.log'), 'utf8')).trim().split('\n').slice(-2).join(' / ');
    throw new Error(`The Temporal server does not start: ${lines || (error as Error).message}`);
  }
  return { address, uiUrl: `http://localhost:${uiPort}`, metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`, stop };
}

async function answers(address: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: '1 second' });
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      await connection.close();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** A start that was killed leaves its server behind, and the server its lock on the file. */
async function stopLeftover(dataDir: string): Promise<void> {
  const pid = Number(await readFile(join(dataDir, 'temporal.pid'), 'utf8').catch(() => ''));
  if (!pid || !(await isTemporal(pid))) return;
  process.kill(pid, 'SIGTERM');
  for (let waited = 0; waited < 5000 && (await isTemporal(pid)); waited += 50) await new Promise((resolve) => setTimeout(resolve, 50));
  if (await isTemporal(pid)) process.kill(pid, 'SIGKILL');
}

/** The number may belong to somebody else by now: look at what runs under it. */
async function isTemporal(pid: number): Promise<boolean> {
  try {
    const { stdout } = platform() === 'win32' ? await execute('tasklist', ['/FI', `PID eq ${pid}`]) : await execute('ps', ['-p', String(pid), '-o', 'stat=,args=']);
    return stdout.includes('temporal') && !stdout.startsWith('Z');
  } catch {
    return false;
  }
}

type Ports = { port: number; uiPort: number; metricsPort: number };

/** The same ports at every start, as long as they are free: bookmarks of the UI go on working. */
async function ports(dataDir: string): Promise<Ports> {
  const file = join(dataDir, 'ports.json');
  const kept: Partial<Ports> = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
  const choose = async (wanted: number | undefined) => (wanted && !(await portTaken(wanted)) ? wanted : freePort());
  const chosen = { port: await choose(kept.port), uiPort: await choose(kept.uiPort ?? 8233), metricsPort: await choose(kept.metricsPort) };
  await writeFile(file, JSON.stringify(chosen));
  return chosen;
}

async function find(name: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (environment.PATH ?? '').split(delimiter)) {
    if (folder && (await exists(join(folder, name)))) return join(folder, name);
  }
  return undefined;
}

const exists = (path: string) => access(path).then(() => true, () => false);
