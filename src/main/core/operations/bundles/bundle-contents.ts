import path from 'node:path';
import type { BundlePlan } from '../../../../shared/models/bundle.ts';
import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { Cancellable } from '../../base/abort.ts';
import { parseImageReference } from '../../base/image-reference.ts';
import { type EnvironmentFiles, findEnvironmentFiles } from '../../bundles/environment-files.ts';
import { layerSizes } from '../../bundles/layer-sizes.ts';
import type { BundleManifest } from '../../bundles/bundle-manifest.ts';
import type { Project } from '../../compose/project.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ImageDetails } from '../../engine/images.ts';
import type { EnvironmentLoader, LoadedEnvironment } from '../../environments/environment-loader.ts';
import { imagesOf, observeImages } from '../../stacks/images.ts';
import { imageName } from '../../stacks/names.ts';
import { type BundleBase, emptyBase, readBase } from './bundle-base.ts';

export interface BundleChoice {
  /** Ids or names of the snapshots to take along. */
  readonly snapshots: readonly string[];
  readonly images: boolean;
  /** Take the files of secrets along. */
  readonly withSecrets: boolean;
  /** A bundle or a lock file that tells what the other machine has. */
  readonly have?: string | undefined;
}

/** An image to take along, under all names that the environment has for it. */
export interface ChosenImage {
  /** As the bundle gives it on the other machine: with a tag, without a digest. */
  readonly references: readonly string[];
  readonly details: ImageDetails;
}

/** Everything that goes into a bundle, looked up and not yet read. */
export interface ChosenContents {
  readonly environment: BundleManifest['environment'];
  readonly files: EnvironmentFiles;
  readonly images: readonly ChosenImage[];
  readonly missingImages: readonly string[];
  readonly lock: Readonly<Record<string, string>>;
  readonly overrides: BundleManifest['overrides'];
  readonly lockedProfiles: readonly string[];
  readonly base: BundleBase;
}

/** Raises `project.*`, `engine.*`, `usage.invalid`. */
export async function chooseContents(
  { loader, engine }: { readonly loader: EnvironmentLoader; readonly engine: Engine },
  record: EnvironmentRecord,
  choice: BundleChoice,
  { signal }: Cancellable,
): Promise<ChosenContents> {
  const loaded = await loader.load(record, { signal });
  const { definition, extension } = loaded;
  const used = Object.values(extension.profiles).flatMap(({ lock, seed }) => [lock, seed].filter((file) => file !== undefined));
  const files = await findEnvironmentFiles({
    document: definition.document,
    directory: definition.workingDirectory,
    sources: [...definition.sources, ...definition.environmentFiles],
    more: used.map((file) => path.resolve(definition.workingDirectory, file)),
    withSecrets: choice.withSecrets,
    signal,
  });
  const project = withoutProviders(definition.project);
  const present = choice.images ? await observeImages(engine, project, { signal, lock: definition.lock }) : new Map<string, ImageDetails>();
  const overrides = choice.images ? overridesOf(project) : {};
  const profiles = Object.entries(extension.profiles).filter(([, { lock }]) => choice.images && lock !== undefined);
  const lockedProfiles = profiles.map(([name]) => name);
  return {
    environment: environmentOf(record, loaded, files.root, Object.keys(overrides).length + lockedProfiles.length > 0),
    files,
    images: groupById(present),
    missingImages: choice.images ? imagesOf(project).filter((reference) => !present.has(reference)) : [],
    lock: Object.fromEntries([...present].flatMap(([reference, image]) => lockEntry(reference, image))),
    overrides,
    lockedProfiles,
    base: choice.have === undefined ? emptyBase : await readBase(engine, choice.have, { signal }),
  };
}

/** How much each part adds. Layers that several images share are counted once, at the first. */
export async function measureImages(
  engine: Engine,
  { images, base }: ChosenContents,
  { signal }: Cancellable,
): Promise<BundlePlan['images']> {
  const counted = new Set<string>();
  const measured: BundlePlan['images'] = [];
  for (const { details, references } of images) {
    const sizes = layerSizes(details, await engine.images.history(details.id, { signal }));
    const added = [...sizes].filter(([layer]) => !counted.has(layer) && !base.layers.has(layer));
    for (const [layer] of sizes) counted.add(layer);
    measured.push({
      references: [...references],
      id: details.id,
      platform: platformText(details),
      bytes: sum([...sizes.values()]),
      addedBytes: sum(added.map(([, size]) => size)),
      complete: !details.layers.some((layer) => base.layers.has(layer)),
    });
  }
  return measured;
}

export function platformText({ platform }: ImageDetails): string {
  return [platform.os, platform.architecture, ...(platform.variant === undefined ? [] : [platform.variant])].join('/');
}

function environmentOf(record: EnvironmentRecord, { definition }: LoadedEnvironment, root: string, nameFiles: boolean): BundleManifest['environment'] {
  const inside = (file: string): string => path.relative(root, file).split(path.sep).join('/');
  return {
    id: record.id,
    name: record.name,
    projectName: record.projectName,
    ...(record.profile === undefined ? {} : { profile: record.profile }),
    composeProfiles: record.composeProfiles ?? [],
    values: record.values,
    portRemaps: record.portRemaps,
    directory: inside(definition.workingDirectory),
    composeFiles: record.files.length > 0 || nameFiles ? definition.files.map(inside) : [],
    envFiles: (record.envFiles ?? []).map(inside),
  };
}

function withoutProviders(project: Project): Project {
  return { ...project, services: Object.fromEntries(Object.entries(project.services).filter(([, { provider }]) => !provider)) };
}

function groupById(present: ReadonlyMap<string, ImageDetails>): ChosenImage[] {
  const groups = new Map<string, { references: Set<string>; details: ImageDetails }>();
  for (const [reference, details] of present) {
    const group = groups.get(details.id) ?? { references: new Set<string>(), details };
    group.references.add(loadedName(reference));
    groups.set(details.id, group);
  }
  return [...groups.values()].map(({ references, details }) => ({ references: [...references].sort(), details }));
}

/** What `docker load` can call the image: a digest can only come from a registry. */
function loadedName(reference: string): string {
  const { familiarName, tag, digest } = parseImageReference(reference);
  const name = familiarName.split('@')[0] ?? familiarName;
  return tag === undefined ? `${name}:${digest?.slice(7, 19) ?? 'latest'}` : name;
}

/** Services that a machine without registry could not run as their files ask for it. */
function overridesOf(project: Project): BundleManifest['overrides'] {
  const entries = Object.entries(project.services).flatMap(([name, service]) => {
    const reference = imageName(project.name, name, service);
    const pulls = service.pull_policy !== undefined && !['missing', 'if_not_present', 'never'].includes(service.pull_policy);
    // Without `image`, Compose derives the name from the project's, which may be another one there.
    if (!pulls && !reference.includes('@') && service.image !== undefined) return [];
    return [[name, { image: loadedName(reference), pullPolicy: 'missing' }] as const];
  });
  return Object.fromEntries(entries);
}

function lockEntry(reference: string, { digests }: ImageDetails): [string, string][] {
  const { registry, repository } = parseImageReference(reference);
  const found = digests.find((digest) => {
    const parsed = parseImageReference(digest);
    return parsed.registry === registry && parsed.repository === repository;
  });
  const digest = found?.split('@')[1];
  return digest === undefined ? [] : [[reference, digest]];
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
