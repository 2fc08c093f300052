import type { Diagnostics } from '../source/diagnostics.ts';
import { get, isString, mapEntries, type ListNode, type MapNode, type Node } from '../source/node.ts';
import { goText } from '../source/go-text.ts';
import { child, pathText, PathRules, type Path } from '../source/path.ts';
import { parseMount } from '../values/mount.ts';

/** The name under which a list's item stands only once; undefined where the item cannot have one. */
type Identity = (item: Node) => string | undefined;

const beforeEquals: Identity = (item) => (isString(item) ? item.value.split('=', 1)[0] : undefined);

const mountTarget: Identity = (item) => {
  if (item.kind === 'map') return targetOf(item);
  return isString(item) ? (parseMount(item.value).mount?.target ?? item.value) : '';
};

const deviceTarget: Identity = (item) => {
  if (item.kind === 'map') return targetOf(item);
  if (!isString(item)) return '';
  const [source = '', target] = item.value.split(':');
  return target ?? source;
};

const exposed: Identity = (item) => (item.kind === 'scalar' ? goText(item) : undefined);

function fileTarget(directory: string): Identity {
  return (item) => {
    if (isString(item)) return `${directory}/${item.value}`;
    if (item.kind !== 'map') return undefined;
    const target = get(item, 'target');
    if (target) return goText(target);
    const source = get(item, 'source');
    return `${directory}/${source ? goText(source) : ''}`;
  };
}

const published: Identity = (item) => {
  if (item.kind !== 'map') return item.kind === 'scalar' ? goText(item) : '';
  const target = get(item, 'target');
  if (!target) return undefined;
  const part = (key: string, otherwise: string): string => {
    const value = get(item, key);
    return value ? goText(value) : otherwise;
  };
  const publishedAs = get(item, 'published');
  const kind = publishedAs && isString(publishedAs) ? '' : '#';
  return `${part('host_ip', '0.0.0.0')}:${kind}${part('published', '')}:${goText(target)}/${part('protocol', 'tcp')}`;
};

const envFilePath: Identity = (item) => {
  if (isString(item)) return item.value;
  const path = get(item, 'path');
  return path && goText(path);
};

const identities = PathRules.from<Identity>({
  'networks.*.labels': beforeEquals,
  'networks.*.ipam.options': beforeEquals,
  'services.*.annotations': beforeEquals,
  'services.*.build.args': beforeEquals,
  'services.*.build.additional_contexts': beforeEquals,
  'services.*.build.tags': beforeEquals,
  'services.*.build.labels': beforeEquals,
  'services.*.cap_add': beforeEquals,
  'services.*.cap_drop': beforeEquals,
  'services.*.configs': fileTarget(''),
  'services.*.deploy.labels': beforeEquals,
  'services.*.devices': deviceTarget,
  'services.*.dns': beforeEquals,
  'services.*.dns_opt': beforeEquals,
  'services.*.dns_search': beforeEquals,
  'services.*.env_file': envFilePath,
  'services.*.environment': beforeEquals,
  'services.*.expose': exposed,
  'services.*.labels': beforeEquals,
  'services.*.links': beforeEquals,
  'services.*.networks.*.aliases': beforeEquals,
  'services.*.networks.*.link_local_ips': beforeEquals,
  'services.*.ports': published,
  'services.*.profiles': beforeEquals,
  'services.*.secrets': fileTarget('/run/secrets'),
  'services.*.sysctls': beforeEquals,
  'services.*.tmpfs': beforeEquals,
  'services.*.volumes': mountTarget,
});

/** Of list items that mean the same thing, keeps the last, at the place of the first. */
export function unique(document: MapNode, diagnostics: Diagnostics): MapNode {
  return walkMap(document, identities, undefined);

  function walkMap(node: MapNode, rules: PathRules<Identity>, path: Path | undefined): MapNode {
    return mapEntries(node, (value, key) => {
      const below = rules.key(key);
      if (!below) return value;
      if (value.kind === 'map') return walkMap(value, below, child(path, key));
      return value.kind === 'list' && below.rule ? uniqueItems(value, below.rule, child(path, key)) : value;
    });
  }

  function uniqueItems(node: ListNode, identity: Identity, path: Path): ListNode {
    const items = new Map<string, Node>();
    node.items.forEach((item, index) => {
      const name = identity(item);
      if (name !== undefined) items.set(name, item);
      else refuse(item, child(path, index), diagnostics);
    });
    return items.size === node.items.length ? node : { ...node, items: [...items.values()] };
  }
}

function refuse(item: Node, path: Path, diagnostics: Diagnostics): void {
  const fault = item.kind === 'map' ? 'lacks its target or path' : 'must be a text';
  diagnostics.error(item.at, `${pathText(path)} ${fault}.`, undefined, path);
}

function targetOf(item: Node): string | undefined {
  const target = get(item, 'target');
  return isString(target) ? target.value : undefined;
}
