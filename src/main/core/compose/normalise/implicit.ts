import { posix } from 'node:path';
import { goText } from '../source/go-text.ts';
import { get, getString, isNull, isString, map, mapEntries, mapItems, scalar, withEntries, type MapNode, type Node } from '../source/node.ts';
import { withValue } from './environment-values.ts';

type Environment = ReadonlyMap<string, string>;

/** Namespaces that a service may share with another one. */
const shareable = ['network_mode', 'ipc', 'pid', 'uts', 'cgroup'] as const;

/**
 * The document with what the specification leaves unsaid: the default network, names of resources, build defaults,
 * values of variables, and the dependencies that links and shared namespaces imply.
 */
export function withImplicit(document: MapNode, projectName: string, environment: Environment): MapNode {
  const services = get(document, 'services');
  const changes: Record<string, Node | undefined> = {};
  const joined =
    services?.kind === 'map'
      ? mapEntries(services, (service) => (service.kind === 'map' ? withNetwork(service) : service))
      : undefined;
  if (joined) {
    changes['services'] = mapEntries(joined, (service) =>
      service.kind === 'map' ? implicitService(service, environment) : service,
    );
  }
  const usesDefault = joined !== undefined && [...joined.entries.values()].some(isOnDefault);
  const networks = get(document, 'networks') ?? (usesDefault ? map({}, document) : undefined);
  if (networks?.kind === 'map') {
    const withDefault =
      usesDefault && !networks.entries.has('default') ? withEntries(networks, { default: scalar(null, networks) }) : networks;
    changes['networks'] = withDefault.entries.size > 0 ? named(withDefault, projectName) : withDefault;
  }
  for (const kind of ['volumes', 'configs', 'secrets']) {
    const resources = get(document, kind);
    if (resources?.kind === 'map') changes[kind] = named(resources, projectName);
  }
  return withEntries(document, changes);
}

function isOnDefault(service: Node): boolean {
  return service.kind === 'map' && !isOffNetwork(service) && get(get(service, 'networks'), 'default') !== undefined;
}

function isOffNetwork(service: MapNode): boolean {
  return service.entries.has('provider') || service.entries.has('network_mode');
}

/** A service that joins no network joins the default one. */
function withNetwork(service: MapNode): MapNode {
  if (isOffNetwork(service)) return service;
  const networks = get(service, 'networks');
  if (networks && !(networks.kind === 'map' && networks.entries.size === 0)) return service;
  return withEntries(service, { networks: map({ default: scalar(null, service) }, networks ?? service) });
}

function implicitService(service: MapNode, environment: Environment): MapNode {
  const changes: Record<string, Node> = {};
  const pullPolicy = get(service, 'pull_policy');
  if (isString(pullPolicy) && pullPolicy.value === 'if_not_present') {
    changes['pull_policy'] = scalar('missing', pullPolicy);
  }
  const build = get(service, 'build');
  if (build?.kind === 'map') changes['build'] = implicitBuild(build, environment);
  const variables = get(service, 'environment');
  if (variables) changes['environment'] = withValues(variables, environment, true);
  const volumes = get(service, 'volumes');
  if (volumes?.kind === 'list') changes['volumes'] = mapItems(volumes, withCleanTarget);
  const dependencies = implicitDependencies(service);
  if (dependencies) changes['depends_on'] = dependencies;
  return withEntries(service, changes);
}

function implicitBuild(build: MapNode, environment: Environment): MapNode {
  const changes: Record<string, Node> = {};
  if (isMissing(build, 'context')) changes['context'] = scalar('.', build);
  if (isMissing(build, 'dockerfile') && isMissing(build, 'dockerfile_inline')) {
    changes['dockerfile'] = scalar('Dockerfile', build);
  }
  const args = get(build, 'args');
  if (args) changes['args'] = withValues(args, environment, false);
  return withEntries(build, changes);
}

function isMissing(node: MapNode, key: string): boolean {
  const value = get(node, key);
  return !value || isNull(value);
}

/** Variables without a value take the environment's; where it has none they stay unset, or go. */
function withValues(variables: Node, environment: Environment, keepUnset: boolean): Node {
  if (variables.kind === 'map') {
    return mapEntries(variables, (value, name) => {
      if (!isNull(value)) return value;
      const found = environment.get(name);
      if (found !== undefined) return scalar(found, value);
      return keepUnset ? value : undefined;
    });
  }
  if (variables.kind !== 'list') return variables;
  return mapItems(variables, (item) => {
    if (!isString(item)) return undefined;
    if (item.value.includes('=')) return item;
    const found = withValue(item, item.value, environment);
    return found === item && !keepUnset ? undefined : found;
  });
}

function withCleanTarget(volume: Node): Node {
  const target = get(volume, 'target');
  if (volume.kind !== 'map' || !isString(target)) return volume;
  return withEntries(volume, { target: scalar(cleanPath(target.value), target) });
}

/** The shortest path that means the same inside a container. */
function cleanPath(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

function implicitDependencies(service: MapNode): MapNode | undefined {
  const written = get(service, 'depends_on');
  const entries = new Map<string, Node>(written?.kind === 'map' ? written.entries : []);
  const add = (name: string, restart: boolean, like: Node): void => {
    if (entries.has(name)) return;
    const dependency = {
      condition: scalar('service_started', like),
      restart: scalar(restart, like),
      required: scalar(true, like),
    };
    entries.set(name, map(dependency, like));
  };
  for (const link of itemsOf(service, 'links')) {
    const parts = goText(link).split(':');
    add(parts.length === 2 ? (parts[0] ?? '') : goText(link), true, link);
  }
  for (const namespace of shareable) {
    const shared = getString(service, namespace);
    if (shared?.startsWith('service:')) add(shared.slice('service:'.length), true, get(service, namespace) ?? service);
  }
  for (const source of itemsOf(service, 'volumes_from')) {
    const text = goText(source);
    if (!text.startsWith('container:')) add(text.split(':')[0] ?? '', false, source);
  }
  return entries.size > 0 ? map(entries, written ?? service) : undefined;
}

function itemsOf(service: MapNode, key: string): readonly Node[] {
  const value = get(service, key);
  return value?.kind === 'list' ? value.items : [];
}

/** Resources are named by their key: within the project, or on the engine where they are external. */
function named(resources: MapNode, projectName: string): MapNode {
  return mapEntries(resources, (node, key) => {
    const resource = node.kind === 'map' ? node : map({}, node);
    if (!isMissing(resource, 'name')) return resource;
    const external = get(resource, 'external');
    const isExternal = external !== undefined && ['true', '1', 't', 'T', 'TRUE', 'True'].includes(goText(external));
    return withEntries(resource, { name: scalar(isExternal ? key : `${projectName}_${key}`, resource) });
  });
}
