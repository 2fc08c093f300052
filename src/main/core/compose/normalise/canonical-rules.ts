import { goText } from '../source/go-text.ts';
import { get, isNull, isString, list, map, mapEntries, mapItems, scalar, withEntries, type Node } from '../source/node.ts';
import { PathRules, pathText } from '../source/path.ts';
import { parseMount, type ShortMount } from '../values/mount.ts';
import { parsePort } from '../values/port.ts';
import type { CanonicalContext } from './canonical.ts';

/** Gives the canonical form of a value, or undefined after reporting why there is none. */
export type CanonicalRule = (node: Node, context: CanonicalContext) => Node | undefined;

const textAsList: CanonicalRule = (node) => (isString(node) ? list([node], node) : node);

/** Empty addresses, which variables without a value leave behind, are none. */
const addresses: CanonicalRule = (node, context) => {
  const listed = textAsList(node, context);
  if (listed?.kind !== 'list') return listed;
  return mapItems(listed, (item) => (isNull(item) || (isString(item) && item.value === '') ? undefined : item));
};

const anythingAsText: CanonicalRule = (node) => (isString(node) ? node : scalar(goText(node), node));

/** `[a, b]` → `{a: null, b: null}` */
const namesAsMapping: CanonicalRule = (node, context) => {
  if (node.kind !== 'list') return node;
  return map(new Map(texts(node, context).map((name) => [name.value, scalar(null, name)])), node);
};

const keyValues: CanonicalRule = (node, context) => {
  if (node.kind === 'map') return node;
  if (node.kind !== 'list') return refuse(node, context, 'a mapping or a list of KEY=VALUE');
  const entries = new Map<string, Node>();
  for (const item of texts(node, context)) {
    const at = item.value.indexOf('=');
    if (at < 0) {
      if (context.lenient) return node;
      refuse(item, context, 'a text of the form KEY=VALUE');
      continue;
    }
    entries.set(item.value.slice(0, at), scalar(item.value.slice(at + 1), item));
  }
  return map(entries, node);
};

const build: CanonicalRule = (node, context) => {
  if (isString(node)) return map({ context: node }, node);
  return node.kind === 'map' ? context.children(node) : refuse(node, context, 'a path or a mapping');
};

const dependsOn: CanonicalRule = (node, context) => {
  const started = (like: Node): Record<string, Node> => ({
    condition: scalar('service_started', like),
    required: scalar(true, like),
  });
  if (node.kind === 'list') {
    return map(new Map(texts(node, context).map((name) => [name.value, map(started(name), name)])), node);
  }
  if (node.kind !== 'map') return refuse(node, context, 'a list of services or a mapping');
  return mapEntries(node, (value) => {
    if (value.kind !== 'map') return refuse(value, context, 'a mapping with a condition');
    const missing = Object.entries(started(value)).filter(([key]) => !value.entries.has(key));
    return missing.length > 0 ? withEntries(value, Object.fromEntries(missing)) : value;
  });
};

const envFile: CanonicalRule = (node, context) => {
  const item = (value: Node): Node | undefined => {
    if (isString(value)) return map({ path: value, required: scalar(true, value) }, value);
    if (value.kind !== 'map') return refuse(value, context, 'a path or a mapping');
    return value.entries.has('required') ? value : withEntries(value, { required: scalar(true, value) });
  };
  if (node.kind === 'list') return mapItems(node, item);
  return isString(node) ? list([item(node) as Node], node) : refuse(node, context, 'a path or a list');
};

const extending: CanonicalRule = (node, context) => {
  if (isString(node)) return map({ service: node }, node);
  return node.kind === 'map' ? node : refuse(node, context, 'a service or a mapping');
};

const gpus: CanonicalRule = (node, context) => {
  if (node.kind === 'list') return context.children(node);
  return isString(node)
    ? list([map({ count: scalar('all', node) }, node)], node)
    : refuse(node, context, '“all” or a list of devices');
};

const mount: CanonicalRule = (node, context) => {
  if (node.kind === 'map') return node;
  if (!isString(node)) return refuse(node, context, 'a text SOURCE:TARGET or a mapping');
  const parsed = parseMount(node.value);
  if (parsed.mount) return mountNode(parsed.mount, node);
  if (context.lenient) return node;
  context.diagnostics.error(
    node.at,
    `The volume “${node.value}” cannot be read: ${parsed.error}.`,
    'Write SOURCE:TARGET or SOURCE:TARGET:OPTIONS, or use the long form.',
    context.path,
  );
  return undefined;
};

const device: CanonicalRule = (node, context) => {
  if (node.kind === 'map') return node;
  if (!isString(node)) return refuse(node, context, 'a text SOURCE:TARGET or a mapping');
  const [source = '', target, permissions = 'rwm', ...more] = node.value.split(':');
  if (more.length > 0) {
    if (context.lenient) return node;
    return refuse(node, context, 'SOURCE:TARGET:PERMISSIONS with at most two colons');
  }
  return map(
    {
      source: scalar(source, node),
      target: scalar(target ?? source, node),
      permissions: scalar(permissions, node),
    },
    node,
  );
};

const fileReference: CanonicalRule = (node, context) => {
  if (node.kind === 'map') return node;
  return isString(node) ? map({ source: node }, node) : refuse(node, context, 'a name or a mapping');
};

