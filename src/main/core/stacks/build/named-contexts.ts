import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { cleanupSignal } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { Build, Project } from '../../compose/project.ts';
import type { BuildOutput } from '../../engine/images.ts';
import { imageName } from '../names.ts';
import { readIgnoreRules } from './build-context.ts';
import type { SessionBuild } from './buildkit-build.ts';
import { contextFiles, oneFile } from './context-files.ts';

/** What a named context can be: `additional_contexts` (https://docs.docker.com/reference/compose-file/build/). */
export type NamedContext =
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'image'; readonly image: string }
  | { readonly kind: 'directory'; readonly directory: string }
  | { readonly kind: 'remote' };

export function namedContext(value: string): NamedContext {
  const [, scheme, rest = ''] = /^(service|target|docker-image|oci-layout):(?:\/\/)?(.*)$/s.exec(value) ?? [];
  if (scheme === 'service') return { kind: 'service', service: rest };
  if (scheme === 'docker-image') return { kind: 'image', image: rest };
  if (scheme !== undefined || isRemote(value)) return { kind: 'remote' };
  return { kind: 'directory', directory: value };
}

/** Contexts that the engine fetches itself: git repositories, and tars by http. Normalised paths are absolute, so nothing else looks like one. */
export function isRemote(context: string | undefined): boolean {
  return context !== undefined && /^(?:https?|git|ssh):\/\/|^git@|^github\.com\//.test(context);
}

/** The services whose images a build starts from. */
export function servicesNeeded({ additional_contexts: contexts = {} }: Build): string[] {
  return Object.values(contexts).flatMap((value) => {
    const context = namedContext(value);
    return context.kind === 'service' ? [context.service] : [];
  });
}

/** The image of a service that serves as a context. Raises `project.invalid` when the project doesn't have it. */
export function imageOfService(project: Project, needed: string, by: string): string {
  const service = project.services[needed];
  if (service) return imageName(project.name, needed, service);
  throw new Fault({
    code: 'project.invalid',
    message: `The build of ${by} starts from the image of ${needed}, but there is no such service.`,
    hint: 'Correct "additional_contexts".',
    data: { service: by },
  });
}

/** The images that stand for named contexts, by name. */
export interface ContextImages {
  readonly images: Map<string, string>;
  /** Those that are on this engine alone. */
  readonly local: Set<string>;
  /** Those that are for this build alone. */
  readonly temporary: Set<string>;
}

/**
 * Makes every named context an image, since engines can be asked for no other kind of context: a directory becomes one
 * that holds just its files. What is put into `into` is to be removed after the build.
 */
export async function* makeContextImages(parts: SessionBuild, into: ContextImages): AsyncGenerator<BuildOutput, void, void> {
  const { service, definition, build, buildKit, signal } = parts;
  for (const [name, value] of Object.entries(build.additional_contexts ?? {})) {
    const context = namedContext(value);
    if (context.kind === 'image') into.images.set(name, context.image);
    if (context.kind === 'service') {
      const image = imageOfService(definition.project, context.service, service);
      into.images.set(name, image);
      into.local.add(image);
    }
    if (context.kind === 'directory') {
      const { directory } = context;
      if (!(await stat(directory).catch(() => undefined))?.isDirectory()) throw missing(service, name, directory);
      const image = `slipway-build-context:${randomBytes(8).toString('hex')}`;
      into.images.set(name, image);
      into.local.add(image);
      into.temporary.add(image);
      const files = contextFiles(directory, await readIgnoreRules(directory));
      const session = {
        directories: { context: files, dockerfile: oneFile('Dockerfile', 'FROM scratch\nCOPY . /\n') },
        sharedKey: directory,
        secrets: new Map<string, Buffer>(),
        sshAgents: new Map<string, string>(),
        login: () => Promise.resolve(undefined),
      };
      for await (const { text, step } of buildKit.build(session, { tags: [image], dockerfile: 'Dockerfile', signal })) {
        yield { text: text === '' ? '' : `${name} ${text}`, ...(step === undefined ? {} : { step: `${name}: ${step}` }) };
      }
    }
  }
}

/** Takes the images away that were made for the build; what the engine's cache keeps of them makes the next one quick. */
export async function removeContextImages({ engine }: Pick<SessionBuild, 'engine'>, { temporary }: ContextImages): Promise<void> {
  const signal = cleanupSignal();
  for (const image of temporary) await engine.images.remove(image, { signal, force: true });
}

function missing(service: string, name: string, directory: string): Fault {
  return new Fault({
    code: 'project.invalid',
    message: `The image of ${service} can't be built: ${directory}, its context ${name}, is no directory.`,
    hint: 'Correct the path under "additional_contexts".',
    data: { service },
  });
}
