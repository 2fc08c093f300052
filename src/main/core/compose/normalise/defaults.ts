import { goText } from '../source/go-text.ts';
import { get, mapEntries, mapItems, scalar, withEntries, type MapNode, type Node } from '../source/node.ts';
import { PathRules } from '../source/path.ts';

type Default = (node: Node) => Node;

const ifMap =
  (fill: (node: MapNode) => Record<string, Node>): Default =>
  (node) => {
    if (node.kind !== 'map') return node;
    const missing = Object.entries(fill(node)).filter(([key]) => !node.entries.has(key));
    return missing.length > 0 ? withEntries(node, Object.fromEntries(missing)) : node;
  };

const buildContext = ifMap((node) => ({ context: scalar('.', node) }));

const secretTarget = ifMap((node) => {
  const source = get(node, 'source');
  return { target: scalar(`/run/secrets/${source ? goText(source) : ''}`, node) };
});

const port = ifMap((node) => ({ protocol: scalar('tcp', node), mode: scalar('ingress', node) }));

/** Asking for neither a number nor particular devices asks for all. */
const deviceCount = ifMap((node) => (node.entries.has('device_ids') ? {} : { count: scalar('all', node) }));

const defaults = PathRules.from<Default>({
  'services.*.build': buildContext,
  'services.*.secrets.*': secretTarget,
  'services.*.ports.*': port,
  'services.*.deploy.resources.reservations.devices.*': deviceCount,
  'services.*.gpus.*': deviceCount,
});

/** The document with the values that the specification gives to attributes left out. */
export function withDefaults(document: MapNode): MapNode {
  return walk(document, defaults) as MapNode;
}

function walk(node: Node, rules: PathRules<Default> | undefined): Node {
  if (!rules) return node;
  if (rules.rule) return rules.rule(node);
  if (node.kind === 'map') return mapEntries(node, (value, key) => walk(value, rules.key(key)));
  return node.kind === 'list' ? mapItems(node, (item) => walk(item, rules.item())) : node;
}
