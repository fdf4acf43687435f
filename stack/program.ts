import { access, constants, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { delimiter, join } from 'node:path';

const suffix = platform() === 'win32' ? '.exe' : '';

/** The name that a program's file has on this system. */
export const programName = (name: string) => name + suffix;

/** The full path of a program on PATH. */
export async function onPath(name: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (environment.PATH ?? environment.Path ?? '').split(delimiter)) {
    const path = join(folder, programName(name));
    if (folder && (await isProgram(path))) return path;
  }
  return undefined;
}

export async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
