import { Fault } from '../../base/fault.ts';
import type { Project } from '../../compose/project.ts';
import type { VolumeToCapture } from '../../snapshots/capture.ts';
import { bindDriver } from '../../snapshots/host-path.ts';
import type { ObservedStack } from '../../stacks/observe.ts';

/** The project's own volumes, by Compose's label; anonymous ones that its containers mount, by service and path. */
export function stackVolumes(observed: ObservedStack): VolumeToCapture[] {
  const labelled = observed.volumes
    .filter(({ labels }) => labels['com.docker.compose.project'] === observed.projectName)
    .map((volume) => ({ ...volume, key: volume.labels['com.docker.compose.volume'] ?? volume.name }));
  const named = new Set(labelled.map(({ name }) => name));
  const mounted = observed.containers.flatMap((container) =>
    container.mounts
      .filter((mount) => mount.type === 'volume' && mount.name !== undefined && !named.has(mount.name))
      .map((mount) => ({ name: mount.name ?? '', key: `${container.labels['com.docker.compose.service'] ?? container.name}:${mount.target}` })),
  );
  const anonymous = mounted.flatMap(({ name, key }) => {
    const volume = observed.volumes.find((one) => one.name === name && /^[0-9a-f]{64}$/.test(one.name));
    return volume ? [{ ...volume, key }] : [];
  });
  const unique = new Map([...labelled, ...anonymous].map((volume) => [volume.name, volume]));
  return [...unique.values()].map(({ key, name, driver, driverOptions, labels }) => ({ key, name, driver, driverOptions, labels }));
}

/** The bind mounts of a project as volumes: the key is SERVICE:TARGET, the name the path on the engine's machine. */
export function bindMounts({ services }: Project): VolumeToCapture[] {
  return Object.entries(services).flatMap(([service, { volumes = [] }]) =>
    volumes.flatMap(({ type, source, target }) =>
      type === 'bind' && source !== undefined && target !== undefined
        ? [{ key: `${service}:${target}`, name: source, driver: bindDriver, driverOptions: {}, labels: {} }]
        : [],
    ),
  );
}

/** Those of `mounts` that `include` names, each path once. Raises `project.invalid` for one that is no bind mount. */
export function includedMounts(mounts: readonly VolumeToCapture[], include: readonly string[]): VolumeToCapture[] {
  const chosen = include.map((key) => {
    const mount = mounts.find((one) => one.key === key);
    if (!mount) {
      throw new Fault({
        code: 'project.invalid',
        message: `x-slipway.snapshot.include names ${key}, which is no bind mount of this project.`,
        hint: `Its bind mounts are: ${mounts.map((one) => one.key).join(', ') || 'none'}.`,
      });
    }
    return mount;
  });
  return [...new Map(chosen.map((mount) => [mount.name, mount])).values()];
}

/**
 * The volumes that a person chose by key or name: all without `only`, and none of `without`. Raises `volume.not-found`
 * for a choice that isn't there.
 */
export function chooseVolumes<Volume extends { readonly key: string; readonly name: string }>(
  volumes: readonly Volume[],
  { only, without = [] }: { readonly only?: readonly string[] | undefined; readonly without?: readonly string[] | undefined },
): Volume[] {
  const isNamed = ({ key, name }: Volume, choice: string): boolean => key === choice || name === choice;
  const unknown = (only ?? []).find((choice) => !volumes.some((volume) => isNamed(volume, choice)));
  if (unknown !== undefined) {
    throw new Fault({
      code: 'volume.not-found',
      message: `There is no volume ${unknown} here.`,
      hint: `There are: ${volumes.map(({ key }) => key).join(', ') || 'none'}.`,
    });
  }
  return volumes
    .filter((volume) => only === undefined || only.some((choice) => isNamed(volume, choice)))
    .filter((volume) => !without.some((choice) => isNamed(volume, choice)));
}
