import { composeLabels as labels } from '../../base/compose-labels.ts';
import type { Project, Service } from '../../compose/project.ts';
import type { ContainerDetails } from '../../engine/containers.ts';
import type { ImageDetails } from '../../engine/images.ts';
import type { PublishOptions } from '../container/ports.ts';
import { changedFields } from './changed-fields.ts';

export interface DesiredContainer {
  readonly configHash: string;
  /** Id of the image that the service's reference names now; undefined while it must be pulled or built. */
  readonly imageId: string | undefined;
  /** With references to other services resolved. */
  readonly service: Service;
  readonly project: Project;
  /** What the service's containers are made from: the image's name, or its locked digest. */
  readonly reference: string;
  readonly image: ImageDetails | undefined;
  readonly publish: PublishOptions;
  /** Keys → ids of the project's networks that exist and stay. */
  readonly networkIds: ReadonlyMap<string, string>;
  /** Keys → names of the project's volumes. */
  readonly volumeNames: ReadonlyMap<string, string>;
  readonly onLoopback: boolean;
}

/** Why a container is not as desired any more, in a person's words, naming what changed; undefined when it is as desired. */
export function whyDiverged(container: ContainerDetails, desired: DesiredContainer): string | undefined {
  if (container.labels[labels.configHash] !== desired.configHash) return whatChanged(container, desired);
  if (desired.imageId !== undefined && container.labels[labels.image] !== desired.imageId) return 'its image changed';
  if (container.labels[labels.published] !== undefined && !desired.onLoopback) return 'its ports shall be reachable from other machines';
  return whyNetworks(container, desired) ?? whyVolumes(container, desired);
}

function whatChanged(container: ContainerDetails, desired: DesiredContainer): string {
  const fields = changedFields({ container, ...desired });
  return fields.length === 0 ? 'its configuration changed' : `changed: ${fields.join(', ')}`;
}

function whyNetworks(container: ContainerDetails, { service, networkIds }: DesiredContainer): string | undefined {
  const attached = new Set(Object.values(container.networks).map(({ networkId }) => networkId));
  const missing = Object.keys(service.networks ?? {}).find((key) => {
    const id = networkIds.get(key);
    // Engines tell the networks' ids of running containers only. A network that is made anew is never the one it had.
    return id === undefined || (container.state === 'running' && !attached.has(id));
  });
  return missing === undefined ? undefined : `it is not on network ${missing}`;
}

function whyVolumes(container: ContainerDetails, { service, volumeNames }: DesiredContainer): string | undefined {
  const mounted = new Set(container.mounts.filter(({ type }) => type === 'volume').map(({ name }) => name));
  const missing = (service.volumes ?? []).find(
    ({ type, source }) => type === 'volume' && source !== undefined && source !== '' && !mounted.has(volumeNames.get(source)),
  );
  return missing?.source === undefined ? undefined : `volume ${missing.source} is not mounted`;
}
