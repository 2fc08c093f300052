import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cleanupSignal, type Cancellable } from '../../base/abort.ts';
import { Fault, toProblem } from '../../base/fault.ts';
import { type Bundle, damaged, openBundle, verifyBundle } from '../../bundles/open-bundle.ts';
import { writeFault } from '../../bundles/write-fault.ts';
import type { JobContext } from '../../jobs/jobs.ts';
import { takeInSnapshot } from '../../snapshots/carry.ts';
import type { BundleParts } from './bundle.ts';
import { loadBundledImages } from './bundle-images.ts';
import { needsOverrides, overridesFile, writeOverrides } from './bundle-overrides.ts';

export interface ImportRequest {
  readonly file: string;
  /** Name in the library; the one that it had where the bundle was made, unless that is taken. */
  readonly name?: string | undefined;
  /** Folder to make for the environment's files. */
  readonly directory?: string | undefined;
}

/** Undoes one part of an import that failed later. */
type Undo = (options: Cancellable) => Promise<void>;

/** One import. What it did is undone in reverse order when a later part fails or the person cancels. */
export class BundleImport {
  readonly #parts: BundleParts;
  readonly #request: ImportRequest;
  readonly #undo: Undo[] = [];

  constructor(parts: BundleParts, request: ImportRequest) {
    this.#parts = parts;
    this.#request = request;
  }

  async run(context: JobContext): Promise<Record<string, unknown>> {
    const bundle = await openBundle(this.#request.file, context);
    const { name, directory } = await this.#place(bundle);
    await verify(bundle, context);
    try {
      await this.#loadImages(bundle, context);
      const snapshots = await this.#takeSnapshots(bundle, context);
      await this.#writeFiles(bundle, directory, context);
      const record = await this.#add(bundle, name, directory);
      const { images, ask } = bundle.manifest;
      return { environmentId: record.id, name: record.name, directory: record.directory, images: images.flatMap(({ references }) => references), snapshots, ask };
    } catch (error) {
      await this.#undoAll(context);
      throw writeFault(error, directory);
    }
  }

  /** One thing that can't be undone keeps no other from being undone. */
  async #undoAll({ report }: JobContext): Promise<void> {
    const signal = cleanupSignal();
    for (const undo of this.#undo.toReversed()) {
      await undo({ signal }).catch((error: unknown) => {
        report({ type: 'log', entry: { level: 'warning', text: `Something of the import stays behind: ${toProblem(error).message}` } });
      });
    }
  }

  /** Raises `environment.exists`, `usage.invalid`. */
  async #place({ manifest }: Bundle): Promise<{ name: string; directory: string }> {
    const { library, environmentsDirectory } = this.#parts;
    const wanted = this.#request.name ?? manifest.environment.name;
    let name = wanted;
    for (let number = 2; library.findByName(name); number += 1) {
      if (this.#request.name !== undefined) {
        throw new Fault({ code: 'environment.exists', message: `An environment named “${name}” is already in the library.`, hint: 'Choose another name.' });
      }
      name = `${wanted}-${number}`;
    }
    const folder = name.replace(/[^\w.-]+/g, '-').replace(/^[.-]+/, '') || 'environment';
    if (this.#request.directory === undefined) return { name, directory: await freeFolder(path.join(environmentsDirectory, folder)) };
    if (await stat(this.#request.directory).catch(() => undefined)) {
      throw new Fault({ code: 'usage.invalid', message: `${this.#request.directory} is there already.`, hint: 'Name a folder that is not there yet.' });
    }
    return { name, directory: this.#request.directory };
  }

  async #loadImages(bundle: Bundle, context: JobContext): Promise<void> {
    if (bundle.manifest.images.length === 0) return;
    const engine = await this.#parts.connection.get(context);
    await loadBundledImages(engine, bundle, { onUndo: (undo) => this.#undo.push(undo) }, context);
  }

  async #takeSnapshots({ file, manifest, place }: Bundle, { signal, report }: JobContext): Promise<string[]> {
    if (manifest.snapshots.length === 0) return [];
    const { shelf } = this.#parts;
    const store = await shelf.store();
    const held = new Set((await store.list({ signal })).map(({ id }) => id));
    const taken: string[] = [];
    for (const { descriptor, blobs, name } of manifest.snapshots) {
      const step = { id: `snapshot.${descriptor.digest}`, title: `Snapshot ${name}` };
      const total = blobs.reduce((sum, { size }) => sum + size, 0);
      const onProgress = ({ bytes }: { bytes: number }): void =>
        report({ type: 'step', step: { ...step, state: 'running', amount: { current: Math.min(bytes, total), total, unit: 'bytes' } } });
      const id = await takeInSnapshot(store, { file, descriptor, blobs: blobs.map(place) }, { signal, onProgress });
      if (!held.has(id)) {
        this.#undo.push(async (options) => {
          await shelf.remove([id], options);
        });
      }
      taken.push(id);
      report({ type: 'step', step: { ...step, state: 'done' } });
    }
    shelf.noteChange();
    return taken;
  }

