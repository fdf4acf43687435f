import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { freePort } from '../../stack/ports.ts';
import { liveProcess } from '../../stack/process.ts';

const root = resolve(import.meta.dirname, '../..');
const execute = promisify(execFile);

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'holdfast-start-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const env = { ...process.env, DATABASE_URL: '', TEMPORAL_ADDRESS: '', PUBLIC_URL: '' };
const doctor = () =>
  execute(process.execPath, ['cli/main.mjs', 'doctor', '--json', '--data-dir', dataDir], { cwd: root, env }).then(
    ({ stdout }) => JSON.parse(stdout) as { check: string; ok: boolean }[],
  );

test('npm start says something at once, brings everything up, and ends it all when only npm gets the signal', async () => {
  const port = await freePort();
  const npm = spawn('npm', ['start', '--', '--data-dir', dataDir, '--port', String(port), '--json'], { cwd: root, env });
  const ended = once(npm, 'exit');
  const said: string[] = [];
  npm.stderr.on('data', (text) => said.push(String(text)));
  let addresses: Record<string, string> | undefined;
  for await (const line of createInterface({ input: npm.stdout })) {
    if (!line.startsWith('{')) continue;
    addresses = JSON.parse(line);
    break;
  }
  expect(addresses, said.join('')).toBeDefined();
  expect(said.join('')).toMatch(/^Holdfast starts\.\n/);
  expect((await fetch(addresses!['Start page']!)).status).toBe(200);
  expect((await fetch(addresses!['Temporal UI']!)).status).toBe(200);
  const ids = (await execute('pgrep', ['-f', dataDir]).catch(() => ({ stdout: '' }))).stdout.trim().split('\n').map(Number);
  expect((await doctor()).filter(({ ok }) => !ok)).toEqual([]);

  npm.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  for (const id of ids) expect(await liveProcess(id)).toBeUndefined();
  for (const left of ['running.json', 'postgres.owner', 'postgres/postmaster.pid', 'temporal/temporal.json'])
    expect(existsSync(join(dataDir, left)), left).toBe(false);
}, 180_000);
