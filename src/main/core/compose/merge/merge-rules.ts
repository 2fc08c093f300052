import { compareText, goText } from '../source/go-text.ts';
import { get, isNull, isString, list, map, sameData, scalar, type MapNode, type Node } from '../source/node.ts';
import { PathRules, pathText } from '../source/path.ts';
import type { MergeContext } from './merge.ts';

/** Gives the value of `over` laid on `base`. */
export type MergeRule = (base: Node, over: Node, context: MergeContext) => Node;

const replace: MergeRule = (_base, over) => over;

/** Both become lists of `KEY=VALUE` texts; which of two equal keys wins is decided when lists are made unique. */
const append: MergeRule = (base, over) => list([...asList(base), ...asList(over)], over);

const appendNew: MergeRule = (base, over) => {
  const before = asList(base);
  const added = asList(over).filter((item) => !before.some((known) => sameData(known, item)));
  return list([...before, ...added], over);
};

/** Lists of names merge as mappings whose values are `initial`. */
function byName(initial: (name: Node) => Node): MergeRule {
  return (base, over, context) => {
    const [left, right] = [asMapping(base, initial), asMapping(over, initial)];
    if (left && right) return context.mappings(left, right);
    return unmergeable(over, context);
  };
}

const nothing = (name: Node): Node => scalar(null, name);
const started = (name: Node): Node =>
  map({ condition: scalar('service_started', name), required: scalar(true, name) }, name);

/** Options belong to their driver: another driver starts afresh. */
const logging: MergeRule = (base, over, context) => {
  if (base.kind !== 'map' || over.kind !== 'map') return unmergeable(over, context);
  const [before, after] = [get(base, 'driver'), get(over, 'driver')];
  return !before || !after || sameData(before, after) ? context.mappings(base, over) : over;
};

const build: MergeRule = (base, over, context) => {
  const expand = (node: Node): MapNode | undefined =>
    isString(node) ? map({ context: node }, node) : node.kind === 'map' ? node : undefined;
  const [left, right] = [expand(base), expand(over)];
  return left && right ? context.mappings(left, right) : unmergeable(over, context);
};

/** Address pools are the same when their subnet is. */
const addressPools: MergeRule = (base, over, context) => {
  if (base.kind !== 'list' || over.kind !== 'list') return unmergeable(over, context);
  const pools: MapNode[] = [];
  const bySubnet = (pool: Node): number =>
    pools.findIndex((known) => subnetOf(known) === subnetOf(pool));
  for (let before of base.items) {
    for (const after of over.items) {
      if (before.kind !== 'map' || after.kind !== 'map') return unmergeable(over, context);
      const differs = subnetOf(before) !== subnetOf(after);
      if (differs && bySubnet(after) < 0) {
        pools.push(after);
        continue;
      }
      before = context.mappings(before, after);
      const index = bySubnet(before);
      if (index >= 0) pools[index] = before;
      else pools.push(before);
    }
  }
  return list(pools, over);
};

/**
 * Places whose merging differs from the general rule.
 *
 * Source: Compose Specification, "Merge"; where it is silent, what the reference does.
 */
export const mergeRules = PathRules.from<MergeRule>({
  'networks.*.ipam.config': addressPools,
  'networks.*.labels': append,
  'volumes.*.labels': append,
  'services.*.annotations': append,
  'services.*.build': build,
  'services.*.build.args': append,
  'services.*.build.additional_contexts': append,
  'services.*.build.extra_hosts': appendNew,
  'services.*.build.labels': append,
  'services.*.command': replace,
  'services.*.depends_on': byName(started),
  'services.*.deploy.labels': append,
  'services.*.dns': append,
  'services.*.dns_opt': append,
  'services.*.dns_search': append,
  'services.*.entrypoint': replace,
  'services.*.env_file': append,
  'services.*.label_file': append,
  'services.*.environment': append,
  'services.*.extra_hosts': appendNew,
  'services.*.healthcheck.test': replace,
  'services.*.labels': append,
  'services.*.logging': logging,
  'services.*.models': byName(nothing),
  'services.*.networks': byName(nothing),
  'services.*.sysctls': append,
  'services.*.tmpfs': append,
  'services.*.ulimits.*': replace,
});

function asList(node: Node): Node[] {
  if (node.kind === 'list') return [...node.items];
  if (isString(node)) return [node];
  if (node.kind !== 'map') return [];
  const items: Node[] = [];
  for (const [key, value] of node.entries) {
    if (isNull(value)) items.push(scalar(key, value));
    else if (value.kind === 'list') items.push(...value.items.map((item) => scalar(`${key}=${goText(item)}`, item)));
    else items.push(scalar(`${key}=${goText(value)}`, value));
  }
  return items.sort((a, b) => compareText(String(textOf(a)), String(textOf(b))));
}

function textOf(node: Node): unknown {
  return node.kind === 'scalar' ? node.value : undefined;
}

function asMapping(node: Node, initial: (name: Node) => Node): MapNode | undefined {
  if (node.kind === 'map') return node;
  if (isNull(node)) return map({}, node);
  if (node.kind !== 'list' || !node.items.every(isString)) return undefined;
  return map(new Map(node.items.map((item) => [String(textOf(item)), initial(item)])), node);
}

function subnetOf(pool: Node): string | undefined {
  const subnet = get(pool, 'subnet');
  return subnet && goText(subnet);
}

function unmergeable(over: Node, { diagnostics, path }: MergeContext): Node {
  diagnostics.error(
    over.at,
    `${pathText(path)} has a form here that cannot be merged with what came before.`,
    'Write it in the same form in both places, or mark it with !override.',
    path,
  );
  return over;
}
