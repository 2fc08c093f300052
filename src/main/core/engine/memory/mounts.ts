import { Fault } from '../../base/fault.ts';
import type { ContainerSpec, MountPoint } from '../containers.ts';
import { FileTree, normalPath } from './file-tree.ts';
import type { MemoryImage } from './memory-image.ts';
import { newId, type World } from './world.ts';

export interface Mount {
  readonly point: MountPoint;
  readonly files: FileTree;
  readonly anonymous: boolean;
}

/** Resolves all that a specification mounts, making volumes as the daemon does. Raises `bind.source-missing`. */
export function mountAll(world: World, spec: ContainerSpec, image: MemoryImage): Mount[] {
  const mounts = new Map<string, Mount>();
  const host = spec.HostConfig ?? {};
  for (const from of host.VolumesFrom ?? []) {
    const source = [...world.containers.values()].find(({ id, name }) => from.split(':')[0] === name || from.startsWith(id));
    for (const mount of source?.mounts ?? []) mounts.set(mount.point.target, mount);
  }
  for (const bind of host.Binds ?? []) {
    const [source = '', target = '', mode = ''] = bind.split(':');
    const readOnly = mode.split(',').includes('ro');
    mounts.set(target, source.startsWith('/') ? bindMount(world, source, target, readOnly) : volumeMount(world, source, target, readOnly));
  }
  for (const { Type: type, Source: source = '', Target: target, ReadOnly: readOnly = false, VolumeOptions: options } of host.Mounts ?? []) {
    if (type === 'bind') {
      if (!world.hostPathExists(source)) throw sourceMissing(source);
      mounts.set(target, bindMount(world, source, target, readOnly));
    } else if (type === 'volume') {
      mounts.set(target, volumeMount(world, source, target, readOnly, options?.Labels));
    } else {
      mounts.set(target, { point: { type, source, target, readOnly }, files: new FileTree(), anonymous: false });
    }
  }
  for (const target of Object.keys(host.Tmpfs ?? {})) {
    mounts.set(target, { point: { type: 'tmpfs', source: '', target, readOnly: false }, files: new FileTree(), anonymous: false });
  }
  for (const target of [...Object.keys(spec.Volumes ?? {}), ...image.config.volumes]) {
    if (!mounts.has(target)) mounts.set(target, volumeMount(world, '', target, false));
  }
  for (const mount of mounts.values()) if (mount.point.type === 'volume' && mount.files.isEmpty) fill(mount, image);
  return [...mounts.values()];
}

/** An empty volume gets what the image has at its place. */
function fill(mount: Mount, image: MemoryImage): void {
  const base = normalPath(mount.point.target);
  for (const [path, node] of image.files.entries(base)) mount.files.set(path.slice(base.length).replace(/^\//, ''), node);
}

function volumeMount(world: World, source: string, target: string, readOnly: boolean, labels?: Readonly<Record<string, string>>): Mount {
  const name = source === '' ? newId() : source;
  const { volume, files } = world.volume(name, labels ? { labels } : {});
  return { point: { type: 'volume', name, source: volume.mountpoint, target, readOnly }, files, anonymous: source === '' };
}

function bindMount(world: World, source: string, target: string, readOnly: boolean): Mount {
  const files = world.hostFiles.get(source) ?? new FileTree();
  world.hostFiles.set(source, files);
  return { point: { type: 'bind', source, target, readOnly }, files, anonymous: false };
}

function sourceMissing(source: string): Fault {
  return new Fault({
    code: 'bind.source-missing',
    message: `The path ${source}, which is to be mounted, does not exist where the engine runs.`,
    hint: 'Create it, or correct the path in the Compose file.',
    data: { source },
  });
}
