import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { expect, test } from 'vitest';

import { holdfast } from '../../cli/holdfast.ts';

const execute = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const main = join(root, 'cli/main.mjs');

/** What a shell sees. */
async function run(args: string[], env: Record<string, string> = {}) {
  const answer = await execute(process.execPath, args, { cwd: root, env: { ...process.env, ...env } }).catch(
    (error: Error & { code: number; stdout: string; stderr: string }) => error,
  );
  const { stdout, stderr } = answer;
  return { code: 'code' in answer ? answer.code : 0, stdout, stderr };
}

const leaves = (command: Command): Command[] => (command.commands.length > 0 ? command.commands.flatMap(leaves) : [command]);

test.each(['start', 'import', 'keys', 'doctor', 'migrate', 'audit', 'retention'])('%s takes --json and --data-dir', async (name) => {
  const command = (await holdfast([name])).commands.find((one) => one.name() === name)!;
  expect(command.description()).not.toBe('');
  for (const leaf of leaves(command)) {
    const options = leaf.options.map(({ long }) => long);
    expect(options, leaf.name()).toEqual(expect.arrayContaining(['--json', '--data-dir']));
    expect(leaf.description(), leaf.name()).not.toBe('');
  }
});

test('help is answered with 0, what is not understood with 1 and a sentence', async () => {
  expect(await run([main, '--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('doctor') });
  expect(await run([main, 'keys', '--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('revoke') });
  expect(await run([main, 'nonsense'])).toMatchObject({ code: 1, stderr: "error: unknown command 'nonsense'\n" });
  expect(await run([main, 'keys', 'create', 'x', '--role', 'patient'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Allowed'),
  });
  expect(await run([main, 'keys', 'create', ' '])).toMatchObject({ code: 1, stderr: expect.stringContaining('1 to 200 characters') });
  expect(await run([main, 'start', '--port', 'x'])).toMatchObject({ code: 1, stderr: expect.stringContaining('0 to 65535') });
});

test('a Node that is too old is told so before anything is loaded', async () => {
  const old = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.19.1' } });";
  const { code, stderr } = await run(['-e', `${old} import(${JSON.stringify(main)})`]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'Holdfast needs Node 20.20 or newer; this is 18.19.1. Install a current LTS release from nodejs.org.\n',
  });
});

test('the doctor looks into the folder that is named, and says where it found nothing', async () => {
  const folder = join(root, 'no such folder');
  const { code, stdout } = await run([main, 'doctor', '--json', '--data-dir', folder], { DATABASE_URL: '', TEMPORAL_ADDRESS: '' });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ check: 'PostgreSQL', ok: false, found: `not running in ${folder}` }));
  const keys = await run([main, 'keys', 'list', '--data-dir', folder], { DATABASE_URL: '' });
  expect(keys).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(`There is no database yet in ${folder}.`) });
});
