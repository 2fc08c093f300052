import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';

/** Which process holds something, told so that a later process with the same number is not mistaken for it. */
export const processIdentity = z.object({
  host: z.string(),
  pid: z.number().int().positive(),
  /** Start time as the operating system counts it; empty where that can't be read. */
  started: z.string(),
});
export type ProcessIdentity = z.infer<typeof processIdentity>;

export async function ownIdentity(): Promise<ProcessIdentity> {
  return { host: hostname(), pid: process.pid, started: await startTime(process.pid) };
}

/** Whether that process still runs. One on another machine is taken for alive: nobody here can tell. */
export async function isAlive({ host, pid, started }: ProcessIdentity): Promise<boolean> {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM says that the process is there and belongs to somebody else.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const now = await startTime(pid);
  return started === '' || now === '' || now === started;
}

/** Field 22 of /proc/PID/stat (proc(5)); elsewhere than on Linux the empty string. */
async function startTime(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
