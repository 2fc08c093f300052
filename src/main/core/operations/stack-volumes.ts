import type { VolumeToCapture } from '../snapshots/capture.ts';
import type { ObservedStack } from '../stacks/observe.ts';

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
