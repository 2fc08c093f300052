import type { Cancellable } from '../base/abort.ts';
import type { Environment } from './environment.ts';
import { project as projectShape } from './model/project.ts';
import { decode } from './model/shape.ts';
import type { FileObject, Project, Service } from './project.ts';
import { withEnvFiles, withLabelFiles } from './resolve-files.ts';
import type { Diagnostics } from './source/diagnostics.ts';
import { get, getString, scalar, withEntries, type MapNode } from './source/node.ts';
import { valueKey } from './source/value-key.ts';
import { withUsedResources } from './used-resources.ts';
import { checkConsistency } from './validate/consistency.ts';

interface Parts extends Cancellable {
  readonly document: MapNode;
  readonly name: string;
  /** Relative paths begin here. */
  readonly directory: string;
  readonly profiles: readonly string[];
  /** Services whose profiles are enabled as well. */
  readonly services: readonly string[];
  readonly environment: Environment;
  readonly diagnostics: Diagnostics;
  /** `false`: leave env files unread. */
  readonly resolveEnvFiles: boolean;
  /** `false`: services may refer to what is not there. */
  readonly checkConsistency: boolean;
}

interface Built {
  readonly project: Project;
  readonly disabledServices: Readonly<Record<string, Service>>;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** The typed project of a canonical document: enabled services only, checked, with their files read. */
export async function toProject(parts: Parts): Promise<Built> {
  const { document, name, environment, diagnostics, signal } = parts;
  const named = withEntries(document, { name: scalar(name, document) });
  const all = decode(named, projectShape, { path: undefined, diagnostics }) as Project;
  const services = Object.entries(all.services);
  const profiles = [...parts.profiles, ...parts.services.flatMap((asked) => all.services[asked]?.profiles ?? [])];
  const enabled = services.filter(([, service]) => isEnabled(service, profiles));
  const disabledServices = Object.fromEntries(services.filter(([, service]) => !isEnabled(service, profiles)));
  const project: Project = {
    ...all,
    services: Object.fromEntries(enabled),
    ...withValues('secrets', all, document),
    ...withValues('configs', all, document),
  };
  const extensions = Object.fromEntries(Object.entries(all).filter(([key]) => key.startsWith('x-')));
  if (diagnostics.hasErrors) return { project, disabledServices, extensions };
  if (parts.checkConsistency) checkConsistency({ project, disabledServices, document }, diagnostics);
  const complete: [string, Service][] = [];
  for (const [key, service] of enabled) {
    const node = get(get(document, 'services'), key);
    const place = (attribute: string): FilePlace => {
      const at = get(node, attribute)?.at;
      return { diagnostics, at, signal, directory: parts.directory };
    };
    const resolved = parts.resolveEnvFiles ? await withEnvFiles(service, environment, place('env_file')) : service;
    complete.push([key, await withLabelFiles(withReplicas(resolved), place('label_file'))]);
  }
  const whole = withUsedResources({ ...project, services: Object.fromEntries(complete) });
  return { project: whole, disabledServices, extensions };
}

type FilePlace = Parameters<typeof withLabelFiles>[1];

function isEnabled({ profiles = [] }: Service, chosen: readonly string[]): boolean {
  return profiles.length === 0 || chosen.includes('*') || profiles.some((profile) => chosen.includes(profile));
}

/** `scale` says the number of replicas as well. */
function withReplicas(service: Service): Service {
  const { scale, deploy } = service;
  return scale === undefined || !deploy ? service : { ...service, deploy: { ...deploy, replicas: scale } };
}

/** The secrets or configs with the values that came from the environment. */
function withValues(kind: 'secrets' | 'configs', project: Project, document: MapNode): Partial<Project> {
  const objects = project[kind];
  if (!objects) return {};
  const nodes = get(document, kind);
  const valued: Record<string, FileObject> = {};
  for (const [name, object] of Object.entries(objects)) {
    const content = getString(get(nodes, name), valueKey);
    valued[name] = content === undefined ? object : { ...object, content };
  }
  return { [kind]: valued };
}
