import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a running `holdfast start` tells the other commands on this machine. */
export type RunningNote = { pid: number; databaseUrl: string; temporalAddress: string | undefined; temporalUiUrl: string | undefined; url: string };

const noteIn = (dataDir: string) => join(dataDir, 'running.json');

/** The note of a start that is alive on this data directory. */
export async function readRunning(dataDir: string): Promise<RunningNote | undefined> {
  try {
    const note = JSON.parse(await readFile(noteIn(dataDir), 'utf8')) as RunningNote;
    process.kill(note.pid, 0); // throws when there is no such process
    return note;
  } catch {
    return undefined;
  }
}

export async function writeRunning(dataDir: string, note: RunningNote): Promise<() => Promise<void>> {
  await writeFile(noteIn(dataDir), JSON.stringify(note));
  return () => rm(noteIn(dataDir), { force: true });
}
