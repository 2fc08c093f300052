import { stat } from 'node:fs/promises';
import type { BundleContents, BundlePlan } from '../../../../shared/models/bundle.ts';
import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { Cancellable } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import { BundleWriter } from '../../bundles/bundle-writer.ts';
import { describeBundle } from '../../bundles/describe-bundle.ts';
import { openBundle } from '../../bundles/open-bundle.ts';
import { writeFault } from '../../bundles/write-fault.ts';
import type { EngineConnection } from '../../engine/engine-connection.ts';
import type { EnvironmentLoader } from '../../environments/environment-loader.ts';
import type { Library } from '../../environments/library.ts';
import type { JobContext, Jobs } from '../../jobs/jobs.ts';
import { type CarriedSnapshot, withCarriedSnapshots } from '../../snapshots/carry.ts';
import { type BundleChoice, chooseContents, type ChosenContents, measureImages } from './bundle-contents.ts';
import { BundleImport, type ImportRequest } from './bundle-import.ts';
import { writeFiles, writeImageManifests, writeImages, writeSnapshots } from './bundle-writing.ts';
import type { SnapshotShelf } from '../snapshots/snapshot-shelf.ts';

export interface BundleParts {
  readonly connection: EngineConnection;
  readonly jobs: Jobs;
  readonly loader: EnvironmentLoader;
  readonly library: Library;
  readonly shelf: SnapshotShelf;
  readonly clock: Clock;
  /** Where imported environments are kept unless somebody says otherwise. */
  readonly environmentsDirectory: string;
}

/** Whole environments as one file, for machines without a network. */
export class BundleOperations {
  readonly #parts: BundleParts;

  constructor(parts: BundleParts) {
    this.#parts = parts;
  }

  /** What a bundle would hold and how much. Changes nothing. Raises `project.*`, `engine.*`, `snapshot.not-found`. */
  async plan(record: EnvironmentRecord, choice: BundleChoice, { signal }: Cancellable): Promise<BundlePlan> {
    const { contents, images, snapshots } = await this.#choose(record, choice, { signal });
    const files = contents.files.files.map(({ path, bytes }) => ({ path, bytes }));
    const parts = [...files.map(({ bytes }) => bytes), ...[...images, ...snapshots].map(({ addedBytes }) => addedBytes)];
    return {
      environmentName: record.name,
      files,
      ask: [...contents.files.ask],
      leftOut: [...contents.files.leftOut],
      images,
      missingImages: [...contents.missingImages],
      snapshots,
      totalBytes: parts.reduce((sum, bytes) => sum + bytes, 0),
    };
  }

  /** Writes a bundle as a job. The file appears when it is whole; one that is there stays unless `replace` was said. */
  create(record: EnvironmentRecord, { file, replace = false, ...choice }: BundleChoice & { readonly file: string; readonly replace?: boolean }): string {
    return this.#parts.jobs.start({
      kind: 'bundle.create',
      title: `Bundle of ${record.name}`,
      environmentId: record.id,
      run: async (context) => {
        if (!replace && (await stat(file).catch(() => undefined))) throw fileExists(file);
        const engine = await this.#parts.connection.get(context);
        const { contents, images } = await this.#choose(record, choice, context);
        const totalBytes = images.reduce((sum, { bytes }) => sum + bytes, 0);
        return this.#withSnapshots(choice.snapshots, (snapshots) => this.#write(file, { contents, snapshots, engine, totalBytes }, context), context);
      },
    });
  }

  /** What a bundle file holds. Reads its table of contents only. Raises `bundle.*`. */
  async show(file: string, { signal }: Cancellable): Promise<BundleContents> {
    return describeBundle(await openBundle(file, { signal }));
  }

  /**
   * Takes a bundle in as a job: images, snapshots and the environment, ready to be started. Every byte is checked
   * first; on failure everything is as before.
   */
  import(request: ImportRequest): string {
    return this.#parts.jobs.start({
      kind: 'bundle.import',
      title: `Import ${request.file}`,
      run: (context) => new BundleImport(this.#parts, request).run(context),
    });
  }

  async #choose(
    record: EnvironmentRecord,
    choice: BundleChoice,
    { signal }: Cancellable,
  ): Promise<{ contents: ChosenContents; images: BundlePlan['images']; snapshots: BundlePlan['snapshots'] }> {
    const engine = await this.#parts.connection.get({ signal });
    const contents = await chooseContents({ loader: this.#parts.loader, engine }, record, choice, { signal });
    const images = await measureImages(engine, contents, { signal });
    const counted = new Set(contents.base.blobs);
    const snapshots = await this.#withSnapshots(choice.snapshots, (carried) => Promise.resolve(carried.map((one) => measured(one, counted))), { signal });
    return { contents, images, snapshots };
  }

  async #withSnapshots<Result>(
    ids: readonly string[],
    action: (snapshots: readonly CarriedSnapshot[]) => Promise<Result>,
    { signal }: Cancellable,
  ): Promise<Result> {
    return ids.length === 0 ? action([]) : withCarriedSnapshots(await this.#parts.shelf.store(), ids, action, { signal });
  }

  async #write(
    file: string,
    what: {
      readonly contents: ChosenContents;
      readonly snapshots: readonly CarriedSnapshot[];
      readonly engine: Awaited<ReturnType<EngineConnection['get']>>;
      readonly totalBytes: number;
    },
    context: JobContext,
  ): Promise<Record<string, unknown>> {
    const { contents } = what;
    const writer = await BundleWriter.create(file).catch((error: unknown) => {
      throw writeFault(error, file);
    });
    try {
      const files = await writeFiles(writer, contents, context);
      const images = await writeImages(writer, what, context);
      const snapshots = await writeSnapshots(writer, what.snapshots, contents, context);
      const index = [...(await writeImageManifests(writer, images, context)), ...snapshots.map(({ descriptor }) => descriptor)];
      const { environment, overrides } = contents;
      const createdAt = this.#parts.clock.now().toISOString();
      const ask = [...contents.files.ask];
      const manifest = { slipwayBundle: 1 as const, createdAt, environment, files, ask, lock: { ...contents.lock }, images, overrides, lockedProfiles: [...contents.lockedProfiles], snapshots };
      return { file, ...(await writer.finish(manifest, index)), ask };
    } catch (error) {
      await writer.abandon();
      throw writeFault(error, file);
    }
  }
}

function measured({ descriptor, name, createdAt, blobs }: CarriedSnapshot, counted: Set<string>): BundlePlan['snapshots'][number] {
  const added = blobs.filter(({ digest }) => !counted.has(digest));
  blobs.forEach(({ digest }) => counted.add(digest));
  const sum = (all: CarriedSnapshot['blobs']): number => all.reduce((bytes, { size }) => bytes + size, 0);
  return { id: descriptor.digest, name, createdAt, bytes: sum(blobs), addedBytes: sum(added) };
}

function fileExists(file: string): Fault {
  return new Fault({ code: 'usage.invalid', message: `${file} is there already.`, hint: 'Choose another name, or remove it first.' });
}
