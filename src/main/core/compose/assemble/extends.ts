import { dirname } from 'node:path';
import { merge, mergeService } from '../merge/merge.ts';
import { canonical } from '../normalise/canonical.ts';
import { absolute, withAbsolutePaths } from '../normalise/paths.ts';
import { get, getString, isNull, isString, withEntries, type MapNode, type Node } from '../source/node.ts';
import { child, type Path } from '../source/path.ts';
import type { AssembleContext, Scope } from './context.ts';
import { readDocument } from './model.ts';
import { isRemote, refuseRemote } from './remote.ts';

interface Reference {
  readonly service: string;
  readonly file: string | undefined;
}

/** Where a service is looked up: the services of one file. */
interface Shelf {
  readonly file: string;
  readonly services: MapNode;
}

/** The document with each service that extends another one merged onto it. (Compose Specification, "extends".) */
export async function applyExtends(
  document: MapNode,
  file: string,
  scope: Scope,
  context: AssembleContext,
): Promise<MapNode> {
  const services = get(document, 'services');
  if (services?.kind !== 'map') return document;
  const extending = [...services.entries].filter(([, service]) => get(service, 'extends'));
  if (extending.length === 0) return document;
  const shelf: Shelf = { file, services };
  const entries = new Map<string, Node>(services.entries);
  const resolver = new ExtendsResolver(scope, context);
  for (const [name] of extending) {
    const resolved = await resolver.resolve(shelf, name, []);
    if (resolved) entries.set(name, resolved);
  }
  return withEntries(document, { services: { ...services, entries } });
}

class ExtendsResolver {
  readonly #scope: Scope;
  readonly #context: AssembleContext;
  readonly #resolved = new Map<string, Promise<Node | undefined>>();

  constructor(scope: Scope, context: AssembleContext) {
    this.#scope = scope;
    this.#context = context;
  }

  /** The service with all it extends; `trail` are the services that led here. Undefined where there is none. */
  async resolve(shelf: Shelf, name: string, trail: readonly string[]): Promise<Node | undefined> {
    const key = `${name} in ${shelf.file}`;
    const service = shelf.services.entries.get(name);
    const extending = get(service, 'extends');
    if (service?.kind !== 'map' || !extending) return service;
    const path = child(child(undefined, 'services'), name);
    if (trail.includes(key)) {
      const cycle = [...trail.slice(trail.indexOf(key)), key].join(', which extends ');
      this.#context.diagnostics.error(extending.keyAt, `Services extend each other in a circle: ${cycle}.`, undefined, path);
      return undefined;
    }
    const known = this.#resolved.get(key);
    if (known) return known;
    const resolved = this.#extend(service, extending, shelf, name, [...trail, key], path);
    // Inside a circle two resolutions would wait for each other; only finished ones are shared.
    const finished = await resolved;
    this.#resolved.set(key, Promise.resolve(finished));
    return finished;
  }

  async #extend(
    service: MapNode,
    extending: Node,
    shelf: Shelf,
    name: string,
    trail: readonly string[],
    path: Path,
  ): Promise<Node | undefined> {
    const reference = this.#reference(extending, child(path, 'extends'));
    const target = reference && (await this.#shelf(reference, extending, shelf));
    if (!target) return undefined;
    if (!target.services.entries.has(reference.service)) {
      this.#context.diagnostics.error(
        extending.at,
        `The service ${name} extends ${reference.service}, which is not in ${target.file}.`,
        undefined,
        path,
      );
      return undefined;
    }
    const base = await this.resolve(target, reference.service, trail);
    const own = withEntries(service, { extends: undefined });
    if (base?.kind === 'map') return mergeService(base, own, name, this.#context.diagnostics);
    return base === undefined ? undefined : service;
  }

  #reference(extending: Node, path: Path): Reference | undefined {
    if (isString(extending)) return { service: extending.value, file: undefined };
    const service = getString(extending, 'service');
    const file = get(extending, 'file');
    if (service !== undefined && (!file || isNull(file) || isString(file))) {
      return { service, file: isString(file) ? file.value : undefined };
    }
    this.#context.diagnostics.error(
      extending.at,
      'extends must name a service, and may name its file.',
      'Write extends: {service: NAME, file: PATH}.',
      path,
    );
    return undefined;
  }

  async #shelf({ file }: Reference, at: Node, own: Shelf): Promise<Shelf | undefined> {
    if (file === undefined) return own;
    if (isRemote(file)) {
      refuseRemote(file, at, this.#context);
      return undefined;
    }
    const target = absolute(file, { directory: this.#scope.directory, home: this.#context.home });
    const document = await this.#context.extended(target, this.#scope.environment, () => this.#load(target));
    const services = get(document, 'services');
    if (services?.kind === 'map') return { file: target, services };
    if (!this.#context.diagnostics.hasErrors) {
      this.#context.diagnostics.error(at.at, `${target} has no services to extend.`);
    }
    return undefined;
  }

  /** A file whose services are extended, in canonical form, its paths relative to itself. */
  async #load(file: string): Promise<Node | undefined> {
    const { diagnostics, home, interpolate } = this.#context;
    const directory = dirname(file);
    let model: MapNode | undefined;
    for (const document of await this.#context.documents(file)) {
      const own = readDocument(document, this.#scope, this.#context);
      if (own) model = model ? merge(model, own, diagnostics) : own;
    }
    return model && withAbsolutePaths(canonical(model, diagnostics, !interpolate), directory, home, diagnostics);
  }
}
