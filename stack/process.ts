import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** `startedAt` is only good for comparing: with `pid` it names one process, also after a restart of the machine. */
export type LiveProcess = { pid: number; startedAt: string; command: string };

/** The process that has this number now. Undefined: none, or one that has ended and was not yet collected. */
export async function liveProcess(pid: number): Promise<LiveProcess | undefined> {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    if (platform() === 'linux') return await fromProc(pid); // `ps` is missing in slim images
    if (platform() === 'win32') return await fromPowerShell(pid);
    return await fromPs(pid);
  } catch {
    return undefined;
  }
}

/** Asks it to end, and kills it after `graceMs`. Resolves when it is gone. */
export async function endProcess(found: LiveProcess, graceMs: number): Promise<void> {
  const alive = async () => (await liveProcess(found.pid))?.startedAt === found.startedAt;
  send(found.pid, 'SIGTERM');
  for (const until = Date.now() + graceMs; Date.now() < until && (await alive()); ) await pause(25);
  if (await alive()) send(found.pid, 'SIGKILL');
  for (const until = Date.now() + 2000; Date.now() < until && (await alive()); ) await pause(25);
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it ended in between
  }
}

async function fromProc(pid: number): Promise<LiveProcess | undefined> {
  const [stat, cmdline] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), readFile(`/proc/${pid}/cmdline`, 'utf8')]);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before it may contain anything
  return fields[0] === 'Z' ? undefined : { pid, startedAt: fields[19]!, command: cmdline.replaceAll('\0', ' ').trim() };
}

async function fromPs(pid: number): Promise<LiveProcess | undefined> {
  const { stdout } = await execute('ps', ['-ww', '-p', String(pid), '-o', 'stat=,lstart=,args='], { env: { ...process.env, LC_ALL: 'C' } });
  const [state = '', ...words] = stdout.trim().split(/\s+/);
  return state.startsWith('Z') || !state ? undefined : { pid, startedAt: words.slice(0, 5).join(' '), command: words.slice(5).join(' ') };
}

async function fromPowerShell(pid: number): Promise<LiveProcess | undefined> {
  const script = `$p = Get-CimInstance Win32_Process -Filter "ProcessId=${pid}"; if ($p) { "$($p.CreationDate.Ticks) $($p.CommandLine)" }`;
  const { stdout } = await execute('powershell', ['-NoProfile', '-Command', script]);
  const [startedAt, ...words] = stdout.trim().split(' ');
  return startedAt ? { pid, startedAt, command: words.join(' ') } : undefined;
}
