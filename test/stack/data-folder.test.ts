import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { mustBeWritable, resetFolder } from '../../stack/data-folder.ts';
import { claimFolder } from '../../stack/owner.ts';

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'holdfast-data-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

it('makes the folder, and leaves nothing in it', async () => {
  await mustBeWritable(join(base, 'new', 'folder'));
  expect(await readdir(join(base, 'new', 'folder'))).toEqual([]);
});

it('says where it cannot be written, also below a file or, on Linux, below /proc', async () => {
  await writeFile(join(base, 'file'), '');
  const impossible = [join(base, 'file'), join(base, 'file', 'below'), ...(platform() === 'linux' ? ['/proc/holdfast/data'] : [])];
  for (const folder of impossible) await expect(mustBeWritable(folder)).rejects.toThrow(`The folder ${folder} cannot be written (E`);
});

it('resets what is its own, and refuses a folder with anything else in it', async () => {
  const folder = join(base, 'reset');
  for (const name of ['postgres', 'temporal']) await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, 'thesis.txt'), 'years of work');
  await expect(resetFolder(folder)).rejects.toThrow('(thesis.txt), so nothing was thrown away. Choose another with --data-dir.');
  expect(await readdir(folder)).toEqual(['postgres', 'temporal', 'thesis.txt']);
  await rm(join(folder, 'thesis.txt'));
  await resetFolder(folder);
  expect(await readdir(folder)).toEqual([]);
});

it('resets nothing while another start is at work on it', async () => {
  const folder = join(base, 'busy');
  const release = await claimFolder(join(folder, 'temporal'));
  await expect(resetFolder(folder)).rejects.toThrow(/is in use by process \d+/);
  expect(await readdir(folder)).toEqual(['temporal.owner']);
  await release();
});
