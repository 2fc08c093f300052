import { realpathSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { Diagnostics } from '../source/diagnostics.ts';
import { get, getString, isString, mapEntries, mapItems, scalar, withEntries, type MapNode, type Node } from '../source/node.ts';
import { child, pathText, PathRules, type Path } from '../source/path.ts';

interface Base {
  readonly directory: string;
  readonly home: string;
  readonly diagnostics: Diagnostics;
}

type PathRule = (node: Node, base: Base, path: Path) => Node;

const localPath: PathRule = (node, base) => text(node, (value) => (value === '' ? value : absolute(value, base)));

/** Also left alone: paths that are absolute on Windows, since client and engine may run on different systems. */
const anyPlatformPath: PathRule = (node, base) =>
  text(node, (value) => {
    const expanded = expandHome(value, base.home);
    return isWindowsAbsolute(expanded) ? expanded : absolute(expanded, base);
  });

const contextPath: PathRule = (node, base) => text(node, (value) => (isRemoteContext(value) ? value : absolute(value, base)));

const watchedPath: PathRule = (node, base) =>
  text(node, (value) => {
    const path = absolute(value, base);
    try {
      return value === '' ? value : realpathSync(path);
    } catch {
      // What does not exist yet has no links to follow.
      return path;
    }
  });

const mount: PathRule = (node, base, path) => {
  if (node.kind !== 'map' || getString(node, 'type') !== 'bind') return node;
  const source = get(node, 'source');
  if (source) return withEntries(node, { source: anyPlatformPath(source, base, path) });
  base.diagnostics.error(node.at, `${pathText(path)} is of type bind but has no source.`, 'Name the directory.', path);
  return node;
};

/** A volume of the local driver may be a bind mount in disguise. */
const volume: PathRule = (node, base, path) => {
  if (node.kind !== 'map' || getString(node, 'driver') !== 'local') return node;
  const options = get(node, 'driver_opts');
  const device = get(options, 'device');
  if (options?.kind !== 'map' || !device || getString(options, 'o') !== 'bind') return node;
  return withEntries(node, { driver_opts: withEntries(options, { device: anyPlatformPath(device, base, path) }) });
};

const rules = PathRules.from<PathRule>({
  'services.*.build.context': contextPath,
  'services.*.build.additional_contexts.*': contextPath,
  'services.*.build.ssh.*': anyPlatformPath,
  'services.*.env_file.*.path': localPath,
  'services.*.label_file.*': localPath,
  'services.*.extends.file': localPath,
  'services.*.develop.watch.*.path': watchedPath,
  'services.*.volumes.*': mount,
  'configs.*.file': anyPlatformPath,
  'secrets.*.file': anyPlatformPath,
  'volumes.*': volume,
});

/** The document with its relative paths made absolute; `~` is `home`. */
export function withAbsolutePaths(
  document: MapNode,
  directory: string,
  home: string,
  diagnostics: Diagnostics,
): MapNode {
  const base: Base = { directory, home, diagnostics };
  const walk = (node: Node, below: PathRules<PathRule> | undefined, path: Path | undefined): Node => {
    if (!below) return node;
    if (below.rule && path) return below.rule(node, base, path);
    if (node.kind === 'map') return mapEntries(node, (value, key) => walk(value, below.key(key), child(path, key)));
    return node.kind === 'list' ? mapItems(node, (item, index) => walk(item, below.item(), child(path, index))) : node;
  };
  return walk(document, rules, undefined) as MapNode;
}

/** `path` as the file that names it means it. */
export function absolute(path: string, { directory, home }: { directory: string; home: string }): string {
  const expanded = expandHome(path, home);
  return isAbsolute(expanded) ? expanded : resolve(directory, expanded);
}

function expandHome(path: string, home: string): string {
  return path.startsWith('~') ? join(home, path.slice(1)).replace(/(.)\/$/, '$1') : path;
}

function text(node: Node, change: (value: string) => string): Node {
  if (!isString(node)) return node;
  const changed = change(node.value);
  return changed === node.value ? node : scalar(changed, node);
}

function isRemoteContext(value: string): boolean {
  return value.includes('://') || ['service:', 'github.com/', 'git@'].some((prefix) => value.startsWith(prefix));
}

function isWindowsAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path) || /^[\\/]{2}./.test(path);
}
