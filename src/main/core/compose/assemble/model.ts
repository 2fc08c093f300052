import { interpolate } from '../interpolate/interpolate.ts';
import { merge } from '../merge/merge.ts';
import { unique } from '../merge/unique.ts';
import { canonical } from '../normalise/canonical.ts';
import { withDefaults } from '../normalise/defaults.ts';
import { withEnvironmentValues } from '../normalise/environment-values.ts';
import { withAbsolutePaths } from '../normalise/paths.ts';
import { get, withEntries, type MapNode, type Node } from '../source/node.ts';
import { Source } from '../source/place.ts';
import { checkAttributes } from '../validate/attributes.ts';
import { validateSchema } from '../validate/schema.ts';
import type { AssembleContext, Scope } from './context.ts';
import { applyExtends } from './extends.ts';
import { applyInclude } from './include.ts';

/**
 * The files merged into one document in canonical form, with everything they include and extend, paths absolute.
 * Findings are reported; with errors among them the document is not complete.
 */
export async function assembleModel(files: readonly string[], scope: Scope, context: AssembleContext): Promise<MapNode> {
  const source = new Source(files[0] ?? '', '');
  let model: MapNode = { kind: 'map', entries: new Map(), at: { source, offset: 0 } };
  for (const file of files) {
    context.signal?.throwIfAborted();
    for (const document of await context.documents(file)) {
      model = await withDocument(model, document, file, scope, context);
    }
  }
  const { diagnostics } = context;
  if (diagnostics.hasErrors) return model;
  model = withDefaults(model);
  checkAttributes(model, diagnostics);
  if (context.resolvePaths) model = withAbsolutePaths(model, scope.directory, context.home, diagnostics);
  return withEnvironmentValues(model, scope.environment);
}

/** One document on its own, as far as it can be read without what it includes and extends. */
export function readDocument(document: Node, scope: Scope, context: AssembleContext): MapNode | undefined {
  const { diagnostics } = context;
  if (document.kind !== 'map') {
    diagnostics.error(document.at, 'A Compose file must be a mapping with services at its top level.');
    return undefined;
  }
  if (!context.interpolate) return document;
  const interpolated = interpolate(document, (name) => scope.environment.get(name), diagnostics);
  return interpolated.kind === 'map' ? interpolated : undefined;
}

async function withDocument(
  model: MapNode,
  document: Node,
  file: string,
  scope: Scope,
  context: AssembleContext,
): Promise<MapNode> {
  const { diagnostics } = context;
  let own = readDocument(document, scope, context);
  if (!own) return model;
  own = await applyExtends(own, file, scope, context);
  own = await applyInclude(own, file, scope, context);
  let merged = unique(merge(model, own, diagnostics), diagnostics);
  validateSchema(merged, diagnostics);
  const version = get(merged, 'version');
  if (version) {
    diagnostics.warn(version.keyAt ?? version.at, 'The attribute “version” is obsolete and ignored.', 'Remove it.', 'version');
    merged = withEntries(merged, { version: undefined });
  }
  // What the schema refuses cannot be brought into canonical form without saying the same again in other words.
  return diagnostics.hasErrors ? merged : unique(canonical(merged, diagnostics, !context.interpolate), diagnostics);
}
