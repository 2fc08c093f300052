import { composeLabels as labels } from '../base/compose-labels.ts';
import type { ContainerDetails, MountPoint } from '../engine/containers.ts';
import type { ImageDetails } from '../engine/images.ts';
import type { Production } from './production.ts';

/** Folders of every Linux machine: a bind mount of them means the machine's own. */
const machineFolders = /^\/(?:proc|sys|dev|run|var\/run|lib\/modules|boot)(?:\/|$)|^\/etc\/(?:localtime|timezone|hostname|hosts|resolv\.conf|machine-id)$/;

export interface CapturedMounts {
  readonly volumes: readonly object[];
  readonly tmpfs: readonly string[];
  /** Volumes of the engine that it uses, key → name. */
  readonly named: ReadonlyMap<string, string>;
  /** Names of the secrets that are mounted as files. */
  readonly secrets: readonly string[];
  /** Files and folders of that machine, and where they are looked for here. */
  readonly binds: readonly { readonly source: string; readonly here: string; readonly target: string }[];
}

/** What is mounted into a container. Its host's files stay there: their places here are told. */
export function mountsOf(container: ContainerDetails, service: string, image: ImageDetails | undefined, production: Production): CapturedMounts {
  const named = new Map<string, string>();
  const secrets: string[] = [];
  const binds: { source: string; here: string; target: string }[] = [];
  const volumes: object[] = [];
  for (const mount of container.mounts.toSorted((a, b) => (a.target < b.target ? -1 : 1))) {
    const readOnly = mount.readOnly ? { read_only: true } : {};
    const secret = /^\/run\/secrets\/([\w.-]+)$/.exec(mount.target)?.[1];
    if (mount.type === 'bind' && secret !== undefined) secrets.push(secret);
    else if (mount.type === 'bind' && machineFolders.test(mount.source)) volumes.push({ type: 'bind', source: mount.source, target: mount.target, ...readOnly });
    else if (mount.type === 'bind') {
      const here = `./binds/${service}${mount.target}`;
      binds.push({ source: mount.source, here, target: mount.target });
      volumes.push({ type: 'bind', source: here, target: mount.target, ...readOnly, bind: { create_host_path: true } });
    } else if (mount.type === 'volume') {
      const key = volumeKey(mount, production);
      if (key !== undefined) {
        named.set(key, mount.name ?? '');
        volumes.push({ type: 'volume', source: key, target: mount.target, ...readOnly, volume: {} });
      } else if (image?.config.volumes.includes(mount.target) !== true) volumes.push({ type: 'volume', target: mount.target, ...readOnly, volume: {} });
    } else if (mount.type === 'tmpfs') {
      const options = container.hostConfig.Mounts?.find(({ Type, Target }) => Type === 'tmpfs' && Target === mount.target)?.TmpfsOptions;
      if (container.hostConfig.Tmpfs?.[mount.target] === undefined) volumes.push({ type: 'tmpfs', target: mount.target, ...tmpfsOptions(options) });
    }
  }
  const tmpfs = Object.entries(container.hostConfig.Tmpfs ?? {}).map(([target, options]) => (options === '' ? target : `${target}:${options}`));
  // Older engines do not list the tmpfs mounts of the long form among the others.
  const listed = new Set(container.mounts.map(({ target }) => target));
  for (const { Type, Target, TmpfsOptions } of container.hostConfig.Mounts ?? []) {
    if (Type === 'tmpfs' && !listed.has(Target)) volumes.push({ type: 'tmpfs', target: Target, ...tmpfsOptions(TmpfsOptions) });
  }
  return { volumes, tmpfs, named, secrets, binds };
}

/** Key of a named volume; undefined for an anonymous one. */
function volumeKey({ name = '' }: MountPoint, { volumes, projectName }: Production): string | undefined {
  if (/^[0-9a-f]{64}$/.test(name)) return undefined;
  const volume = volumes.find((one) => one.name === name);
  const own = volume?.labels[labels.project] === projectName ? volume.labels[labels.volume] : undefined;
  return own ?? name;
}

function tmpfsOptions(options: { readonly SizeBytes?: number; readonly Mode?: number } | undefined): object {
  const tmpfs = { ...(options?.SizeBytes ? { size: options.SizeBytes } : {}), ...(options?.Mode ? { mode: options.Mode } : {}) };
  return Object.keys(tmpfs).length > 0 ? { tmpfs } : {};
}
