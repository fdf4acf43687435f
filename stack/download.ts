import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const limitMs = 5 * 60_000;
const silenceMs = 20_000;

/**
 * Lets the Temporal SDK download one of its servers into an empty folder, and returns its path. Undefined where that
 * is not possible. It runs in a process of its own: the SDK would install a runtime that ours clashes with, and goes on
 * for minutes where the network swallows everything; so it ends when nothing has come for 20 seconds.
 */
export async function downloadWithSdk(
  create: 'createLocal' | 'createTimeSkipping',
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const script = `import { TestWorkflowEnvironment } from '@temporalio/testing';
    const executable = { type: 'cached-download', downloadDir: process.argv[1] };
    const env = await TestWorkflowEnvironment.${create}({ server: { executable } });
    await env.teardown();`;
  const downloaded = await new Promise<boolean>((resolve) => {
    const options = { cwd: import.meta.dirname, env: environment, timeout: limitMs, killSignal: 'SIGKILL' as const };
    const child = execFile(process.execPath, ['--input-type=module', '-e', script, folder], options, (error) => {
      clearInterval(watch);
      resolve(!error);
    });
    let progress = { size: 0, atMs: Date.now() };
    const watch = setInterval(async () => {
      const size = await sizeOf(folder);
      if (size !== progress.size) progress = { size, atMs: Date.now() };
      else if (Date.now() - progress.atMs > silenceMs) child.kill('SIGKILL');
    }, 1000);
  });
  const [name] = downloaded ? await readdir(folder) : [];
  return name && join(folder, name);
}

async function sizeOf(folder: string): Promise<number> {
  let size = 0;
  for (const name of await readdir(folder).catch(() => [])) size += (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0;
  return size;
}
