import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';

import { createKey } from '../api/auth/keys.ts';
import { searchAttributes } from '../dispatch/lives.ts';
import { type Database, openDatabase } from '../prisma/client.ts';
import { deployMigrations } from '../prisma/migrate.ts';
import { freePort } from '../stack/ports.ts';
import { type RunningTemporal, startTemporal } from '../stack/temporal.ts';
import { testDatabase } from './database.ts';

const root = join(import.meta.dirname, '..');

/** The whole system as it runs: PostgreSQL, Temporal, the API and a worker, each a process that a test may kill. */
export type System = {
  db: Database;
  databaseUrl: string;
  client: Client;
  temporal: RunningTemporal;
  url: string;
  /** Calls the API with an administrator's key and a fresh Idempotency-Key. */
  call(
    method: string,
    path: string,
    body?: object,
    headers?: Record<string, string>,
    // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails where it is not there
  ): Promise<{ status: number; body: any; headers: Headers }>;
  startWorker(): Promise<Program>;
  startApi(): Promise<Program>;
  close(): Promise<void>;
};

export type Program = { kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> };

type Wishes = {
  env?: Record<string, string> /** A database that the test itself may kill. */;
  databaseUrl?: string /** The test starts worker and API itself. */;
  manual?: boolean;
};

export async function startSystem({ env = {}, databaseUrl: ownUrl, manual = false }: Wishes = {}): Promise<System> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-system-'));
  const types = Object.values(searchAttributes).map(({ name, type }) => [name, type === 'DATETIME' ? 'Datetime' : 'Keyword'] as const);
  const [{ db, url: databaseUrl, close: closeDatabase }, temporal, port] = await Promise.all([
    ownUrl ? ownDatabase(ownUrl) : testDatabase(),
    startInTurn({ dataDir: folder, searchAttributes: Object.fromEntries(types), inMemory: true }),
    freePort(),
  ]);
  const url = `http://127.0.0.1:${port}`;
  const client = new Client({ connection: await Connection.connect({ address: temporal.address }) });
  const { secret } = await createKey(db, { name: 'Test administrator', role: 'administrator', facilityIds: [] });
  const programs: Program[] = [];
  const settings = {
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporal.address,
    PORT: String(port),
    PUBLIC_URL: url,
    LOG_LEVEL: 'warn',
    MAIL_RATE_PER_SECOND: '50',
    OVERLOADED_AFTER_SECONDS: '30',
    ANSWER_WITHIN_SECONDS: '20', // a busy machine is no outage: tests of one ask for less
    ...env,
  };

  const start = async (file: string, ready: RegExp): Promise<Program> => {
    const program = await startProgram(file, settings, ready);
    programs.push(program);
    return program;
  };
  const system: System = {
    db,
    databaseUrl,
    client,
    temporal,
    url,
    startWorker: () => start('worker.ts', /worker runs/),
    startApi: () => start('api/server.ts', /listening at/),
    async call(method, path, body, headers = {}) {
      const key = { authorization: `Bearer ${secret}`, 'idempotency-key': crypto.randomUUID() };
      const content: Record<string, string> = body ? { 'content-type': 'application/json' } : {};
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { ...key, ...content, ...headers },
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text ? JSON.parse(text) : undefined, headers: response.headers };
    },
    async close() {
      await Promise.all(programs.map((program) => program.kill('SIGTERM')));
      await client.connection.close();
      await closeDatabase();
      await temporal.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  if (!manual) await Promise.all([system.startWorker(), system.startApi()]);
  return system;
}

/** A free port, ours or one that the server chooses for its parts, may be taken by another test's before it listens there: then once more. */
async function startInTurn(options: Parameters<typeof startTemporal>[0], tries = 3): Promise<RunningTemporal> {
  try {
    return await startTemporal(options);
  } catch (error) {
    if (tries <= 1) throw error;
    return startInTurn(options, tries - 1);
  }
}

async function ownDatabase(url: string) {
  await deployMigrations(url);
  const db = openDatabase(url);
  return { db, url, close: () => db.$disconnect() };
}

async function startProgram(file: string, env: Record<string, string>, ready: RegExp): Promise<Program> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, file)], {
    cwd: root,
    env: { ...process.env, ...env, LOG_LEVEL: 'info', NODE_ENV: 'test' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const said = await untilSaid(child, ready, file);
  let wanted = false;
  child.once('exit', (code, signal) => {
    if (!wanted) process.stderr.write(`${file} ended by itself (${code ?? signal}): ${said().slice(-3000)}\n`);
  });
  return {
    async kill(signal) {
      wanted = true;
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await exited;
    },
  };
}

/** Returns when it has said that it is ready, with a look at the last that it said until now. */
function untilSaid(child: ChildProcess, ready: RegExp, file: string): Promise<() => string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer) => {
      said = (said + chunk).slice(-20_000);
      if (ready.test(said)) resolve(() => said);
      if (process.env.SHOW_LOGS) process.stderr.write(chunk);
    };
    child.stdout!.on('data', hear);
    child.stderr!.on('data', hear);
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}: ${said.slice(-3000)}`)));
  });
}

/** Asks until the answer is there: for what happens after commit, in another process. */
export async function eventually<T>(ask: () => Promise<T | undefined | null | false>, withinMs = 30_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`nothing came within ${withinMs} ms: ${ask}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The action link behind a button of the latest mail to a person. */
export async function linkIn(db: Database, to: string, subject: RegExp, label: string): Promise<string> {
  const mail = await eventually(async () =>
    (await db.mailboxEntry.findMany({ where: { to }, orderBy: { sentAt: 'desc' } })).find((one) => subject.test(one.subject)),
  );
  const anchors = [...mail.html.matchAll(/<a[^>]*href="([^"]+)"[^>]*>(.*?)<\/a>/gs)];
  const found = anchors.find(([, , text]) => text!.replace(/<[^>]+>|<!--.*?-->/gs, '').includes(label));
  if (!found) throw new Error(`no button "${label}" in "${mail.subject}"`);
  return found[1]!;
}
