import { execFile } from 'node:child_process';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { cacheFolder, makeAside } from './cache.ts';
import { downloadWithSdk } from './download.ts';
import { isProgram, onPath, programName } from './program.ts';
import type { Say } from './progress.ts';

const execute = promisify(execFile);

/** `kind`: found on PATH; downloaded by the SDK; built with Go. The last two stay in the cache. */
export type TemporalProgram = { kind: 'path' | 'download' | 'built'; executable: string };

const version = 'v1.5.1'; // later tags refuse `go install`
const buildLimitMs = 15 * 60_000;
const waysOut =
  'Install the Temporal CLI so that `temporal` is on PATH (docs.temporal.io/cli), or set TEMPORAL_ADDRESS to a server that runs';

/**
 * A `temporal` program: on PATH, in our cache, downloaded there by the SDK, or built there with Go once a machine.
 * Throws an Error of one sentence with the ways out when none of these is possible.
 */
export async function obtainTemporal({
  onProgress: say = () => {},
  environment = process.env,
  cancelled,
}: {
  onProgress?: Say;
  environment?: NodeJS.ProcessEnv;
  cancelled?: AbortSignal | undefined;
} = {}): Promise<TemporalProgram> {
  const found = await onPath('temporal', environment);
  if (found) return { kind: 'path', executable: found };
  const cache = await cacheFolder(environment);
  const downloaded = { kind: 'download', executable: join(cache, programName('temporal-download')) } as const;
  const built = { kind: 'built', executable: join(cache, programName(`temporal-${version}`)) } as const;
  for (const kept of [downloaded, built]) if (await isProgram(kept.executable)) return kept;
  say('downloading the server, once');
  if (await download(cache, downloaded.executable, environment)) return downloaded;
  const go = await onPath('go', environment);
  if (!go)
    throw new Error(
      `There is no Temporal server to start, and it cannot be downloaded. ${waysOut}, or install Go 1.24 (it is then built, once).`,
    );
  say(
    'building the server with Go, once: about 4 minutes, because it cannot be downloaded here. Not needed with `temporal` on PATH or TEMPORAL_ADDRESS set',
  );
  await build(go, cache, built.executable, environment, cancelled);
  return built;
}

function download(cache: string, target: string, environment: NodeJS.ProcessEnv): Promise<boolean> {
  return makeAside(cache, async (folder) => {
    const path = await downloadWithSdk('createLocal', folder, environment);
    if (path) await rename(path, target);
    return path !== undefined;
  });
}

function build(go: string, cache: string, target: string, environment: NodeJS.ProcessEnv, cancelled?: AbortSignal): Promise<void> {
  return makeAside(cache, async (folder) => {
    const env = { ...environment, GOBIN: folder, CGO_ENABLED: '0' };
    try {
      const limits = { timeout: buildLimitMs, signal: cancelled, killSignal: 'SIGINT' as const };
      await execute(go, ['install', `github.com/temporalio/cli/cmd/temporal@${version}`], { cwd: folder, env, ...limits });
    } catch (error) {
      cancelled?.throwIfAborted();
      const { stderr, killed, message } = error as Error & { stderr?: string; killed?: boolean };
      const reason = killed ? 'it took more than 15 minutes' : stderr?.trim().split('\n').at(-1) || message;
      throw new Error(`The Temporal server could not be built with Go (${reason}). ${waysOut}.`);
    }
    await rename(join(folder, programName('temporal')), target);
  });
}