const ports: CanonicalRule = (node, context) => {
  if (node.kind !== 'list') return refuse(node, context, 'a list');
  const items: Node[] = [];
  for (const item of node.items) {
    if (item.kind === 'map') {
      items.push(item);
      continue;
    }
    const text = item.kind === 'scalar' && (typeof item.value === 'string' || isWhole(item)) ? goText(item) : undefined;
    const parsed = text === undefined ? { error: 'it is neither a text nor a number' } : parsePort(text);
    if ('error' in parsed) {
      if (context.lenient) return node;
      context.diagnostics.error(
        item.at,
        `The port “${goText(item)}” cannot be read: ${parsed.error}.`,
        'Write HOST:CONTAINER, IP:HOST:CONTAINER or CONTAINER, each with an optional /tcp, /udp or /sctp.',
        context.path,
      );
      continue;
    }
    for (const port of parsed.ports) {
      items.push(
        map(
          {
            mode: scalar('ingress', item),
            ...(port.hostIp && { host_ip: scalar(port.hostIp, item) }),
            ...(port.target > 0 && { target: scalar(port.target, item) }),
            ...(port.published && { published: scalar(port.published, item) }),
            protocol: scalar(port.protocol, item),
          },
          item,
        ),
      );
    }
  }
  return list(items, node);
};

const ssh: CanonicalRule = (node, context) => {
  if (node.kind === 'map') return node;
  if (node.kind !== 'list') return refuse(node, context, 'a mapping or a list');
  const keys = new Map<string, Node>();
  for (const item of texts(node, context)) {
    const at = item.value.indexOf('=');
    if (at >= 0) keys.set(item.value.slice(0, at), scalar(item.value.slice(at + 1), item));
    else if (item.value === 'default') keys.set(item.value, scalar(null, item));
    else refuse(item, context, '“default” or ID=PATH');
  }
  return map(keys, node);
};

const ulimit: CanonicalRule = (node, context) =>
  node.kind === 'map' || isWhole(node) || context.lenient ? node : refuse(node, context, 'a whole number or a mapping');

/** `external: {name: N}`, as old files have it, becomes `external: true` with `name: N`. */
const external: CanonicalRule = (node, { path, diagnostics }) => {
  if (node.kind !== 'map') return node;
  const old = get(node, 'external');
  if (old?.kind !== 'map') return node;
  const resource = withEntries(node, { external: scalar(true, old) });
  const oldName = get(old, 'name');
  if (!oldName) return resource;
  diagnostics.warn(old.at, `${pathText(path)}.external.name is deprecated.`, 'Write name: and external: true.', path);
  const name = get(node, 'name');
  if (name && goText(name) !== goText(oldName)) {
    diagnostics.error(name.at, `${pathText(path)} has two names, name and external.name.`, 'Use only name.', path);
  }
  return name ? resource : withEntries(resource, { name: oldName });
};

/** Where the specification allows short forms. */
export const canonicalRules = PathRules.from<CanonicalRule>({
  'services.*.build': build,
  'services.*.build.additional_contexts': keyValues,
  'services.*.build.provenance': anythingAsText,
  'services.*.build.sbom': anythingAsText,
  'services.*.build.secrets.*': fileReference,
  'services.*.build.ssh': ssh,
  'services.*.build.ulimits.*': ulimit,
  'services.*.configs.*': fileReference,
  'services.*.depends_on': dependsOn,
  'services.*.develop.watch.*.ignore': textAsList,
  'services.*.develop.watch.*.include': textAsList,
  'services.*.devices.*': device,
  'services.*.dns': addresses,
  'services.*.env_file': envFile,
  'services.*.extends': extending,
  'services.*.gpus': gpus,
  'services.*.label_file': textAsList,
  'services.*.models': namesAsMapping,
  'services.*.networks': namesAsMapping,
  'services.*.ports': ports,
  'services.*.secrets.*': fileReference,
  'services.*.ulimits.*': ulimit,
  'services.*.volumes.*': mount,
  'configs.*': external,
  'networks.*': external,
  'secrets.*': external,
  'volumes.*': external,
});

function mountNode({ type, source, target, readOnly, bind, volume }: ShortMount, like: Node): Node {
  const nested = (data: object): Node =>
    map(new Map(Object.entries(data).map(([key, value]) => [key, scalar(value as string | boolean, like)])), like);
  return map(
    {
      type: scalar(type, like),
      ...(source !== undefined && { source: scalar(source, like) }),
      target: scalar(target, like),
      ...(readOnly && { read_only: scalar(true, like) }),
      ...(bind && { bind: nested(bind) }),
      ...(volume && { volume: nested(volume) }),
    },
    like,
  );
}

type TextNode = Node & { readonly value: string };

function texts(node: Node & { kind: 'list' }, context: CanonicalContext): TextNode[] {
  return node.items.filter((item): item is TextNode => {
    if (isString(item)) return true;
    refuse(item, context, 'a text');
    return false;
  });
}

function isWhole(node: Node): boolean {
  return node.kind === 'scalar' && (typeof node.value === 'bigint' || (typeof node.value === 'number' && !node.float));
}

/** Reports that a value has the wrong form, and gives undefined. */
function refuse(node: Node, { diagnostics, path }: CanonicalContext, wanted: string): Node | undefined {
  const found = node.kind === 'scalar' ? (isNull(node) ? 'nothing' : `“${goText(node)}”`) : `a ${node.kind === 'map' ? 'mapping' : 'list'}`;
  diagnostics.error(node.at, `${pathText(path)} must be ${wanted}, but is ${found}.`, undefined, path);
  return undefined;
}
