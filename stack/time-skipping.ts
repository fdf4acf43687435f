import { execFile } from 'node:child_process';
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { TestWorkflowEnvironment } from '@temporalio/testing';

import { cacheFolder, makeAside } from './cache.ts';
import { downloadWithSdk } from './download.ts';
import { freePort } from './ports.ts';
import { isProgram, onPath, programName } from './program.ts';
import type { Say } from './progress.ts';

const execute = promisify(execFile);
const version = '1.38.0';

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>holdfast</groupId><artifactId>time-skipping</artifactId><version>1</version><dependencies><dependency>
<groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${version}</version></dependency></dependencies></project>`;

type Options = { onProgress?: Say; environment?: NodeJS.ProcessEnv };

/** A Temporal server that skips time, for tests. Tear it down with `teardown()`. */
export async function createTimeSkippingEnvironment(options: Options = {}): Promise<TestWorkflowEnvironment> {
  const path = await timeSkippingServer(options);
  const start = () => TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } });
  return start().catch(start).catch(start); // the SDK waits five seconds, and a busy machine may need longer
}

/**
 * The path of such a server: in our cache, downloaded there by the SDK, or put together there with Java and Maven, once
 * a machine. Throws an Error of one sentence when none of these is possible.
 */
export async function timeSkippingServer({ onProgress: say = () => {}, environment = process.env }: Options = {}): Promise<string> {
  const cache = await cacheFolder(environment);
  const downloaded = join(cache, programName('time-skipping-download'));
  const folder = join(cache, `time-skipping-${version}`);
  const script = join(folder, 'server.sh');
  for (const kept of [downloaded, script]) if (await isProgram(kept)) return kept;
  say('downloading the time-skipping server, once');
  const arrived = await makeAside(cache, async (aside) => {
    const path = await downloadWithSdk('createTimeSkipping', aside, environment);
    if (path) await rename(path, downloaded);
    return path !== undefined;
  });
  if (arrived) return downloaded;
  const java = await onPath('java', environment);
  const maven = await onPath('mvn', environment);
  if (!java || !maven || platform() === 'win32') {
    throw new Error(
      'There is no time-skipping server for the tests, and it cannot be downloaded. Install Java 17 and Maven (Debian: openjdk-17-jdk-headless, maven), or let temporal.download be reached.',
    );
  }
  say('putting the time-skipping server together with Maven, once: about 10 seconds');
  await assemble(cache, folder, maven, environment);
  return script;
}

async function assemble(cache: string, target: string, maven: string, environment: NodeJS.ProcessEnv): Promise<void> {
  await makeAside(cache, async (aside) => {
    const made = join(aside, basename(target));
    await mkdir(made);
    await writeFile(join(aside, 'pom.xml'), pom);
    try {
      await execute(maven, ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${join(made, 'jars')}`], {
        cwd: aside,
        env: environment,
        timeout: 300_000,
      });
    } catch (error) {
      const { stdout = '', message } = error as Error & { stdout?: string };
      throw new Error(`The time-skipping server cannot be put together with Maven (${stdout.match(/\[ERROR\] (.*)/)?.[1] ?? message}).`);
    }
    await writeFile(
      join(made, 'server.sh'),
      `#!/bin/sh
here="$(dirname "$0")"
exec java -XX:TieredStopAtLevel=1 "\${JAVA_ARCHIVE:--XX:SharedArchiveFile=$here/classes.jsa}" -cp "$here/jars/*" io.temporal.testserver.TestServer "$@"
`,
    );
    await chmod(join(made, 'server.sh'), 0o755);
    await rename(made, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error; // else somebody was faster
    });
  });
  await archiveClasses(target, environment);
}

/** The server starts in half the time with its classes archived, which it does at the end of a run. Without, it starts too. */
async function archiveClasses(folder: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const archive = join(folder, 'classes.jsa');
  const aside = `${archive}.${process.pid}`;
  const env = { ...environment, JAVA_ARCHIVE: `-XX:ArchiveClassesAtExit=${aside}` };
  await execute(join(folder, 'server.sh'), [String(await freePort())], { env, timeout: 3000 }).catch(() => {}); // ended by the timeout
  await rename(aside, archive).catch(() => {});
}
