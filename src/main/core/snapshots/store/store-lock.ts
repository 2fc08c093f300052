import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { type Cancellable, sleep } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import { isAlive, ownIdentity, processIdentity } from './process-identity.ts';

/**
 * `use`: blobs are read, or written and not referred to yet; nothing may be deleted meanwhile.
 * `index`: `index.json` is being changed. `prune`: blobs are being deleted.
 */
export type LockPurpose = 'use' | 'index' | 'prune';

const lockFile = z.object({ purpose: z.enum(['use', 'index', 'prune']), holder: processIdentity });

const excludes: Readonly<Record<LockPurpose, readonly LockPurpose[]>> = {
  use: ['prune'],
  index: ['index', 'prune'],
  prune: ['use', 'index', 'prune'],
};

/** How long to wait for others, in milliseconds. A capture may take minutes, so pruning gives up soon. */
const patience: Readonly<Record<LockPurpose, number>> = { use: 30_000, index: 30_000, prune: 3_000 };

/**
 * Runs `action` while this process holds the store for `purpose`. Works between processes and within one: everybody
 * writes a file into `slipway/locks`, then looks at the others'; who finds one that excludes takes the own one back
 * and tries again. Files of processes that ended are removed. Raises `snapshot.locked`.
 */
export async function withStoreLock<Result>(
  directory: string,
  purpose: LockPurpose,
  action: () => Promise<Result>,
  { signal }: Cancellable = {},
): Promise<Result> {
  const release = await acquire(path.join(directory, 'slipway', 'locks'), purpose, signal);
  try {
    return await action();
  } finally {
    await release();
  }
}

async function acquire(locks: string, purpose: LockPurpose, signal: AbortSignal | undefined): Promise<() => Promise<void>> {
  await mkdir(locks, { recursive: true });
  const name = `${randomUUID()}.json`;
  const own = path.join(locks, name);
  const content = JSON.stringify({ purpose, holder: await ownIdentity() });
  const deadline = Date.now() + patience[purpose];
  for (;;) {
    signal?.throwIfAborted();
    // Others must see it whole or not at all; a crash of the machine ends its holder, too.
    await writeFileAtomic(own, content, { fsync: false });
    const holder = await findExcluding(locks, name, purpose);
    if (!holder) return () => rm(own, { force: true });
    await rm(own, { force: true });
    if (Date.now() > deadline) throw lockedFault(holder);
    // Two that met would otherwise meet again and again.
    await sleep(10 + Math.random() * 60, { signal });
  }
}

type Holder = z.infer<typeof lockFile>;

async function findExcluding(locks: string, ownName: string, purpose: LockPurpose): Promise<Holder | undefined> {
  for (const name of await readdir(locks)) {
    if (name === ownName || !name.endsWith('.json')) continue;
    const file = path.join(locks, name);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const lock = parseLock(text);
    if (!lock || !(await isAlive(lock.holder))) await rm(file, { force: true });
    else if (excludes[purpose].includes(lock.purpose)) return lock;
  }
  return undefined;
}

/** Undefined for what no living process wrote: lock files appear whole. */
function parseLock(text: string): Holder | undefined {
  try {
    return lockFile.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function lockedFault({ holder, purpose }: Holder): Fault {
  return new Fault({
    code: 'snapshot.locked',
    message: `Another process (${holder.pid} on ${holder.host}) is using the snapshot store.`,
    hint: 'Wait until its snapshot, restore or clean-up has ended, then try again.',
    data: { pid: holder.pid, host: holder.host, purpose },
  });
}
