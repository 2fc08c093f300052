import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { WorkEvent } from '../../../../src/shared/models/job.ts';
import type { PlanIntent } from '../../../../src/shared/models/plan.ts';
import { loadProject } from '../../../../src/main/core/compose/load.ts';
import type { ContainerDetails } from '../../../../src/main/core/engine/containers.ts';
import type { Engine } from '../../../../src/main/core/engine/engine.ts';
import { type ExecuteRequest, executePlan } from '../../../../src/main/core/stacks/execute.ts';
import { observeImages } from '../../../../src/main/core/stacks/images.ts';
import { serviceOf } from '../../../../src/main/core/stacks/labels.ts';
import { observeStack, type ObservedStack } from '../../../../src/main/core/stacks/observe.ts';
import type { PlanOptions, PreparedPlan, StackDefinition } from '../../../../src/main/core/stacks/plan.ts';
import { planStack } from '../../../../src/main/core/stacks/plan-stack.ts';
import { stackState, type StackStatus } from '../../../../src/main/core/stacks/state.ts';

export type RunOptions = PlanOptions & Partial<Pick<ExecuteRequest, 'wait' | 'waitTimeoutMs' | 'stopTimeoutSeconds' | 'probeEarly' | 'signal'>>;

/** A Compose file in a directory of its own, taken through load → observe → plan → execute as the app does. */
export class StackUnderTest {
  readonly engine: Engine;
  readonly directory: string;
  readonly projectName: string;
  /** What the last run reported. */
  events: WorkEvent[] = [];
  /** For builds on images of private registries. */
  findLogin: NonNullable<ExecuteRequest['findLogin']> = () => Promise.resolve(undefined);
  /** Variables that the project is loaded with, besides PATH. */
  variables: Readonly<Record<string, string>> = {};
  /** Told each event as it comes. */
  onEvent: (event: WorkEvent) => void = () => undefined;

  constructor(engine: Engine, directory: string, projectName: string) {
    this.engine = engine;
    this.directory = directory;
    this.projectName = projectName;
  }

  get file(): string {
    return path.join(this.directory, 'compose.yaml');
  }

  async write(compose: string, files: Readonly<Record<string, string>> = {}): Promise<void> {
    for (const [name, content] of Object.entries({ ...files, 'compose.yaml': compose })) {
      const file = path.join(this.directory, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
    }
  }

  async load(): Promise<StackDefinition> {
    return loadProject({ files: [this.file], projectName: this.projectName, environment: { PATH: '/bin', ...this.variables } });
  }

  observe(): Promise<ObservedStack> {
    return observeStack(this.engine, this.projectName);
  }

  async plan(intent: PlanIntent, options: PlanOptions = {}): Promise<PreparedPlan> {
    const definition = await this.load();
    const [observed, images] = await Promise.all([this.observe(), observeImages(this.engine, definition.project)]);
    return planStack({ projectName: this.projectName, definition, observed, images, buildKit: this.engine.buildKit, intent, options });
  }

  async run(intent: PlanIntent, { wait, waitTimeoutMs, stopTimeoutSeconds, probeEarly, signal, ...options }: RunOptions = {}): Promise<PreparedPlan> {
    const prepared = await this.plan(intent, options);
    this.events = [];
    const request = {
      engine: this.engine,
      prepared,
      pull: (reference: string) => this.engine.images.pull(reference),
      findLogin: this.findLogin,
      signal,
      ...(wait === undefined ? {} : { wait }),
      ...(probeEarly === undefined ? {} : { probeEarly }),
      ...(waitTimeoutMs === undefined ? {} : { waitTimeoutMs }),
      ...(stopTimeoutSeconds === undefined ? {} : { stopTimeoutSeconds }),
    };
    for await (const event of executePlan(request)) {
      this.events.push(event);
      this.onEvent(event);
    }
    return prepared;
  }

  up(options: RunOptions = {}): Promise<PreparedPlan> {
    return this.run('up', { wait: true, ...options });
  }

  down(options: RunOptions = {}): Promise<PreparedPlan> {
    return this.run('down', { removeOrphans: true, removeVolumes: true, stopTimeoutSeconds: 1, ...options });
  }

  async status(): Promise<StackStatus> {
    const { project } = await this.load();
    return stackState(project, await this.observe());
  }

  async containersOf(service: string): Promise<ContainerDetails[]> {
    return (await this.observe()).containers.filter((container) => serviceOf(container) === service);
  }

  /** Details that steps gave while they waited, in order, each once. */
  waits(): string[] {
    const details = this.events.flatMap((event) => (event.type === 'step' && event.step.state === 'waiting' ? [event.step.detail ?? ''] : []));
    return details.filter((detail, index) => detail !== details[index - 1]);
  }

  log(): string[] {
    return this.events.flatMap((event) => (event.type === 'log' ? [event.entry.text] : []));
  }
}
