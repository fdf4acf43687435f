import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { makeFolder } from './folder.ts';
import { liveProcess, pause } from './process.ts';

/**
 * Takes a folder for this process, by a file beside it: two that start a server on one folder would each take the
 * other's for a leftover. Returns what gives it back. Throws an Error when a live process has it or it cannot be written.
 */
export async function claimFolder(folder: string): Promise<() => Promise<void>> {
  const claim = await tryClaim(folder);
  if (typeof claim === 'function') return claim;
  throw new Error(
    `The folder ${folder} is in use by process ${claim ?? 'that has just ended'}. Stop that first, or choose another folder.`,
  );
}

/** The same, but waits until nobody else has it. */
export async function claimWhenFree(folder: string, onWait: () => void, cancelled?: AbortSignal): Promise<() => Promise<void>> {
  for (;;) {
    const claim = await tryClaim(folder);
    if (typeof claim === 'function') return claim;
    onWait();
    await pause(500);
    cancelled?.throwIfAborted();
  }
}

/** What gives it back; else the number of the process that has it, as far as it is known. */
async function tryClaim(folder: string): Promise<(() => Promise<void>) | number | undefined> {
  const file = `${folder}.owner`;
  const self = await liveProcess(process.pid);
  const mark = JSON.stringify({ pid: process.pid, startedAt: self?.startedAt });
  try {
    await makeFolder(dirname(folder));
    for (;;) {
      const taken = await writeFile(file, mark, { flag: 'wx' }).then(
        () => false,
        (error: NodeJS.ErrnoException) => (error.code === 'EEXIST' ? true : Promise.reject(error)),
      );
      if (!taken) return giveBack(file);
      let owner = await readOwner(file);
      if (!owner) {
        await pause(100); // perhaps it is just being written
        owner = await readOwner(file);
      }
      const holder = await liveProcess(owner?.pid ?? 0);
      if (holder && holder.startedAt === owner?.startedAt) return holder.pid;
      await rm(file, { force: true });
    }
  } catch (error) {
    throw new Error(`The folder ${dirname(folder)} cannot be written (${(error as NodeJS.ErrnoException).code}). Choose another.`);
  }
}

/** Once only: after that the file may be somebody else's. */
function giveBack(file: string): () => Promise<void> {
  let given = false;
  return async () => {
    if (!given) await rm(file, { force: true });
    given = true;
  };
}

async function readOwner(file: string): Promise<{ pid: number; startedAt: string } | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
