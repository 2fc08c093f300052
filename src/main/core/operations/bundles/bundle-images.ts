import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { BundledImage } from '../../bundles/bundle-manifest.ts';
import { loadableArchive } from '../../bundles/docker-archive.ts';
import { type Bundle, damaged } from '../../bundles/open-bundle.ts';
import type { Engine } from '../../engine/engine.ts';
import type { JobContext } from '../../jobs/jobs.ts';
import { findImage } from '../../stacks/images.ts';

/**
 * Loads a bundle's images into the engine under their names. Raises `bundle.incomplete` when layers that the bundle
 * left out are not there, before anything is changed. `onUndo` is given what puts the names back as they were.
 */
export async function loadBundledImages(
  engine: Engine,
  bundle: Bundle,
  { onUndo }: { readonly onUndo: (undo: (options: Cancellable) => Promise<void>) => void },
  { signal, report }: JobContext,
): Promise<void> {
  const { images } = bundle.manifest;
  await requireLayers(engine, bundle, { signal });
  const before = await namesBefore(engine, images, { signal });
  onUndo((options) => putNamesBack(engine, before, options));
  for (const [reference, id] of before) {
    const loaded = images.find(({ references }) => references.includes(reference));
    if (id !== undefined && id !== loaded?.id) report({ type: 'log', entry: { level: 'warning', text: `${reference} names another image from now on; the one before stays, without a name.` } });
  }
  const step = { id: 'images', title: 'Images' };
  const total = images.flatMap(({ layers, config }) => [config, ...layers.flatMap(({ blob }) => blob ?? [])]).reduce((sum, { size }) => sum + size, 0);
  let current = 0;
  const read = async function* (blob: Parameters<Bundle['read']>[0]): AsyncGenerator<Buffer> {
    for await (const piece of bundle.read(blob, { signal })) {
      current += piece.length;
      report({ type: 'step', step: { ...step, state: 'running', amount: { current: Math.min(current, total), total, unit: 'bytes' } } });
      yield piece;
    }
  };
  await engine.images.load(loadableArchive(images, { read, signal }), { signal });
  for (const { references, layers } of images) {
    for (const reference of references) {
      const image = await findImage(engine, reference, { signal });
      if (image?.layers.join() !== layers.map(({ diffId }) => diffId).join()) throw damaged(bundle.file, `the engine did not take in ${reference} as it is`);
    }
  }
  report({ type: 'step', step: { ...step, state: 'done' } });
}

/** Raises `bundle.incomplete` unless the engine has each stack of layers up to the last one that was left out. */
async function requireLayers(engine: Engine, { file, manifest }: Bundle, { signal }: Cancellable): Promise<void> {
  const wanted = manifest.images.flatMap(({ references, layers }) => {
    const last = layers.findLastIndex(({ blob }) => blob === undefined);
    return last < 0 ? [] : [{ references, stack: layers.slice(0, last + 1).map(({ diffId }) => diffId).join() }];
  });
  if (wanted.length === 0) return;
  const listed = await engine.images.list({ signal });
  const present = await Promise.all(listed.map(({ id }) => findImage(engine, id, { signal })));
  const stacks = present.flatMap((image) => (image ? [`${image.layers.join()},`] : []));
  const lacking = wanted.filter(({ stack }) => !stacks.some((held) => held.startsWith(`${stack},`)));
  if (lacking.length === 0) return;
  const references = lacking.flatMap((image) => image.references);
  throw new Fault({
    code: 'bundle.incomplete',
    message: `${file} leaves out layers of ${references.join(', ')} that are not on this engine.`,
    hint: 'Import the bundle first that this one was made upon, or make it anew without --have.',
    data: { images: references },
  });
}

async function namesBefore(engine: Engine, images: readonly BundledImage[], { signal }: Cancellable): Promise<Map<string, string | undefined>> {
  const references = images.flatMap((image) => image.references);
  return new Map(await Promise.all(references.map(async (reference) => [reference, (await findImage(engine, reference, { signal }))?.id] as const)));
}

async function putNamesBack(engine: Engine, before: ReadonlyMap<string, string | undefined>, { signal }: Cancellable): Promise<void> {
  for (const [reference, id] of before) {
    if (id === undefined) await engine.images.remove(reference, { signal });
    else await engine.images.tag(id, reference, { signal });
  }
}
