import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Writes a file of the test's own and gives its path. */
export async function fileWith(content: string | Uint8Array, name = 'schedule.csv'): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'holdfast-import-')), name);
  await writeFile(path, content);
  return path;
}

export const fixture = (name: string) => new URL(`fixtures/${name}`, import.meta.url).pathname;
