import { get, getString, isString, mapEntries, mapItems, scalar, withEntries, type MapNode, type Node } from '../source/node.ts';
import { valueKey } from '../source/value-key.ts';

type Environment = ReadonlyMap<string, string>;

/** The document with the values that services' list-form variables, secrets and configs take from the environment. */
export function withEnvironmentValues(document: MapNode, environment: Environment): MapNode {
  const changes: Record<string, Node | undefined> = {};
  const services = get(document, 'services');
  if (services?.kind === 'map') changes['services'] = mapEntries(services, (service) => serviceValues(service, environment));
  for (const kind of ['secrets', 'configs']) {
    const objects = get(document, kind);
    if (objects?.kind !== 'map') continue;
    changes[kind] = mapEntries(objects, (object) => {
      const value = environment.get(getString(object, 'environment') ?? '');
      return object.kind === 'map' && value !== undefined ? withEntries(object, { [valueKey]: scalar(value, object) }) : object;
    });
  }
  return withEntries(document, changes);
}

function serviceValues(service: Node, environment: Environment): Node {
  const variables = get(service, 'environment');
  if (service.kind !== 'map' || variables?.kind !== 'list') return service;
  const resolved = mapItems(variables, (item) => (isString(item) ? withValue(item, item.value, environment) : undefined));
  return withEntries(service, { environment: resolved });
}

/** `NAME` becomes `NAME=value` where the environment has the value. */
export function withValue(item: Node, name: string, environment: Environment): Node {
  const value = environment.get(name);
  return value === undefined ? item : scalar(`${name}=${value}`, item);
}
