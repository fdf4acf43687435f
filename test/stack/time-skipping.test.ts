import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { createTimeSkippingEnvironment, timeSkippingServer } from '../../stack/time-skipping.ts';

it('skips 42 days in seconds', async () => {
  const env = await createTimeSkippingEnvironment();
  const before = await env.currentTimeMs();
  const startedAt = performance.now();
  await env.sleep('42 days');
  expect((await env.currentTimeMs()) - before).toBeGreaterThanOrEqual(42 * 86_400_000);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  await env.teardown();
});

it('says what to install where neither a download nor Java and Maven are there', async () => {
  const base = await mkdtemp(join(tmpdir(), 'holdfast-stack-'));
  const environment = {
    PATH: base,
    XDG_CACHE_HOME: base,
    HOME: base,
    HTTPS_PROXY: 'http://127.0.0.1:9',
    https_proxy: 'http://127.0.0.1:9',
  };
  await expect(timeSkippingServer({ environment })).rejects.toThrow(/^There is no time-skipping server .*Install Java 17 and Maven/);
  expect(await readdir(join(base, 'holdfast'))).toEqual([]);
  await rm(base, { recursive: true });
});
