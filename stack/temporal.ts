import { spawn } from 'node:child_process';
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Connection } from '@temporalio/client';

import { makeFolder } from './folder.ts';
import { claimFolder } from './owner.ts';
import { freePort, portTaken } from './ports.ts';
import { endProcess, type LiveProcess, liveProcess, pause } from './process.ts';
import type { Say } from './progress.ts';
import { obtainTemporal } from './temporal-program.ts';

export { obtainTemporal } from './temporal-program.ts';

export type RunningTemporal = {
  address: string;
  uiUrl: string;
  metricsUrl: string;
  stop(): Promise<void>;
  /** Rejects with a sentence if the server ever ends by itself. */
  failed: Promise<never>;
};
export type TemporalOptions = {
  dataDir: string;
  searchAttributes: Record<string, 'Keyword' | 'Datetime' | 'Bool' | 'Text' | 'Int'>;
  namespace?: string;
  /** Ports default to those of the last start, else 8233 for the UI and free ones for the rest. */
  port?: number;
  uiPort?: number;
  metricsPort?: number;
  /** Without a database file: for tests. */
  inMemory?: boolean;
  /** Ends what takes minutes: the building of the server. */
  cancelled?: AbortSignal;
  onProgress?: Say;
};

const stopGraceMs = 5000;

/**
 * Starts a development server on loopback with its UI, in a session of its own so that Ctrl-C reaches us alone. One that
 * a killed start left behind on the same folder is stopped first. Resolves when namespace and search attributes answer.
 * Throws an Error of one sentence when there is no server to start, the folder is in use, a port is taken, or it fails.
 */
export async function startTemporal(options: TemporalOptions): Promise<RunningTemporal> {
  const { searchAttributes, namespace = 'default', inMemory = false, onProgress: say = () => {} } = options;
  const dataDir = resolve(options.dataDir);
  const release = await claimFolder(dataDir);
  try {
    const { executable } = await obtainTemporal({ onProgress: say, cancelled: options.cancelled });
    await makeFolder(dataDir);
    await stopOrphanTemporal(dataDir);
    const { port, uiPort, metricsPort } = await choosePorts(dataDir, options);
    const args = [
      'server',
      'start-dev',
      '--ip',
      '127.0.0.1',
      '--port',
      `${port}`,
      '--ui-port',
      `${uiPort}`,
      '--metrics-port',
      `${metricsPort}`,
    ];
    args.push('--log-level', 'error', '--namespace', namespace);
    if (!inMemory) args.push('--db-filename', join(dataDir, 'temporal.db'));
    for (const [name, type] of Object.entries(searchAttributes)) args.push('--search-attribute', `${name}=${type}`);
    const address = `127.0.0.1:${port}`;
    const { stop, failed } = await launch(executable, args, dataDir, () => answers(address, namespace, Object.keys(searchAttributes)));
    return {
      address,
      uiUrl: `http://localhost:${uiPort}`,
      metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
      failed,
      stop: () => stop().finally(release),
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Stops what a killed start left running on a folder: it has the database file open. Does nothing where nothing runs. */
export async function stopOrphanTemporal(dataDir: string): Promise<void> {
  const note = await readFile(join(dataDir, 'temporal.json'), 'utf8').catch(() => '{}');
  const { pid, startedAt }: Partial<LiveProcess> = JSON.parse(note);
  const found = pid ? await liveProcess(pid) : undefined;
  if (found && found.startedAt === startedAt) await endProcess(found, stopGraceMs);
}

/** Starts the server with a new log and waits until it answers. */
async function launch(
  executable: string,
  args: string[],
  dataDir: string,
  ready: () => Promise<void>,
): Promise<Pick<RunningTemporal, 'stop' | 'failed'>> {
  const log = join(dataDir, 'server.log');
  await rename(log, `${log}.before`).catch(() => {});
  const output = await open(log, 'a');
  const child = spawn(executable, args, { detached: true, stdio: ['ignore', output.fd, output.fd] });
  const ended = new Promise<string>((done) => {
    child.once('error', (error) => done(error.message));
    child.once('exit', (code, signal) => done(`it ended with ${signal ?? `code ${code}`}`));
  });
  await output.close();
  child.unref();
  const server = await liveProcess(child.pid ?? 0);
  const note = join(dataDir, 'temporal.json');
  await writeFile(note, JSON.stringify(server ?? {}));
  let stopping = false;
  const failed = ended.then((reason) => {
    if (stopping) return new Promise<never>(() => {});
    throw new Error(`The Temporal server ended by itself (${reason}); its log is ${log}. Start again: every life goes on.`);
  });
  failed.catch(() => {}); // whoever started it may not look
  const stop = async () => {
    stopping = true;
    if (child.pid) child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
    await ended;
    clearTimeout(killer);
    await rm(note, { force: true });
  };
  try {
    await Promise.race([ready(), ended.then((reason) => Promise.reject(new Error(reason)))]);
    return { stop, failed };
  } catch (error) {
    await stop();
    const said = reasonIn(await readFile(log, 'utf8')) || (error as Error).message;
    throw new Error(`The Temporal server ${executable} does not start: ${said}`);
  }
}

/** What a log says last, and before it what went wrong: a panic ends with where, not with why. */
function reasonIn(log: string): string {
  const lines = log.trim().split('\n');
  const wrong = lines.find((line) => /^panic:|address already in use|\berror\b/i.test(line));
  return [...new Set([...(wrong ? [wrong] : []), ...lines.slice(-2)])].join(' / ');
}

async function answers(address: string, namespace: string, searchAttributes: string[]): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    let connection: Connection | undefined;
    try {
      connection = await Connection.connect({ address, connectTimeout: '1 second' });
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
      const missing = searchAttributes.filter((name) => !customAttributes?.[name]);
      if (missing.length === 0) return;
      throw new Error(`it does not know the search attributes ${missing.join(', ')}`);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    } finally {
      await connection?.close();
    }
    await pause(50);
  }
}

type Ports = { port: number; uiPort: number; metricsPort: number };

/** The same ports at every start, as long as they are free: bookmarks of the UI go on working. */
async function choosePorts(dataDir: string, wanted: Partial<Ports>): Promise<Ports> {
  const file = join(dataDir, 'ports.json');
  const kept: Partial<Ports> = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'));
  const choose = async (given: number | undefined, usual: number | undefined) => {
    if (given && (await portTaken(given))) throw new Error(`Port ${given} is taken, Temporal cannot listen there. Choose another.`);
    return given ?? (usual && !(await portTaken(usual)) ? usual : await freePort());
  };
  const port = await choose(wanted.port, kept.port);
  const uiPort = await choose(wanted.uiPort, kept.uiPort ?? 8233);
  const metricsPort = await choose(wanted.metricsPort, kept.metricsPort);
  await writeFile(file, JSON.stringify({ port, uiPort, metricsPort }));
  return { port, uiPort, metricsPort };
}
