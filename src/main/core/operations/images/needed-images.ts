import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import { parseImageReference } from '../../base/image-reference.ts';
import { toData } from '../../compose/source/node.ts';
import type { ImageSummary } from '../../engine/images.ts';
import type { EnvironmentLoader } from '../../environments/environment-loader.ts';
import { imagesOf } from '../../stacks/images.ts';

/** Which images an environment can ask for. */
export interface NeededImages {
  readonly references: ReadonlySet<string>;
  /** References with variables whose values nobody knows: whatever fits is needed. */
  readonly patterns: readonly RegExp[];
  /** Of its locks. */
  readonly digests: ReadonlySet<string>;
}

/**
 * The images that an environment needs in any of its profiles, services of all Compose profiles included. Where a
 * profile can't be loaded for lack of a value, its references are taken as patterns. Raises `project.*`.
 */
export async function neededImages(loader: EnvironmentLoader, record: EnvironmentRecord, { signal }: Cancellable): Promise<NeededImages> {
  const extension = await loader.extension(record, { signal });
  const names = Object.keys(extension.profiles);
  const references = new Set<string>();
  let unknown = false;
  const variants = [record, ...names.map((profile) => ({ ...record, profile }))];
  for (const variant of variants) {
    try {
      const { definition } = await loader.load({ ...variant, composeProfiles: ['*'] }, { signal });
      const { project, disabledServices } = definition;
      for (const image of imagesOf({ ...project, services: { ...project.services, ...disabledServices } })) references.add(image);
    } catch (error) {
      if (!(error instanceof Fault) || !['project.value-missing', 'project.invalid'].includes(error.problem.code)) throw error;
      unknown = true;
    }
  }
  const locks = Object.values(extension.profiles).flatMap(({ lock }) => lock ?? []);
  const texts = await Promise.all(locks.map((lock) => readFile(path.resolve(record.directory, lock), 'utf8').catch(() => '')));
  return {
    references,
    patterns: unknown ? await patternsOf(loader, record, { signal }) : [],
    digests: new Set(texts.flatMap((text) => text.match(/sha256:[0-9a-f]{64}/g) ?? [])),
  };
}

/** Whether an image is one of those needed, by any of its names. */
export function isNeeded(image: ImageSummary, { references, patterns, digests }: NeededImages): boolean {
  const names = [...image.tags, ...image.digests];
  const familiar = new Set([...references].flatMap(familiarNames));
  return (
    references.has(image.id) ||
    names.some((name) => familiarNames(name).some((one) => familiar.has(one)) || patterns.some((pattern) => pattern.test(name))) ||
    digests.has(image.id) ||
    image.digests.some((name) => digests.has(name.slice(name.indexOf('@') + 1)))
  );
}

async function patternsOf(loader: EnvironmentLoader, record: EnvironmentRecord, { signal }: Cancellable): Promise<RegExp[]> {
  const { services = {} } = toData(await loader.loadUninterpolated(record, { signal })) as { services?: Record<string, { image?: string } | null> };
  const project = record.projectName;
  return Object.entries(services).map(([name, service]) => patternOf(service?.image ?? `${project}-${name}`));
}

/** Matches what a reference becomes whatever its variables are. */
function patternOf(reference: string): RegExp {
  const parts = reference.split(/\$\{[^}]*\}|\$\w+/);
  const hasTag = /:[^/]*$/.test(parts.at(-1) ?? '') || parts.length > 1;
  return new RegExp(`^(?:docker\\.io/(?:library/)?)?${parts.map(escapeText).join('.*')}${hasTag ? '' : ':latest'}$`);
}

function escapeText(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** As Docker writes it, and without what a digest makes needless. */
function familiarNames(reference: string): string[] {
  try {
    const { familiarName, digest } = parseImageReference(reference);
    if (digest === undefined) return [familiarName];
    const name = familiarName.slice(0, familiarName.indexOf('@')).replace(/:[^/:]*$/, '');
    return [`${name}@${digest}`];
  } catch {
    return [reference];
  }
}
