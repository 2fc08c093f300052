import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { SnapshotDetails } from '../../../../shared/models/snapshot.ts';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { Engine } from '../../engine/engine.ts';
import type { VolumeSpec } from '../../engine/volumes.ts';
import type { VolumeToCapture } from '../../snapshots/capture.ts';
import { bindDriver } from '../../snapshots/host-path.ts';
import { chooseVolumes } from './stack-volumes.ts';

/** Where one volume of a snapshot goes. */
export interface EnvironmentTarget {
  readonly key: string;
  /** The volume's name in the snapshot; the target's own where it is only to be emptied. */
  readonly from: string;
  /** The volume's name, or the bind mount's path, on the engine. */
  readonly volume: string;
  /** How to make it when it isn't there. */
  readonly missing?: VolumeSpec;
}

/**
 * Snapshot volume → volume or bind mount of this environment, by the Compose file's key; `only` chooses some of them.
 * Makes nothing. Raises `volume.not-found`, `snapshot.incompatible`.
 */
export function restoreTargets(
  record: EnvironmentRecord,
  snapshot: Pick<SnapshotDetails, 'project' | 'volumeSpecs'>,
  own: readonly VolumeToCapture[],
  only: readonly string[] | undefined,
): EnvironmentTarget[] {
  const known = new Map(own.map((volume) => [volume.key, volume.name]));
  return chooseVolumes(snapshot.volumeSpecs, { only }).map(({ key, name, driver, driverOptions, labels }) => {
    const there = known.get(key);
    if (there !== undefined) return { key, from: name, volume: there };
    if (driver === bindDriver) throw notMounted(record, key);
    const isOfProject = name.startsWith(`${snapshot.project}_`);
    const volume = isOfProject ? `${record.projectName}_${name.slice(snapshot.project.length + 1)}` : name;
    const projectLabel = { 'com.docker.compose.project': record.projectName };
    return { key, from: name, volume, missing: { name: volume, driver, driverOptions, labels: { ...labels, ...projectLabel } } };
  });
}

/** Makes the volumes that aren't there. */
export async function makeMissing(engine: Engine, targets: readonly EnvironmentTarget[], { signal }: Cancellable): Promise<void> {
  await Promise.all(targets.map(async ({ missing }) => missing && engine.volumes.create(missing, { signal })));
}

function notMounted({ name }: EnvironmentRecord, key: string): Fault {
  return new Fault({
    code: 'snapshot.incompatible',
    message: `The snapshot holds the bind mount ${key}, which ${name} does not have.`,
    hint: 'Add it to the Compose file, or choose the volumes to restore.',
  });
}
