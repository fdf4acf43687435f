import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { liveProcess } from './process.ts';

/** What a running `holdfast start` tells the other commands on this machine. */
export type RunningNote = {
  pid: number;
  databaseUrl: string;
  temporalAddress: string | undefined;
  temporalUiUrl: string | undefined;
  url: string;
};

const noteIn = (dataDir: string) => join(dataDir, 'running.json');

/** The note of a start that is alive on this data directory. */
export async function readRunning(dataDir: string): Promise<RunningNote | undefined> {
  try {
    const { startedAt, ...note } = JSON.parse(await readFile(noteIn(dataDir), 'utf8')) as RunningNote & { startedAt?: string };
    const found = await liveProcess(note.pid);
    return found && found.startedAt === startedAt ? note : undefined; // the number may belong to somebody else by now
  } catch {
    return undefined;
  }
}

export async function writeRunning(dataDir: string, note: RunningNote): Promise<() => Promise<void>> {
  const self = await liveProcess(note.pid);
  await writeFile(noteIn(dataDir), JSON.stringify({ ...note, startedAt: self?.startedAt }));
  return () => rm(noteIn(dataDir), { force: true });
}
