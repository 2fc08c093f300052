import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Cancellable, cleanupSignal } from '../../base/abort.ts';
import type { ContainerSpec } from '../../engine/containers.ts';
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
}

/** Makes (does not start) a container with the volumes mounted and returns its id. Leaves nothing when it fails. */
export async function createHelper(engine: Engine, { image, volumes, command, entrypoint, user }: HelperSpec, { signal }: Cancellable = {}): Promise<string> {
  await Promise.all([
    // A missing volume would be made silently by the mount.
    ...volumes.map(async (volume) => isHostPath(volume) || engine.volumes.inspect(volume, { signal })),
    removeOrphanedHelpers(engine, { signal }),
  ]);
  const spec: ContainerSpec = {
    name: `slipway-volumes-${randomUUID().slice(0, 13)}`,
    Image: image,
    NetworkDisabled: true,
    Labels: { [helperLabel]: 'volumes', [ownerLabel]: JSON.stringify(await ownIdentity()) },
    HostConfig: {
      NetworkMode: 'none',
      Mounts: volumes.map((volume, index) =>
        isHostPath(volume)
          ? { Type: 'bind', Source: volume, Target: `${mountRoot}/${index}` }
          : { Type: 'volume', Source: volume, Target: `${mountRoot}/${index}`, VolumeOptions: { NoCopy: true } },
      ),
    },
    ...(command ? { Cmd: command } : {}),
    ...(entrypoint ? { Entrypoint: entrypoint } : {}),
    ...(user === undefined ? {} : { User: user }),
  };
  return engine.containers.create(spec, { signal });
}

/** Runs a helper to its end. Returns its exit code and what it wrote; nothing stays on the engine. */
export async function runHelper(engine: Engine, spec: HelperSpec, { signal }: Cancellable = {}): Promise<{ exitCode: number; output: string }> {
  const id = await createHelper(engine, spec, { signal });
  try {
    await engine.containers.start(id, { signal });
    const exitCode = await engine.containers.wait(id, { signal });
    let output = '';
    for await (const { text } of engine.containers.logs(id, { signal, tail: 50 })) output += `${text}\n`;
    return { exitCode, output };
  } finally {
    await engine.containers.remove(id, { force: true, volumes: true, signal: cleanupSignal() });
  }
}

/** Removes helpers whose process on this machine was killed. Done before each new one, too. */
export async function removeOrphanedHelpers(engine: Engine, { signal }: Cancellable = {}): Promise<void> {
  for (const { id, labels } of await engine.containers.list({ labels: [helperLabel], signal })) {
    const owner = processIdentity.safeParse(parse(labels[ownerLabel] ?? ''));
    if (owner.success && !(await isAlive(owner.data))) await engine.containers.remove(id, { force: true, volumes: true, signal });
  }
}

function parse(text: string): unknown {
  try {
    return z.json().parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
