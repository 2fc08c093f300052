import { readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { withLock } from '../../scripts/lib/lock.mjs';
import { removeLeftovers } from './leftovers.ts';
import { releaseBridge, type PrivateBridge } from './private-bridge.ts';

const ownerFile = 'owner.json';

interface Owner {
  /** Identity of the test run's process. */
  readonly process: string;
  readonly bridge: PrivateBridge | undefined;
}

/** Notes in a server's directory that this process takes it away, so that a later run does should this one be killed. */
export async function markOwned(directory: string, bridge?: PrivateBridge): Promise<void> {
  const owner: Owner = { process: await processIdentity(process.pid), bridge };
  await writeFile(path.join(directory, ownerFile), JSON.stringify(owner));
}

/** Takes away the engines and registries of test runs that were killed before they could do so themselves. */
export async function takeAwayAbandoned(): Promise<void> {
  await withLock('abandoned-test-servers', () => undefined, takeAwayAll);
}

async function takeAwayAll(): Promise<void> {
  for (const name of (await readdir(tmpdir())).filter((entry) => entry.startsWith('slipway-'))) {
    const directory = path.join(tmpdir(), name);
    const text = await readFile(path.join(directory, ownerFile), 'utf8').catch(() => undefined);
    if (!text?.endsWith('}')) continue;
    const owner = JSON.parse(text) as Owner;
    if ((await processIdentity(Number.parseInt(owner.process))) === owner.process) continue;
    if (owner.bridge) await releaseBridge(owner.bridge, path.join(directory, 'data'));
    await removeLeftovers(directory);
  }
}

/** A process id and when it started, for ids are used again; '' when there is no such process. */
async function processIdentity(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const startTime = stat?.slice(stat.lastIndexOf(')')).split(' ')[20];
  return startTime === undefined ? '' : `${pid} ${startTime}`;
}
