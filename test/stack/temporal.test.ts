import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { liveProcess } from '../../stack/process.ts';
import { obtainTemporal, startTemporal, stopOrphanTemporal } from '../../stack/temporal.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-stack-'));
  await obtainTemporal();
}, 15 * 60_000); // it may have to be built
afterAll(async () => {
  await stopOrphanTemporal(join(folder, 'temporal'));
  await rm(folder, { recursive: true, force: true });
});

/** Nothing on PATH, an empty cache, and a network that leads nowhere. */
async function nothingThere(): Promise<{ environment: NodeJS.ProcessEnv; cache: string; bin: string }> {
  const base = await mkdtemp(join(folder, 'empty-'));
  const bin = join(base, 'bin');
  await mkdir(bin);
  const environment = { PATH: bin, XDG_CACHE_HOME: base, HOME: base, HTTPS_PROXY: 'http://127.0.0.1:9', https_proxy: 'http://127.0.0.1:9' };
  return { environment, cache: join(base, 'holdfast'), bin };
}

async function program(path: string, lines: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${lines}\n`);
  await chmod(path, 0o755);
}

describe('obtaining a Temporal server', () => {
  it('says what to do where there is none to be had', async () => {
    const { environment, cache } = await nothingThere();
    await expect(obtainTemporal({ environment })).rejects.toThrow(
      /^There is no Temporal server to start, and it cannot be downloaded\. Install the Temporal CLI .* or set TEMPORAL_ADDRESS .* or install Go/,
    );
    expect(await readdir(cache)).toEqual([]);
  });

  it('takes the one on PATH before everything else', async () => {
    const { environment, bin } = await nothingThere();
    await program(join(bin, 'temporal'), 'exit 0');
    expect(await obtainTemporal({ environment })).toEqual({ kind: 'path', executable: join(bin, 'temporal') });
  });

  it('builds it once, also when two ask at the same time', async () => {
    const { environment, cache, bin } = await nothingThere();
    await program(
      join(bin, 'go'),
      `echo built >> ${join(bin, 'built')}; echo "#!/bin/sh" > "$GOBIN/temporal" && /bin/chmod 755 "$GOBIN/temporal"`,
    );
    const said: string[] = [];
    const onProgress = (what: string) => void said.push(what);
    const both = await Promise.all([obtainTemporal({ environment, onProgress }), obtainTemporal({ environment, onProgress })]);
    const built = { kind: 'built', executable: join(cache, 'temporal-v1.5.1') };
    expect(both).toEqual([built, built]);
    expect(said).toContain('waiting for another start that fetches the server');
    expect(said).toContainEqual(expect.stringMatching(/building the server with Go, once: about 4 minutes, because .*Not needed with/));
    expect(await readFile(join(bin, 'built'), 'utf8')).toBe('built\n');
    expect(await readdir(cache)).toEqual(['temporal-v1.5.1']);
    await rm(join(bin, 'go'));
    expect(await obtainTemporal({ environment })).toEqual(built);
  });

  it('gives up building when nobody wants it any more, and leaves nothing half built', async () => {
    const { environment, cache, bin } = await nothingThere();
    await program(join(bin, 'go'), 'echo half > "$GOBIN/temporal"; exec /bin/sleep 60');
    const cancel = new AbortController();
    const onProgress = (what: string) => what.startsWith('building') && setTimeout(() => cancel.abort(new Error('stopped')), 200);
    await expect(obtainTemporal({ environment, onProgress, cancelled: cancel.signal })).rejects.toThrow('stopped');
    expect(await readdir(cache)).toEqual([]);
  });

  it('gives the reason when the build fails, and leaves nothing half built', async () => {
    const { environment, cache, bin } = await nothingThere();
    await program(join(bin, 'go'), 'echo half > "$GOBIN/temporal"; echo "go: no such host" >&2; exit 1');
    await expect(obtainTemporal({ environment })).rejects.toThrow(
      /could not be built with Go \(go: no such host\)\. Install the Temporal CLI/,
    );
    expect(await readdir(cache)).toEqual([]);
  });
});

describe('the development server', () => {
  const searchAttributes = { HoldfastProbe: 'Keyword', HoldfastDue: 'Datetime', HoldfastFlag: 'Bool', HoldfastCount: 'Int' } as const;
  const probe = defineSearchAttributeKey('HoldfastProbe', SearchAttributeType.KEYWORD);

  async function withClient<T>(address: string, run: (client: Client) => Promise<T>): Promise<T> {
    const connection = await Connection.connect({ address });
    try {
      return await run(new Client({ connection }));
    } finally {
      await connection.close();
    }
  }

  it('keeps its lives, ports and search attributes over a stop, a start and a kill -9 of its owner', async () => {
    const dataDir = join(folder, 'temporal');
    const first = await startTemporal({ dataDir, searchAttributes });
    await withClient(first.address, (client) =>
      client.workflow.start('waits', { workflowId: 'kept', taskQueue: 'nobody', typedSearchAttributes: [{ key: probe, value: 'here' }] }),
    );
    expect((await fetch(first.uiUrl)).status).toBe(200);
    expect(await (await fetch(first.metricsUrl)).text()).toContain('service_requests');
    await first.stop();

    const script = `import { startTemporal } from './stack/temporal.ts';
      await startTemporal({ dataDir: process.argv[1], searchAttributes: ${JSON.stringify(searchAttributes)} });
      process.stdout.write('started');
      setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, dataDir], {
      cwd: join(import.meta.dirname, '..', '..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void owner.kill('SIGKILL'));
    await once(owner.stdout, 'data');
    const orphan = JSON.parse(await readFile(join(dataDir, 'temporal.json'), 'utf8')).pid;
    await expect(startTemporal({ dataDir, searchAttributes })).rejects.toThrow(`is in use by process ${owner.pid}.`);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(await liveProcess(orphan)).toBeDefined();

    const second = await startTemporal({ dataDir, searchAttributes });
    expect(await liveProcess(orphan)).toBeUndefined();
    expect(second.address).toBe(first.address);
    await withClient(second.address, async (client) => {
      expect((await client.workflow.getHandle('kept').describe()).status.name).toBe('RUNNING');
      expect((await client.workflow.count(`HoldfastProbe = 'here'`)).count).toBe(1);
    });
    await second.stop();
  }, 90_000); // three starts

  it('is noticed when it ends by itself, and not when it is stopped', async () => {
    const dataDir = join(folder, 'killed');
    const killed = await startTemporal({ dataDir, searchAttributes: {}, inMemory: true });
    process.kill(JSON.parse(await readFile(join(dataDir, 'temporal.json'), 'utf8')).pid, 'SIGKILL');
    await expect(killed.failed).rejects.toThrow('The Temporal server ended by itself (it ended with SIGKILL)');
    await killed.stop();
    const stopped = await startTemporal({ dataDir, searchAttributes: {}, inMemory: true });
    await stopped.stop();
    expect(await Promise.race([stopped.failed, new Promise((done) => setTimeout(done, 100, 'silent'))])).toBe('silent');
  }, 60_000);

  it('makes another namespace, and says why it cannot start', async () => {
    const dataDir = join(folder, 'memory');
    const running = await startTemporal({ dataDir, searchAttributes: { HoldfastProbe: 'Text' }, namespace: 'elsewhere', inMemory: true });
    const port = Number(running.address.split(':')[1]);
    await expect(startTemporal({ dataDir: join(folder, 'other'), searchAttributes: {}, port })).rejects.toThrow(`Port ${port} is taken`);
    await running.stop();
    const wrong = { 'not a name': 'Wrong' as 'Text' };
    await expect(startTemporal({ dataDir, searchAttributes: wrong, inMemory: true })).rejects.toThrow(
      /^The Temporal server .* does not start: /,
    );
  });
});
