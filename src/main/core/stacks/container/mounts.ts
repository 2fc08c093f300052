import path from 'node:path';
import { Fault } from '../../base/fault.ts';
import type { FileObject, FileReference, Mount, MountBind, MountVolume, Project, Service } from '../../compose/project.ts';
import type { ContainerDetails, HostConfig, MountSpec } from '../../engine/containers.ts';

export interface MountsRequest {
  readonly project: Project;
  readonly service: Service;
  /** The container that is replaced: its anonymous volumes are taken over. */
  readonly inherit?: ContainerDetails | undefined;
  /** Paths that the image declares as volumes. */
  readonly imageVolumes: readonly string[];
}

/**
 * Everything mounted into a container. Like Compose v2, the short bind form is used where it can say all that is asked
 * for, since it alone creates a missing host directory; everything else goes through the mount form.
 */
export function mountsOf(request: MountsRequest): Pick<HostConfig, 'Binds' | 'Mounts' | 'Tmpfs'> {
  const { project, service } = request;
  const byTarget = new Map<string, { readonly mount: MountSpec; readonly declared?: Mount }>();
  for (const mount of inheritedMounts(request)) byTarget.set(mount.Target, { mount });
  for (const declared of service.volumes ?? []) {
    const inherited = byTarget.has(declared.target ?? '') && isAnonymous(declared);
    if (!inherited) byTarget.set(declared.target ?? '', { mount: mountSpec(declared, project), declared });
  }
  for (const mount of fileMounts(project, service)) {
    if (!byTarget.has(mount.Target)) byTarget.set(mount.Target, { mount });
  }
  const all = [...byTarget.values()];
  const binds = all.flatMap(({ mount, declared }) => bindText(mount, declared, project) ?? []);
  const mounts = all.flatMap(({ mount, declared }) => (bindText(mount, declared, project) === undefined ? [mount] : []));
  return {
    Binds: binds.length > 0 ? binds : null,
    ...(mounts.length > 0 ? { Mounts: mounts } : {}),
    Tmpfs: Object.fromEntries((service.tmpfs ?? []).map(tmpfsEntry)),
  };
}

function inheritedMounts({ inherit, imageVolumes, service }: MountsRequest): MountSpec[] {
  const anonymous = new Set((service.volumes ?? []).filter(isAnonymous).map(({ target }) => target));
  return (inherit?.mounts ?? []).flatMap(({ type, name, source, target, readOnly }) => {
    if (type === 'tmpfs' || !(imageVolumes.includes(target) || anonymous.has(target))) return [];
    return [{ Type: type, Source: type === 'volume' ? (name ?? source) : source, Target: target, ...(readOnly ? { ReadOnly: true } : {}) }];
  });
}

function isAnonymous({ source }: Mount): boolean {
  return source === undefined || source === '';
}

function mountSpec(mount: Mount, project: Project): MountSpec {
  const { type = 'volume', target = '', read_only: readOnly, consistency } = mount;
  const source = type === 'volume' ? (project.volumes?.[mount.source ?? '']?.name ?? mount.source) : mount.source;
  return {
    Type: type,
    ...(source === undefined || source === '' ? {} : { Source: source }),
    Target: target,
    ...(readOnly ? { ReadOnly: true } : {}),
    ...(consistency === undefined ? {} : { Consistency: consistency }),
    ...typeOptions(type, mount),
  };
}

function typeOptions(type: NonNullable<Mount['type']>, { bind, volume, tmpfs, image }: Mount): Partial<MountSpec> {
  if (type === 'bind' && bind) return { BindOptions: bindOptions(bind) };
  if (type === 'volume' && volume) return { VolumeOptions: volumeOptions(volume) };
  if (type === 'tmpfs' && tmpfs) {
    const { size, mode } = tmpfs;
    return { TmpfsOptions: { ...(size === undefined ? {} : { SizeBytes: Number(size) }), ...(mode === undefined ? {} : { Mode: mode }) } };
  }
  if (type === 'image' && image?.subpath !== undefined) return { ImageOptions: { Subpath: image.subpath } };
  return {};
}

