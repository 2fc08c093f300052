import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { ImageLock, ServiceImage } from '../../../../shared/models/image-check.ts';
import type { UpdateReport } from '../../../../shared/models/rehearsal.ts';
import { cleanupSignal } from '../../base/abort.ts';
import { Fault, isAbort, toProblem } from '../../base/fault.ts';
import type { EngineConnection } from '../../engine/engine-connection.ts';
import type { Engine } from '../../engine/engine.ts';
import type { EnvironmentLoader } from '../../environments/environment-loader.ts';
import { pinned, readImageLock, writeImageLock } from '../../environments/image-lock.ts';
import type { JobContext, Jobs } from '../../jobs/jobs.ts';
import type { ImagePuller } from '../../registry/pull/image-puller.ts';
import { observeStack } from '../../stacks/observe.ts';
import type { CheckOperations } from '../stacks/check-operations.ts';
import type { ImageCheck } from './image-check.ts';
import { lockFileOf } from './image-locks.ts';
import { pullPinned } from './pull-pinned.ts';
import type { SnapshotOperations } from '../snapshots/snapshot-operations.ts';
import type { StackRuns } from '../stacks/stack-runs.ts';

export interface ImageUpdateParts {
  readonly connection: EngineConnection;
  readonly jobs: Jobs;
  readonly loader: EnvironmentLoader;
  readonly runs: StackRuns;
  readonly snapshots: SnapshotOperations;
  readonly checks: CheckOperations;
  readonly imageCheck: ImageCheck;
  readonly puller: ImagePuller;
}

/** Putting everything back may take so long, in milliseconds: data is written, services start. */
const rollBackMs = 3_600_000;

/** Updates environments to the images that their registries have now. */
export class ImageUpdate {
  readonly #parts: ImageUpdateParts;

  constructor(parts: ImageUpdateParts) {
    this.#parts = parts;
  }

