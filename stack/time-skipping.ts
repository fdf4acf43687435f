import { execFile } from 'node:child_process';
import { access, chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TestWorkflowEnvironment } from '@temporalio/testing';

import { cacheFolder } from './cache.ts';

const execute = promisify(execFile);
const version = '1.38.0';

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>holdfast</groupId><artifactId>time-skipping</artifactId><version>1</version><dependencies><dependency>
<groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${version}</version></dependency></dependencies></project>`;

/**
 * A Temporal server that skips time, for tests: from our cache, made there with Java and Maven, or the SDK's own
 * download where neither is installed.
 */
export async function createTimeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  const path = await timeSkippingServer().catch(() => undefined);
  if (path) return TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } });
  try {
    return await TestWorkflowEnvironment.createTimeSkipping();
  } catch (error) {
    throw new Error(`There is no time-skipping server: install Java 17 and Maven, or let the SDK download it (${(error as Error).message}).`);
  }
}

async function timeSkippingServer(): Promise<string> {
  const cache = await cacheFolder();
  const target = join(cache, `time-skipping-${version}`);
  const script = join(target, 'server.sh');
  if (await access(script).then(() => true, () => false)) return script;
  const folder = await mkdtemp(join(cache, 'build-'));
  try {
    await writeFile(join(folder, 'pom.xml'), pom);
    await execute('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=jars'], { cwd: folder, timeout: 300_000 });
    await writeFile(join(folder, 'server.sh'), `#!/bin/sh\nexec java -XX:TieredStopAtLevel=1 -cp '${join(target, 'jars')}/*' io.temporal.testserver.TestServer "$@"\n`);
    await chmod(join(folder, 'server.sh'), 0o755);
    await rename(folder, target).catch(() => {}); // somebody else was faster
    return script;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
