import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { ContainerSummary } from '../../engine/containers.ts';
import type { Engine } from '../../engine/engine.ts';
import { ensureHelperImage } from '../../engine/helper-image.ts';
import type { VolumeSpec } from '../../engine/volumes.ts';
import { bindDriver, isHostPath } from '../host-path.ts';
import type { VolumeReset } from '../transport.ts';
import { mountRoot, runHelper } from './helper-container.ts';
import { helperProgram, volumeHelperImage } from './helper-image.ts';

/** Everything below the mounted volume but itself; names may begin with anything, so no shell pattern will do. */
const clearByFind = ['find', `${mountRoot}/0`, '-mindepth', '1', '-depth', '-delete'];
const clearByShell = `cd ${mountRoot}/0 && rm -rf -- ..?* .[!.]* *`;

/**
 * Empties volumes in the first way that works:
 * - our own program in a helper container, where `program` has been built for the engine's processor;
 * - removing the volume and making it again, when no container holds it;
 * - `find` or a shell in an image of a container that holds it.
 */
export function engineVolumeReset(engine: Engine, { program }: { readonly program?: Buffer } = {}): VolumeReset {
  return {
    describe: async (volume, { signal }: Cancellable = {}) =>
      isHostPath(volume) ? { name: volume, driver: bindDriver } : specOf(await engine.volumes.inspect(volume, { signal })),
    ensure: async (spec, { signal }: Cancellable = {}) => {
      // A directory of the engine's machine is not ours to make; a missing one is told by the mount.
      if (!isHostPath(spec.name)) await engine.volumes.create(spec, { signal });
    },
    clear: async (volume, { signal }: Cancellable = {}) => {
      if (!isHostPath(volume)) await engine.volumes.inspect(volume, { signal });
      if (program && (await clearByProgram(engine, volume, program, signal))) return;
      if (isHostPath(volume) || !(await recreate(engine, volume, signal))) await clearByOwnImages(engine, volume, signal);
    },
  };
}

async function clearByProgram(engine: Engine, volume: string, program: Buffer, signal: AbortSignal | undefined): Promise<boolean> {
  const image = await ensureHelperImage(engine, volumeHelperImage(program), { signal });
  const entrypoint = [helperProgram, 'clear', `${mountRoot}/0`];
  return (await attempt(engine, { image, volume, entrypoint }, signal)).succeeded;
}

/** False when containers hold the volume. */
async function recreate(engine: Engine, volume: string, signal: AbortSignal | undefined): Promise<boolean> {
  const spec = specOf(await engine.volumes.inspect(volume, { signal }));
  try {
    await engine.volumes.remove(volume, { signal });
  } catch (error) {
    if (error instanceof Fault && error.problem.code === 'volume.in-use') return false;
    throw error;
  }
  // From here on a cancelled call would lose the volume itself.
  await engine.volumes.create(spec);
  return true;
}

async function clearByOwnImages(engine: Engine, volume: string, signal: AbortSignal | undefined): Promise<void> {
  const containers = await engine.containers.list({ signal });
  const images = new Set(containers.filter((container) => holds(container, volume)).map(({ imageId }) => imageId));
  const attempts: string[] = [];
  for (const image of images) {
    for (const entrypoint of [clearByFind, ['/bin/sh', '-c', clearByShell]]) {
      const { succeeded, output } = await attempt(engine, { image, volume, entrypoint }, signal);
      if (succeeded) return;
      attempts.push(output);
    }
  }
  throw notCleared(volume, attempts.join('\n'));
}

/** An image without such a program can't start; that is not a failure of the engine. */
async function attempt(
  engine: Engine,
  { image, volume, entrypoint }: { image: string; volume: string; entrypoint: readonly string[] },
  signal: AbortSignal | undefined,
): Promise<{ succeeded: boolean; output: string }> {
  try {
    const { exitCode, output } = await runHelper(engine, { image, volumes: [volume], entrypoint, command: [], user: '0' }, { signal });
    return { succeeded: exitCode === 0, output };
  } catch (error) {
    if (error instanceof Fault && error.problem.code === 'engine.rejected') return { succeeded: false, output: error.message };
    throw error;
  }
}

function holds({ mounts }: ContainerSummary, volume: string): boolean {
  return mounts.some((mount) => (mount.type === 'volume' ? mount.name : mount.source) === volume);
}

function specOf({ name, driver, driverOptions, labels }: Required<Pick<VolumeSpec, 'name' | 'driver' | 'driverOptions' | 'labels'>>): VolumeSpec {
  return { name, driver, driverOptions, labels };
}

function notCleared(volume: string, detail: string): Fault {
  return new Fault({
    code: 'volume.in-use',
    message: `The old content of volume ${volume} could not be removed.`,
    hint: 'Take the stack down (its volumes stay), then restore again.',
    detail,
  });
}
