import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { SnapshotDetails } from '../../../../shared/models/snapshot.ts';
import { Fault } from '../../base/fault.ts';
import type { MaskingRules } from '../../compose/masking-rules.ts';
import type { EngineConnection } from '../../engine/engine-connection.ts';
import type { Engine } from '../../engine/engine.ts';
import type { EnvironmentLoader } from '../../environments/environment-loader.ts';
import type { JobContext, Jobs } from '../../jobs/jobs.ts';
import { giveSnapshot } from '../../snapshots/share/give-snapshot.ts';
import { serviceOf } from '../../stacks/labels.ts';
import { observeStack } from '../../stacks/observe.ts';
import type { PreparedPlan } from '../../stacks/plan.ts';
import type { CloneOperations } from './clone-operations.ts';
import { forgetOldRows } from './forget-old-rows.ts';
import { runMaskingStep } from './masking-step.ts';
import type { SnapshotOperations } from './snapshot-operations.ts';
import type { SnapshotShelf } from './snapshot-shelf.ts';
import type { StackRuns } from '../stacks/stack-runs.ts';

export interface SnapshotMaskingParts {
  readonly connection: EngineConnection;
  readonly jobs: Jobs;
  readonly loader: EnvironmentLoader;
  readonly clones: CloneOperations;
  readonly runs: StackRuns;
  readonly snapshots: SnapshotOperations;
  readonly shelf: SnapshotShelf;
}

/** Makes snapshots that testers may have: the stack's own masking steps, run in a copy that nobody reaches. */
export class SnapshotMasking {
  readonly #parts: SnapshotMaskingParts;

  constructor(parts: SnapshotMaskingParts) {
    this.#parts = parts;
  }

  /**
   * Makes a masked copy of a snapshot as a job; its result names the new one. The snapshot itself and the environment are
   * not touched. Raises `snapshot.unmasked` when the stack says no masking steps, `snapshot.masking-failed`.
   */
  mask(record: EnvironmentRecord, snapshotId: string): string {
    return this.#parts.jobs.start({
      kind: 'snapshot.mask',
      title: `Mask a snapshot of ${record.name}`,
      environmentId: record.id,
      run: async (context) => {
        const engine = await this.#parts.connection.get(context);
        const { masking } = await this.#parts.loader.extension(record, context);
        if (Object.keys(masking).length === 0) throw noSteps(record);
        const snapshot = await this.#parts.shelf.get(snapshotId, context);
        const masked = await this.#maskedCopy(engine, record, { snapshot, masking }, context);
        return { snapshotId: masked.id, name: masked.name, maskedFrom: snapshot.id };
      },
    });
  }

  async #maskedCopy(
    engine: Engine,
    record: EnvironmentRecord,
    { snapshot, masking }: { snapshot: SnapshotDetails; masking: MaskingRules },
    context: JobContext,
  ): Promise<{ id: string; name: string }> {
    const { clones, runs, shelf, snapshots } = this.#parts;
    const copy = await clones.make(engine, record, { snapshotId: snapshot.id, readOnlyBinds: true }, context);
    try {
      const prepared = await runs.prepare(engine, copy, 'up', { services: Object.keys(masking) }, context);
      await runs.apply(engine, unpublished(prepared), { wait: true }, context);
      await this.#runSteps(engine, copy, masking, context);
      const note = `masked copy of “${snapshot.name}”`;
      const name = `${snapshot.name} (masked)`;
      const { id } = await snapshots.capture(engine, copy, { kind: 'manual', consistency: 'stopped', name, note, tags: ['masked'], maskedFrom: snapshot.id }, context);
      await giveSnapshot(await shelf.store(), id, record, context);
      return { id, name };
    } finally {
      await clones.discard(engine, copy);
      shelf.noteChange();
    }
  }

  async #runSteps(engine: Engine, copy: EnvironmentRecord, masking: MaskingRules, context: JobContext): Promise<void> {
    const { containers } = await observeStack(engine, copy.projectName, context);
    for (const [service, steps] of Object.entries(masking)) {
      const container = containers.find((one) => serviceOf(one) === service);
      if (!container) throw notStarted(service);
      for (const [position, step] of steps.entries()) {
        const shown = { id: `mask.${service}.${position}`, title: `Mask ${service}: step ${position + 1} of ${steps.length}` };
        context.report({ type: 'step', step: { ...shown, state: 'running' } });
        await runMaskingStep(engine, { container: container.id, service, step }, context);
        context.report({ type: 'step', step: { ...shown, state: 'done' } });
      }
      await this.#forget(engine, { container: container.id, service, steps }, context);
    }
  }

  /** What was replaced must not be found in the files, by whoever reads them without the database. */
  async #forget(
    engine: Engine,
    { container, service, steps }: { container: string; service: string; steps: MaskingRules[string] },
    context: JobContext,
  ): Promise<void> {
    const databases = new Set(steps.filter(({ sql }) => sql !== undefined).map(({ database }) => database));
    for (const database of databases) {
      const shown = { id: `mask.${service}.forget.${database ?? ''}`, title: `Take replaced rows out of the files of ${service}` };
      context.report({ type: 'step', step: { ...shown, state: 'running' } });
      const done = await forgetOldRows(engine, { container, service, database }, context);
      context.report({ type: 'step', step: { ...shown, state: done ? 'done' : 'skipped' } });
      if (done) continue;
      const text = `The files of ${service} keep traces of what was replaced, as those of MySQL and MariaDB do: who reads them byte by byte finds some. Share a dump where that matters.`;
      context.report({ type: 'log', entry: { level: 'warning', text, source: service } });
    }
  }
}

/** The same without published ports: nobody must reach what is not masked yet. */
function unpublished(prepared: PreparedPlan): PreparedPlan {
  const { definition } = prepared.request;
  if (!definition) return prepared;
  const services = Object.fromEntries(Object.entries(definition.project.services).map(([name, service]) => [name, { ...service, ports: [] }]));
  return { ...prepared, request: { ...prepared.request, definition: { ...definition, project: { ...definition.project, services } } } };
}

function noSteps({ name }: EnvironmentRecord): Fault {
  return new Fault({
    code: 'snapshot.unmasked',
    message: `The files of ${name} don’t say how to mask its data.`,
    hint: 'Write the steps under x-slipway.masking, by service: SQL or commands. The README shows how.',
  });
}

function notStarted(service: string): Fault {
  return new Fault({ code: 'snapshot.masking-failed', message: `${service} has no container to run masking steps in.`, hint: 'Check its Compose profiles and its scale.' });
}