  /** The folder appears when it is whole. */
  async #writeFiles(bundle: Bundle, directory: string, { signal }: JobContext): Promise<void> {
    const partial = `${directory}.part`;
    await mkdir(path.dirname(directory), { recursive: true });
    await mkdir(partial);
    this.#undo.push(() => rm(partial, { recursive: true, force: true }));
    for (const file of bundle.manifest.files) {
      const target = path.join(partial, ...file.path.split('/'));
      await mkdir(path.dirname(target), { recursive: true });
      await pipeline(bundle.read(file, { signal }), createWriteStream(target, { flags: 'wx', mode: file.executable ? 0o755 : 0o644 }));
    }
    await mkdir(path.join(partial, bundle.manifest.environment.directory), { recursive: true });
    await writeOverrides(path.join(partial, bundle.manifest.environment.directory), bundle.manifest);
    await rename(partial, directory);
    this.#undo.push(() => rm(directory, { recursive: true, force: true }));
  }

  async #add({ manifest }: Bundle, name: string, root: string): ReturnType<BundleParts['library']['add']> {
    const { library } = this.#parts;
    const { environment } = manifest;
    const directory = path.join(root, environment.directory);
    const added = await library.add({ path: directory, name, origin: { id: environment.id, projectName: environment.projectName } });
    this.#undo.push(() => {
      library.remove(added.id);
      return Promise.resolve();
    });
    const inside = (file: string): string => path.join(root, ...file.split('/'));
    const override = needsOverrides(manifest) ? [path.join(directory, overridesFile)] : [];
    return library.update(added.id, (record) => ({
      ...record,
      files: environment.composeFiles.length > 0 ? [...environment.composeFiles.map(inside), ...override] : [],
      ...(environment.profile === undefined ? {} : { profile: environment.profile }),
      ...(environment.composeProfiles.length > 0 ? { composeProfiles: environment.composeProfiles } : {}),
      ...(environment.envFiles.length > 0 ? { envFiles: environment.envFiles.map(inside) } : {}),
      values: environment.values,
      portRemaps: environment.portRemaps,
    }));
  }
}

async function verify(bundle: Bundle, context: JobContext): Promise<void> {
  const step = { id: 'verify', title: 'Check every byte' };
  const { manifest, file } = bundle;
  const paths = new Set(manifest.files.map((one) => one.path));
  for (const needed of [...manifest.environment.composeFiles, ...manifest.environment.envFiles]) {
    if (!paths.has(needed) && !manifest.ask.includes(needed)) throw damaged(file, `it lacks the file ${needed}`);
  }
  await verifyBundle(bundle, {
    signal: context.signal,
    onBytes: (current, total) => context.report({ type: 'step', step: { ...step, state: 'running', amount: { current, total, unit: 'bytes' } } }),
  });
  context.report({ type: 'step', step: { ...step, state: 'done' } });
}

async function freeFolder(wanted: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? wanted : `${wanted}-${number}`;
    if (!(await stat(candidate).catch(() => undefined))) return candidate;
  }
}
