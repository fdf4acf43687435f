import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it, where they are missing. Not by the `recursive` of mkdir: that never ends where a
 * system refuses with ENOENT to make a folder in one that exists, as Linux does below /proc. Rejects with mkdir's error.
 */
export async function makeFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  if (dirname(folder) !== folder) await makeFolder(dirname(folder));
  await mkdir(folder).catch(async (error) => {
    if (!(await isFolder(folder))) throw error; // perhaps somebody else has just made it
  });
}

const isFolder = (path: string) =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
