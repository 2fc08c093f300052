import { dirname, join } from 'node:path';
import { isFile, readEnvFiles, withFallback, type Environment } from '../environment.ts';
import { absolute } from '../normalise/paths.ts';
import { get, isNull, isString, map, sameData, withEntries, type MapNode, type Node } from '../source/node.ts';
import { child, pathText, type Path } from '../source/path.ts';
import type { AssembleContext, Scope } from './context.ts';
import { assembleModel } from './model.ts';
import { isRemote, refuseRemote } from './remote.ts';

const kinds = ['services', 'volumes', 'networks', 'secrets', 'configs', 'models'] as const;

interface Inclusion {
  readonly at: Node;
  readonly files: readonly string[];
  readonly directory: string;
  readonly envFiles: readonly string[];
}

/** The document with the resources of the files that it includes. (Compose Specification, "include".) */
export async function applyInclude(
  document: MapNode,
  file: string,
  scope: Scope,
  context: AssembleContext,
): Promise<MapNode> {
  const include = get(document, 'include');
  if (!include) return document;
  let result = withEntries(document, { include: undefined });
  const path = child(undefined, 'include');
  if (include.kind !== 'list') {
    if (!isNull(include)) context.diagnostics.error(include.at, 'include must be a list of files.', undefined, path);
    return result;
  }
  for (const [index, item] of include.items.entries()) {
    const inclusion = readInclusion(item, child(path, index), scope, context);
    if (!inclusion) continue;
    const [main = ''] = inclusion.files;
    const trail = [...scope.included, file];
    if (trail.includes(main)) {
      context.diagnostics.error(item.at, `Files include each other in a circle: ${[...trail, main].join(' → ')}.`, undefined, path);
      continue;
    }
    const environment = await inclusionEnvironment(inclusion, scope, context);
    const inner: Scope = { directory: inclusion.directory, environment, included: trail };
    result = withImported(result, await assembleModel(inclusion.files, inner, context), item, context);
  }
  return result;
}

function readInclusion(item: Node, path: Path, scope: Scope, context: AssembleContext): Inclusion | undefined {
  const base = { directory: scope.directory, home: context.home };
  const paths = isString(item) ? [item.value] : texts(get(item, 'path'));
  const envFiles = texts(get(item, 'env_file'));
  const directory = get(item, 'project_directory');
  if (item.kind === 'map' && paths?.length === 0) {
    context.diagnostics.warn(item.at, `${pathText(path)} names no file, so it includes nothing.`, 'Write path: FILE.', path);
    return undefined;
  }
  if (!paths?.[0] || !envFiles || (directory && !isString(directory))) {
    context.diagnostics.error(
      item.at,
      `${pathText(path)} must be a file, or a mapping with path, env_file and project_directory.`,
      undefined,
      path,
    );
    return undefined;
  }
  const remote = paths.find(isRemote);
  if (remote !== undefined) {
    refuseRemote(remote, item, context);
    return undefined;
  }
  const files = paths.map((file) => absolute(file, base));
  return {
    at: item,
    files,
    directory: directory?.value ? absolute(directory.value, base) : dirname(files[0] ?? ''),
    envFiles: envFiles.map((file) => absolute(file, base)),
  };
}

/** What the included files see: their own env files, under the variables of the file that includes them. */
async function inclusionEnvironment(
  { directory, envFiles }: Inclusion,
  { environment }: Scope,
  context: AssembleContext,
): Promise<Environment> {
  const ownFile = join(directory, '.env');
  const files = envFiles.length > 0 ? envFiles : (await isFile(ownFile)) ? [ownFile] : [];
  files.forEach((file) => context.diagnostics.addFile(file));
  return withFallback(environment, await readEnvFiles(files, environment, { signal: context.signal }));
}

function withImported(document: MapNode, imported: MapNode, item: Node, { diagnostics }: AssembleContext): MapNode {
  const changes: Record<string, Node> = {};
  for (const kind of kinds) {
    const from = get(imported, kind);
    if (from?.kind !== 'map') continue;
    const own = get(document, kind);
    const entries = new Map<string, Node>(own?.kind === 'map' ? own.entries : []);
    for (const [name, resource] of from.entries) {
      const before = entries.get(name);
      if (before && !sameData(before, resource)) {
        diagnostics.error(
          before.keyAt ?? before.at,
          `${kind}.${name} is defined here and, differently, by an included file.`,
          'Rename one, or change the included one in an override file.',
          `${kind}.${name}`,
        );
      }
      entries.set(name, before ?? resource);
    }
    changes[kind] = map(entries, own ?? item);
  }
  return withEntries(document, changes);
}

/** One text or several; undefined where it is neither. */
function texts(node: Node | undefined): string[] | undefined {
  if (!node || isNull(node)) return [];
  if (isString(node)) return [node.value];
  if (node.kind !== 'list') return undefined;
  const items = node.items.filter(isString).map((item) => item.value);
  return items.length === node.items.length ? items : undefined;
}
