import { isIP } from 'node:net';
import type { Diagnostics } from '../source/diagnostics.ts';
import { get, isString, type MapNode, type Node } from '../source/node.ts';
import { child, pathText, PathRules, type Path } from '../source/path.ts';

type Check = (node: Node, path: Path, diagnostics: Diagnostics) => void;

/** At most one of `keys` may say where the content comes from, and one must. */
function contentFrom(...keys: string[]): Check {
  return (node, path, diagnostics) => {
    const given = keys.filter((key) => get(node, key));
    const names = keys.join(', ');
    if (given.length > 1) {
      diagnostics.error(node.at, `${pathText(path)} may have only one of ${names}.`, undefined, path);
    } else if (given.length === 0 && !get(node, 'driver') && !get(node, 'external')) {
      diagnostics.error(node.keyAt ?? node.at, `${pathText(path)} must have one of ${names}.`, undefined, path);
    }
  };
}

const externalAlone: Check = (node, path, diagnostics) => {
  const external = get(node, 'external');
  if (node.kind !== 'map' || external?.kind !== 'scalar' || external.value !== true) return;
  for (const [key, value] of node.entries) {
    if (key === 'name' || key === 'external' || key.startsWith('x-')) continue;
    diagnostics.error(
      value.keyAt ?? value.at,
      `${pathText(path)} is external, so it may not have ${key}.`,
      'What is external exists already, and is only named here.',
      path,
    );
  }
};

const hostAddress: Check = (node, path, diagnostics) => {
  const address = get(node, 'host_ip');
  if (isString(address) && isIP(address.value) === 0) {
    diagnostics.error(address.at, `“${address.value}” is no IP address.`, undefined, path);
  }
};

const notBlank: Check = (node, path, diagnostics) => {
  if (isString(node) && node.value === '') diagnostics.error(node.at, `${pathText(path)} may not be empty.`, undefined, path);
};

const countOrIds: Check = (node, path, diagnostics) => {
  if (get(node, 'count') && get(node, 'device_ids')) {
    diagnostics.error(node.at, `${pathText(path)} may have only one of count and device_ids.`, undefined, path);
  }
};

const checks = PathRules.from<Check>({
  'volumes.*': externalAlone,
  'configs.*': contentFrom('file', 'environment', 'content'),
  'secrets.*': contentFrom('file', 'environment'),
  'services.*.ports.*': hostAddress,
  'services.*.develop.watch.*.path': notBlank,
  'services.*.deploy.resources.reservations.devices.*': countOrIds,
  'services.*.gpus.*': countOrIds,
});

/** Reports attributes of one place that contradict each other, which the schema cannot say. */
export function checkAttributes(document: MapNode, diagnostics: Diagnostics): void {
  walk(document, checks, undefined);

  function walk(node: Node, rules: PathRules<Check> | undefined, path: Path | undefined): void {
    if (!rules) return;
    if (rules.rule && path) rules.rule(node, path, diagnostics);
    else if (node.kind === 'map') for (const [key, value] of node.entries) walk(value, rules.key(key), child(path, key));
    else if (node.kind === 'list') node.items.forEach((item, index) => walk(item, rules.item(), child(path, index)));
  }
}
