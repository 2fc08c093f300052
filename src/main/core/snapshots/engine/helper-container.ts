import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Cancellable, cleanupSignal } from '../../base/abort.ts';
import type { ContainerSpec, MountSpec } from '../../engine/containers.ts';
import type { Engine } from '../../engine/engine.ts';
import { isHostPath } from '../host-path.ts';
import { isAlive, ownIdentity, processIdentity } from '../store/process-identity.ts';

const helperLabel = 'dev.slipway.helper';
const ownerLabel = 'dev.slipway.helper.owner';

/** Where volumes are mounted; each has a directory named by its position. */
export const mountRoot = '/v';

export interface HelperSpec {
  readonly image: string;
  readonly volumes: readonly string[];
  /** Program and arguments; a container that is never started needs none of its own. */
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly user?: string;
  /** A directory of this machine, mounted read-only. */
  readonly mount?: { readonly source: string; readonly target: string };
}

/** A container that this process works with. */
export interface Helper {
  readonly id: string;
  /** Never raises for one that is gone already. What can't be removed now goes with the next helper that is made. */
  remove(options?: Cancellable): Promise<void>;
}

/** Names of this process's helpers; those it has besides were left when their engine went away. */
const inUse = new Set<string>();

/** Makes (does not start) a container with the volumes mounted. Leaves nothing when it fails. */
export async function createHelper(engine: Engine, { image, volumes, command, entrypoint, user, mount }: HelperSpec, { signal }: Cancellable = {}): Promise<Helper> {
  await Promise.all([
    // A missing volume would be made silently by the mount.
    ...volumes.map(async (volume) => isHostPath(volume) || engine.volumes.inspect(volume, { signal })),
    removeOrphanedHelpers(engine, { signal }),
  ]);
  const name = `slipway-volumes-${randomUUID().slice(0, 13)}`;
  const spec: ContainerSpec = {
    name,
    Image: image,
    NetworkDisabled: true,
    Labels: { [helperLabel]: 'volumes', [ownerLabel]: JSON.stringify(await ownIdentity()) },
    HostConfig: {
      NetworkMode: 'none',
      Mounts: [
        ...volumes.map((volume, index): MountSpec =>
          isHostPath(volume)
            ? { Type: 'bind', Source: volume, Target: `${mountRoot}/${index}` }
            : { Type: 'volume', Source: volume, Target: `${mountRoot}/${index}`, VolumeOptions: { NoCopy: true } },
        ),
        ...(mount ? [{ Type: 'bind' as const, Source: mount.source, Target: mount.target, ReadOnly: true }] : []),
      ],
    },
    ...(command ? { Cmd: command } : {}),
    ...(entrypoint ? { Entrypoint: entrypoint } : {}),
    ...(user === undefined ? {} : { User: user }),
  };
  inUse.add(name);
  try {
    const id = await engine.containers.create(spec, { signal });
    return {
      id,
      remove: async (options = {}) => {
        await engine.containers.remove(id, { force: true, volumes: true, ...options }).finally(() => inUse.delete(name));
      },
    };
  } catch (error) {
    inUse.delete(name);
    throw error;
  }
}

/** Runs a helper to its end. Returns its exit code and what it wrote; nothing stays on the engine. */
export async function runHelper(engine: Engine, spec: HelperSpec, { signal }: Cancellable = {}): Promise<{ exitCode: number; output: string }> {
  const helper = await createHelper(engine, spec, { signal });
  try {
    await engine.containers.start(helper.id, { signal });
    const exitCode = await engine.containers.wait(helper.id, { signal });
    let output = '';
    for await (const { text } of engine.containers.logs(helper.id, { signal, tail: 50 })) output += `${text}\n`;
    return { exitCode, output };
  } finally {
    await helper.remove({ signal: cleanupSignal() });
  }
}

/** Removes helpers that nobody works with: their process on this machine was killed, or their engine went away. Done before each new one, too. */
export async function removeOrphanedHelpers(engine: Engine, { signal }: Cancellable = {}): Promise<void> {
  const own = JSON.stringify(await ownIdentity());
  for (const { id, name, labels } of await engine.containers.list({ labels: [helperLabel], signal })) {
    const owner = processIdentity.safeParse(parse(labels[ownerLabel] ?? ''));
    if (!owner.success) continue;
    const isOrphaned = labels[ownerLabel] === own ? !inUse.has(name) : !(await isAlive(owner.data));
    if (isOrphaned) await engine.containers.remove(id, { force: true, volumes: true, signal });
  }
}

function parse(text: string): unknown {
  try {
    return z.json().parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