  /**
   * Pulls what is newer, takes a safety snapshot, recreates, waits until all is ready and runs the checks, as a job. An
   * environment that was stopped runs for the checks only. A failure or a cancellation puts images, lock and data back
   * as they were and starts what ran. The result is an `UpdateReport`.
   */
  update(record: EnvironmentRecord): string {
    return this.#parts.jobs.start({
      kind: 'images.update',
      title: `Update ${record.name}`,
      environmentId: record.id,
      run: async (context) => {
        const engine = await this.#parts.connection.get(context);
        await this.#parts.snapshots.recover(engine, context);
        return this.#update(engine, record, context);
      },
    });
  }

  async #update(engine: Engine, record: EnvironmentRecord, context: JobContext): Promise<UpdateReport> {
    const { imageCheck, snapshots, runs, checks } = this.#parts;
    const all = await imageCheck.check(record, context);
    const warnings = all.flatMap(({ service, problem }) => (problem ? [`${service} is left as it is: ${problem.message}`] : []));
    for (const text of warnings) context.report({ type: 'log', entry: { level: 'warning', text } });
    const newer = all.filter(({ state, newest, present, locked }) => newest !== undefined && (state === 'newer' || newest !== (locked ?? present?.digest)));
    if (newer.length === 0) return { images: [], warnings };
    await this.#pull(engine, record, newer, context);
    const { containers } = await observeStack(engine, record.projectName, context);
    const wasUp = containers.some(({ state }) => state === 'running');
    const safety = await snapshots.safetySnapshot(engine, record, 'before an update', context);
    const before: Before = { newer, lock: await this.#lock(record, context), safetySnapshotId: safety?.id, wasUp };
    try {
      await this.#adopt(engine, before, context);
      await runs.apply(engine, await runs.prepare(engine, record, 'up', { pull: 'missing' }, context), { wait: true }, context);
      const report = await checks.require(engine, record, 'update', context);
      if (!wasUp) await runs.apply(engine, await runs.prepare(engine, record, 'stop', {}, context), {}, context);
      return {
        images: newer.map(({ service, image, present, locked, newest = '' }) => ({ service, image, after: newest, ...beforeOf(locked ?? present?.digest ?? present?.id) })),
        warnings,
        ...(safety ? { safetySnapshotId: safety.id } : {}),
        ...(report ? { checks: report } : {}),
      };
    } catch (error) {
      await this.#rollBack(engine, record, before, error, context);
      throw isAbort(error) ? error : notUpdated(record, error);
    }
  }

  async #pull(engine: Engine, record: EnvironmentRecord, newer: readonly ServiceImage[], context: JobContext): Promise<void> {
    const { project } = (await this.#parts.loader.load(record, context)).definition;
    const wanted = new Map(newer.map(({ service, image, newest = '' }) => [pinned(image, newest), project.services[service]?.platform]));
    await Promise.all(
      [...wanted].map(([reference, platform]) => pullPinned(engine, { reference, platform, puller: this.#parts.puller }, context)),
    );
  }

  async #lock(record: EnvironmentRecord, context: JobContext): Promise<Before['lock']> {
    const { file, inForce } = lockFileOf(await this.#parts.loader.load(record, context));
    const content = inForce ? await readImageLock(file) : undefined;
    return content ? { file, content } : undefined;
  }

  /** From here on the references mean the new images, in the engine's tags and in the lock. */
  async #adopt(engine: Engine, { newer, lock }: Before, context: JobContext): Promise<void> {
    for (const { image, newest = '' } of newer) if (!image.includes('@')) await engine.images.tag(pinned(image, newest), image, context);
    if (!lock) return;
    const images = { ...lock.content.images, ...Object.fromEntries(newer.map(({ image, newest = '' }) => [image, newest])) };
    await writeImageLock(lock.file, { ...lock.content, images });
  }

  async #rollBack(engine: Engine, record: EnvironmentRecord, before: Before, cause: unknown, { report }: JobContext): Promise<void> {
    const { runs, snapshots } = this.#parts;
    const context: JobContext = { report, signal: cleanupSignal(rollBackMs) };
    report({ type: 'log', entry: { level: 'warning', text: 'The update is taken back.' } });
    try {
      await runs.apply(engine, await runs.prepare(engine, record, 'stop', {}, context), {}, context);
      for (const { image, present, running } of before.newer) {
        // What ran worked; the tag may have meant another one already.
        const old = running ?? present?.id;
        if (old !== undefined && !image.includes('@')) await engine.images.tag(old, image, context);
      }
      if (before.lock) await writeImageLock(before.lock.file, before.lock.content);
      if (before.safetySnapshotId !== undefined) await snapshots.putBack(engine, record, before.safetySnapshotId, context);
      const options = { pull: 'missing', noStart: !before.wasUp } as const;
      await runs.apply(engine, await runs.prepare(engine, record, 'up', options, context), { wait: before.wasUp }, context);
    } catch (error) {
      throw new Fault(
        {
          code: 'storage.failed',
          message: `${record.name} could not be updated, and could not be put back as it was: ${toProblem(error).message}`,
          hint: before.safetySnapshotId === undefined ? 'Start it again.' : 'Its data is in a safety snapshot: `slipway snapshot undo` puts it back.',
          detail: [toProblem(cause).message, toProblem(error).detail].filter(Boolean).join('\n'),
          data: { safetySnapshotId: before.safetySnapshotId },
        },
        { cause: error },
      );
    }
  }
}

interface Before {
  readonly newer: readonly ServiceImage[];
  readonly lock: { readonly file: string; readonly content: ImageLock } | undefined;
  readonly safetySnapshotId: string | undefined;
  readonly wasUp: boolean;
}

function beforeOf(before: string | undefined): { before?: string } {
  return before === undefined ? {} : { before };
}

function notUpdated(record: EnvironmentRecord, error: unknown): Fault {
  const problem = toProblem(error);
  return new Fault(
    {
      ...problem,
      message: `${record.name} was not updated, and images and data are as before: ${problem.message}`,
      hint: 'Rehearse the update to see more of why, without touching this environment.',
    },
    { cause: error },
  );
}
