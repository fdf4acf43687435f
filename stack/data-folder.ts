/** The folder in which a start on one machine keeps everything. */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { makeFolder } from './folder.ts';
import { claimFolder } from './owner.ts';
import { stopOrphanPostgres } from './postgres.ts';
import { stopOrphanTemporal } from './temporal.ts';

/** Whatever any start has ever put there. */
const ours = ['postgres', 'postgres.owner', 'postgres.new', 'postgres.password', 'temporal', 'temporal.owner', 'running.json', '.writable'];

/** Throws an Error with the way out when it cannot be made or written. */
export async function mustBeWritable(dataDir: string): Promise<void> {
  const probe = join(dataDir, '.writable');
  try {
    await makeFolder(dataDir);
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    throw new Error(`The folder ${dataDir} cannot be written (${(error as NodeJS.ErrnoException).code}). Choose another with --data-dir.`);
  }
}

/**
 * Throws all that Holdfast keeps in it away, also what a killed start left running on it. Throws an Error, and touches
 * nothing, when the folder holds anything else or a start is at work on it, also one that is not up yet.
 */
export async function resetFolder(dataDir: string): Promise<void> {
  const strange = (await readdir(dataDir).catch(() => [])).filter((name) => !ours.includes(name));
  if (strange.length > 0)
    throw new Error(
      `The folder ${dataDir} holds more than Holdfast’s data (${strange.slice(0, 3).join(', ')}${strange.length > 3 ? ', …' : ''}), so nothing was thrown away. Choose another with --data-dir.`,
    );
  const [postgres, temporal] = [join(dataDir, 'postgres'), join(dataDir, 'temporal')];
  const release = [await claimFolder(postgres)];
  try {
    release.push(await claimFolder(temporal));
    await Promise.all([stopOrphanPostgres(postgres), stopOrphanTemporal(temporal)]);
    for (const name of ours) await rm(join(dataDir, name), { recursive: true, force: true });
  } finally {
    for (const giveBack of release) await giveBack();
  }
}
