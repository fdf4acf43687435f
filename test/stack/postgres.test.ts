import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { freePort, portTaken } from '../../stack/ports.ts';
import { startPostgres, stopOrphanPostgres } from '../../stack/postgres.ts';
import { liveProcess, pause } from '../../stack/process.ts';

let folder: string;
let dataDir: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-stack-'));
  dataDir = join(folder, 'postgres');
});
afterAll(async () => {
  await stopOrphanPostgres(dataDir);
  await rm(folder, { recursive: true, force: true });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A process of its own that starts PostgreSQL on the folder, ignores Ctrl-C, and stays. */
async function ownerProcess(): Promise<{ child: ChildProcess; url: string }> {
  const script = `import { startPostgres } from './stack/postgres.ts';
    process.on('SIGINT', () => {});
    const { url } = await startPostgres({ dataDir: process.argv[1], durable: false });
    process.stdout.write(url);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, dataDir], {
    cwd: join(import.meta.dirname, '..', '..'),
    detached: true, // a group of its own, as a terminal gives it
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [url] = await once(child.stdout!, 'data');
  return { child, url: String(url) };
}

const postmaster = async () => Number.parseInt(await readFile(join(dataDir, 'postmaster.pid'), 'utf8'), 10);

describe('embedded PostgreSQL', () => {
  it('keeps its data and its port over a stop and a start', async () => {
    const first = await startPostgres({ dataDir });
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    expect(await query(first.url, `SELECT current_setting('fsync') AS fsync, lower('É') AS lower`)).toEqual([{ fsync: 'on', lower: 'é' }]);
    await first.stop();
    expect(await portTaken(first.port)).toBe(false);
    const second = await startPostgres({ dataDir, durable: false });
    expect(second.port).toBe(first.port);
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(await query(second.url, `SELECT current_setting('fsync') AS fsync`)).toEqual([{ fsync: 'off' }]);
    await second.stop();
    await second.stop(); // a second time does nothing
  });

  it('survives Ctrl-C in the terminal and kill -9 of its owner, and the next start takes the folder over', async () => {
    const { child, url } = await ownerProcess();
    await expect(startPostgres({ dataDir })).rejects.toThrow(new RegExp(`^The folder .* is in use by process ${child.pid}\\.`));
    process.kill(-child.pid!, 'SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await query(url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    const orphan = await postmaster();
    process.kill(child.pid!, 'SIGKILL');
    await once(child, 'exit');
    expect(await liveProcess(orphan)).toBeDefined();
    const next = await startPostgres({ dataDir, durable: false });
    expect(await liveProcess(orphan)).toBeUndefined();
    expect(await query(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await next.stop();
  });

  it('starts again after kill -9 of the server itself', async () => {
    const first = await startPostgres({ dataDir, durable: false });
    process.kill(await postmaster(), 'SIGKILL');
    await first.stop(); // nothing left to stop: no error
    const second = await startPostgres({ dataDir, durable: false });
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await second.stop();
  });

  it('leaves a stranger alone who has the number of a server that is gone', async () => {
    const { uid, gid } = await stat(dataDir);
    const stranger = spawn('sleep', ['60'], { uid, gid });
    await once(stranger, 'spawn');
    try {
      await writeFile(join(dataDir, 'postmaster.pid'), `${stranger.pid}\n${dataDir}\n1\n1\n\n127.0.0.1\n1 1\nready\n`);
      const running = await startPostgres({ dataDir, durable: false });
      await running.stop();
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    } finally {
      stranger.kill();
    }
  });

  it('is noticed when it ends by itself; not when it is stopped, and not when one of its parts crashes', async () => {
    const silent = (failed: Promise<never>, ms: number) => Promise.race([failed, pause(ms).then(() => 'silent')]);
    const crashed = await startPostgres({ dataDir, durable: false });
    const client = new pg.Client(crashed.url);
    client.on('error', () => {});
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    process.kill(rows[0]!.pid, 'SIGKILL'); // the server ends every connection, recovers and goes on
    expect(await silent(crashed.failed, 3000)).toBe('silent');
    expect(await query(crashed.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    process.kill(await postmaster(), 'SIGKILL');
    await expect(crashed.failed).rejects.toThrow(/^PostgreSQL ended by itself; its log is .*server\.log\. Start again/);
    await crashed.stop();
    const stopped = await startPostgres({ dataDir, durable: false });
    await stopped.stop();
    expect(await silent(stopped.failed, 1000)).toBe('silent');
  });

  it('says in one sentence why it cannot start, and leaves nothing behind', async () => {
    const port = await freePort();
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    await expect(startPostgres({ dataDir, port })).rejects.toThrow(`Port ${port} is taken`);
    server.close();
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(startPostgres({ dataDir: join(file, 'postgres') })).rejects.toThrow(
      /^The folder .*file cannot be written \((ENOTDIR|EEXIST)\)/,
    );
    await expect(startPostgres({ dataDir: folder })).rejects.toThrow(/^The folder .* holds something else than a database/);
    await expect(stat(`${folder}.new`)).rejects.toThrow('ENOENT');
    await expect(stat(`${folder}.owner`)).rejects.toThrow('ENOENT');
  });
});
