import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { ImageChanges, ServiceImage } from '../../../../shared/models/image-check.ts';
import type { Cancellable } from '../../base/abort.ts';
import { Fault, toProblem } from '../../base/fault.ts';
import { parseImageReference } from '../../base/image-reference.ts';
import { sharedSignal } from '../../base/shared-signal.ts';
import type { Service } from '../../compose/project.ts';
import type { EngineConnection } from '../../engine/engine-connection.ts';
import type { Platform } from '../../engine/engine.ts';
import type { ContainerDetails } from '../../engine/containers.ts';
import type { ImageDetails } from '../../engine/images.ts';
import type { EnvironmentLoader } from '../../environments/environment-loader.ts';
import type { RemoteImage, RemoteVariant } from '../../registry/client/remote-image.ts';
import type { RegistryClients } from '../../registry/registry-clients.ts';
import { observeImages } from '../../stacks/images.ts';
import { isOneOff, serviceOf } from '../../stacks/labels.ts';
import { imageName } from '../../stacks/names.ts';
import { observeStack } from '../../stacks/observe.ts';
import { RemoteImages } from './remote-images.ts';

export interface ImageCheckParts {
  readonly connection: EngineConnection;
  readonly loader: EnvironmentLoader;
  readonly registryClients: RegistryClients;
}

/** Compares what services run with the engine's images, the lock and the registries. */
export class ImageCheck {
  readonly #parts: ImageCheckParts;

  constructor(parts: ImageCheckParts) {
    this.#parts = parts;
  }

  /**
   * How the image of each service stands, in the project's order. A registry that cannot be asked makes its images
   * `unknown` and nothing else. Raises `engine.*`, `project.*`.
   */
  async check(record: EnvironmentRecord, options: Cancellable): Promise<ServiceImage[]> {
    const signal = sharedSignal(options.signal);
    const { loader, connection, registryClients } = this.#parts;
    const [engine, { definition }] = await Promise.all([connection.get({ signal }), loader.load(record, { signal })]);
    const { project, lock } = definition;
    const [observed, images, { platform }] = await Promise.all([
      observeStack(engine, record.projectName, { signal }),
      observeImages(engine, project, { signal, lock }),
      engine.info({ signal }),
    ]);
    const remote = new RemoteImages(registryClients);
    try {
      return await Promise.all(
        Object.entries(project.services).map(([name, service]) => {
          const reference = imageName(project.name, name, service);
          const container = observed.containers.find((one) => serviceOf(one) === name && !isOneOff(one));
          const facts = { name, service, reference, present: images.get(reference), container, locked: lock?.[reference]?.split('@')[1], platform };
          return checkOne(facts, remote, { signal });
        }),
      );
    } finally {
      await remote.close();
    }
  }
}

interface Facts {
  readonly name: string;
  readonly service: Service;
  readonly reference: string;
  readonly present: ImageDetails | undefined;
  readonly container: ContainerDetails | undefined;
  readonly locked: string | undefined;
  readonly platform: Platform;
}

async function checkOne(facts: Facts, remote: RemoteImages, options: Cancellable): Promise<ServiceImage> {
  const { name, service, reference, present, container, locked } = facts;
  const digest = present && digestIn(present, reference);
  const base = {
    service: name,
    image: reference,
    ...(present ? { present: { id: present.id, createdAt: present.createdAt.toISOString(), sizeBytes: present.sizeBytes, ...(digest ? { digest } : {}) } } : {}),
    ...(container ? { running: container.imageId } : {}),
    ...(locked ? { locked } : {}),
  };
  const drifted = container !== undefined && present !== undefined && container.imageId !== present.id;
  const local = present === undefined ? 'missing' : drifted ? 'drifted' : undefined;
  if (service.build && !locked) return { ...base, state: local ?? 'unknown', ...(local ? {} : { problem: builtHere(reference) }) };
  try {
    const newest = await remote.digest(reference, options);
    const known = locked ?? digest;
    const state = local ?? (known === newest || (!locked && present?.digests.some((one) => one.endsWith(newest))) ? 'up-to-date' : 'newer');
    const changes = state === 'newer' ? await changesTo(newest, known, facts, remote, options) : undefined;
    return { ...base, state, newest, ...(changes ? { changes } : {}) };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof Fault)) throw error;
    return { ...base, state: local ?? 'unknown', problem: toProblem(error) };
  }
}

/** The digest that the engine knows an image by in the repository of a reference. */
export function digestIn({ digests }: Pick<ImageDetails, 'digests'>, reference: string): string | undefined {
  const { registry, repository } = parseImageReference(reference);
  return digests
    .map((text) => parseImageReference(text))
    .find((one) => one.registry === registry && one.repository === repository)?.digest;
}

async function changesTo(newest: string, known: string | undefined, { reference, platform, present }: Facts, remote: RemoteImages, options: Cancellable): Promise<ImageChanges> {
  const [after, before] = await Promise.all([
    remote.inspect(reference, newest, options),
    // Registries forget what no tag names.
    known === undefined ? undefined : remote.inspect(reference, known, options).catch(() => undefined),
  ]);
  return describeChanges(variantFor(before, platform), variantFor(after, platform), present);
}

function variantFor(image: RemoteImage | undefined, { os, architecture }: Platform): RemoteVariant | undefined {
  return image?.variants.find((one) => one.platform.os === os && one.platform.architecture === architecture) ?? image?.variants[0];
}

/** The present image stands in for one that the registry no longer has, as far as it can. */
function describeChanges(before: RemoteVariant | undefined, after: RemoteVariant | undefined, present: ImageDetails | undefined): ImageChanges {
  const had = new Set(before?.layers.map(({ digest }) => digest));
  const layers = after?.layers ?? [];
  const fresh = layers.filter(({ digest }) => !had.has(digest));
  const oldLabels = before?.labels ?? present?.labels ?? {};
  const newLabels = after?.labels ?? {};
  const names = [...new Set([...Object.keys(oldLabels), ...Object.keys(newLabels)])].sort();
  const createdBefore = before?.createdAt ?? present?.createdAt;
  return {
    ...(createdBefore ? { createdBefore: createdBefore.toISOString() } : {}),
    ...(after?.createdAt ? { createdAfter: after.createdAt.toISOString() } : {}),
    ...(before ? { sizeBefore: before.sizeBytes } : {}),
    sizeAfter: after?.sizeBytes ?? 0,
    layers: layers.length,
    newLayers: fresh.length,
    newBytes: fresh.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    labels: names
      .filter((name) => oldLabels[name] !== newLabels[name])
      .map((name) => ({
        name,
        ...(oldLabels[name] === undefined ? {} : { before: oldLabels[name] }),
        ...(newLabels[name] === undefined ? {} : { after: newLabels[name] }),
      })),
  };
}

function builtHere(reference: string): ServiceImage['problem'] {
  return { code: 'image.not-found', message: `${reference} is built here, so there is no registry to compare it with.` };
}