function bindOptions({ propagation, create_host_path: create, recursive }: MountBind): NonNullable<MountSpec['BindOptions']> {
  return {
    ...(propagation === undefined ? {} : { Propagation: propagation }),
    ...(create ? { CreateMountpoint: true } : {}),
    ...(recursive === 'disabled' ? { NonRecursive: true } : {}),
    ...(recursive === 'writable' ? { ReadOnlyNonRecursive: true } : {}),
    ...(recursive === 'readonly' ? { ReadOnlyForceRecursive: true } : {}),
  };
}

function volumeOptions({ nocopy, subpath, labels }: MountVolume): NonNullable<MountSpec['VolumeOptions']> {
  return {
    ...(nocopy ? { NoCopy: true } : {}),
    ...(subpath === undefined ? {} : { Subpath: subpath }),
    ...(labels ? { Labels: labels } : {}),
  };
}

/** The short form `source:target:options`; undefined where the mount form is needed. */
function bindText(mount: MountSpec, declared: Mount | undefined, project: Project): string | undefined {
  if (!declared || mount.Source === undefined) return undefined;
  if (mount.Type === 'bind' && !needsMountForm(declared.bind)) return shortForm(mount.Source, declared);
  const named = Object.values(project.volumes ?? {}).some(({ name }) => name === mount.Source);
  return mount.Type === 'volume' && named && !volumeNeedsMountForm(declared.volume) ? shortForm(mount.Source, declared) : undefined;
}

function needsMountForm(bind: MountBind | undefined): boolean {
  return bind !== undefined && (!bind.create_host_path || Boolean(bind.propagation) || Boolean(bind.recursive));
}

function volumeNeedsMountForm(volume: MountVolume | undefined): boolean {
  return volume !== undefined && (Object.keys(volume.labels ?? {}).length > 0 || Boolean(volume.subpath) || Boolean(volume.nocopy));
}

function shortForm(source: string, { target = '', read_only: readOnly, bind }: Mount): string {
  const options = [readOnly ? 'ro' : 'rw', ...(bind?.selinux ? [bind.selinux] : [])];
  return `${source}:${target}:${options.join(',')}`;
}

/** Secrets and configs that are files are mounted; those with content are copied in before each start. */
function fileMounts(project: Project, service: Service): MountSpec[] {
  const secrets = (service.secrets ?? []).flatMap((reference) =>
    fileMount(reference, project.secrets?.[reference.source ?? ''], '/run/secrets/', 'secret').map((mount) => ({ ...mount, BindOptions: {} })),
  );
  const configs = (service.configs ?? []).flatMap((reference) => fileMount(reference, project.configs?.[reference.source ?? ''], '/', 'config'));
  return [...secrets, ...configs];
}

function fileMount(reference: FileReference, object: FileObject | undefined, directory: string, kind: string): MountSpec[] {
  if (object?.external || object?.driver !== undefined || object?.template_driver !== undefined) {
    throw new Fault({
      code: 'plan.unsupported',
      message: `The ${kind} ${reference.source ?? ''} is kept outside the project, which only a Swarm can use.`,
      hint: `Give the ${kind} a file, content or environment variable.`,
    });
  }
  if (object?.file === undefined) return [];
  return [{ Type: 'bind', Source: object.file, Target: fileTarget(reference, directory), ReadOnly: true }];
}

/** Where a secret or config appears in the container. */
export function fileTarget({ source = '', target }: FileReference, directory: string): string {
  if (target === undefined || target === '') return directory + source;
  return path.posix.isAbsolute(target) || path.win32.isAbsolute(target) ? target : directory + target;
}

function tmpfsEntry(text: string): [target: string, options: string] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
}
