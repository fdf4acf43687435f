import { execFile } from 'node:child_process';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { cacheFolder, makeAside } from './cache.ts';
import { downloadWithSdk } from './download.ts';
import { claimWhenFree } from './owner.ts';
import { isProgram, onPath, programName } from './program.ts';
import type { Say } from './progress.ts';

const execute = promisify(execFile);

/** `kind`: found on PATH; downloaded by the SDK; built with Go. The last two stay in the cache. */
export type TemporalProgram = { kind: 'path' | 'download' | 'built'; executable: string };

const version = 'v1.5.1'; // later tags refuse `go install`
const buildLimitMs = 60 * 60_000; // some 4 minutes on two idle cores, many more on busy ones
const waysOut =
  'Install the Temporal CLI so that `temporal` is on PATH (docs.temporal.io/cli), or set TEMPORAL_ADDRESS to a server that runs';

type Options = { onProgress?: Say; environment?: NodeJS.ProcessEnv; cancelled?: AbortSignal | undefined };

/**
 * A `temporal` program: on PATH, in our cache, downloaded there by the SDK, or built there with Go once a machine,
 * however many ask for it at the same time. Throws an Error of one sentence with the ways out when none of these is possible.
 */
export async function obtainTemporal(options: Options = {}): Promise<TemporalProgram> {
  const { onProgress: say = () => {}, environment = process.env, cancelled } = options;
  const found = await onPath('temporal', environment);
  if (found) return { kind: 'path', executable: found };
  const cache = await cacheFolder(environment);
  const ready = await kept(cache);
  if (ready) return ready;
  const release = await claimWhenFree(join(cache, 'temporal'), () => say('waiting for another start that fetches the server'), cancelled);
  try {
    return (await kept(cache)) ?? (await fetchInto(cache, say, environment, cancelled));
  } finally {
    await release();
  }
}

const programs = (cache: string): TemporalProgram[] => [
  { kind: 'download', executable: join(cache, programName('temporal-download')) },
  { kind: 'built', executable: join(cache, programName(`temporal-${version}`)) },
];

async function kept(cache: string): Promise<TemporalProgram | undefined> {
  for (const program of programs(cache)) if (await isProgram(program.executable)) return program;
  return undefined;
}

async function fetchInto(cache: string, say: Say, environment: NodeJS.ProcessEnv, cancelled?: AbortSignal): Promise<TemporalProgram> {
  const [downloaded, built] = programs(cache) as [TemporalProgram, TemporalProgram];
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
      const reason = killed
        ? 'it took more than an hour; another start goes on where it was'
        : stderr?.trim().split('\n').at(-1) || message;
      throw new Error(`The Temporal server could not be built with Go (${reason}). ${waysOut}.`);
    }
    await rename(join(folder, programName('temporal')), target);
  });
}
