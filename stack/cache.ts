import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { makeFolder } from './folder.ts';

/** What is built or downloaded once a machine lies here, outside any checkout. Throws an Error where it cannot be written. */
export async function cacheFolder(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const base = environment.XDG_CACHE_HOME || environment.LOCALAPPDATA || join(environment.HOME || homedir(), '.cache');
  const folder = join(base, 'holdfast');
  try {
    await makeFolder(folder);
  } catch (error) {
    throw new Error(
      `The cache folder ${folder} cannot be made (${(error as NodeJS.ErrnoException).code}). Set XDG_CACHE_HOME to a folder that can be written.`,
    );
  }
  return folder;
}

/**
 * Makes something aside and lets `make` rename it to its place: two processes at once do no harm, and a broken try
 * leaves nothing behind. What killed tries left is removed when it is a day old.
 */
export async function makeAside<T>(cache: string, make: (folder: string) => Promise<T>): Promise<T> {
  for (const name of await readdir(cache)) {
    const old = name.startsWith('build-') && (await stat(join(cache, name)).catch(() => undefined));
    if (old && Date.now() - old.mtimeMs > 86_400_000) await rm(join(cache, name), { recursive: true, force: true });
  }
  const folder = await mkdtemp(join(cache, 'build-'));
  try {
    return await make(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
