import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What is built or downloaded once a machine lies here, outside any checkout. */
export async function cacheFolder(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const base = environment.XDG_CACHE_HOME ?? environment.LOCALAPPDATA ?? join(homedir(), '.cache');
  const folder = join(base, 'holdfast');
  await mkdir(folder, { recursive: true });
  return folder;
}
