import PQueue from 'p-queue';
import { Fault, isAbort } from '../../base/fault.ts';
import type { Work, WorkStep } from '../plan/work.ts';
import type { Execution } from './execution.ts';
import { writeFileContents } from './file-contents.ts';
import { runHooks } from './hooks.ts';
import type { ReportedStep } from './report.ts';
import { waitForService } from './wait.ts';

type StartWork = Extract<Work, { readonly kind: 'start-container' }>;

/** Starts containers, each after what its service depends on meets its condition. */
export class Starter {
  readonly #execution: Execution;
  /** Two containers that start at once can be given one port of a range: engines take no care. */
  readonly #oneByOne = new PQueue({ concurrency: 1 });

  constructor(execution: Execution) {
    this.#execution = execution;
  }

  /** Resolves with what was done, in a person's words. Raises `service.*`, `port.*`, `engine.*`, `bind.source-missing`. */
  async start(work: StartWork, waits: WorkStep['waits'], step: ReportedStep, signal: AbortSignal): Promise<string> {
    const { engine, report } = this.#execution;
    const { service, name } = work;
    const id = this.#execution.idOf(service, name);
    if (id === undefined) throw vanished(service, name);
    const before = this.#execution.stateOf(id);
    const stoppedBefore = this.#execution.stopped.has(id);
    if (!stoppedBefore && (before === 'running' || before === 'restarting')) return 'it is running already';
    await this.#waitForOthers(waits ?? [], step, signal);
    report.step(step, 'running');
    if (!stoppedBefore && before === 'paused') {
      await engine.containers.unpause(id, { signal });
      return 'it goes on';
    }
    const { definition } = this.#execution.request.prepared.request;
    if (definition) await writeFileContents(this.#execution, service, id, signal);
    await this.#startOne(service, id, signal);
    await runHooks(this.#execution, service, id, definition?.project.services[service]?.post_start, signal);
    return 'started';
  }

  async #startOne(service: string, id: string, signal: AbortSignal): Promise<void> {
    const { engine, request } = this.#execution;
    const ports = request.prepared.request.definition?.project.services[service]?.ports ?? [];
    const start = (): Promise<void> => engine.containers.start(id, { signal });
    try {
      await (ports.some(({ published }) => published?.includes('-')) ? this.#oneByOne.add(start) : start());
    } catch (error) {
      throw error instanceof Fault ? about(service, error) : error;
    }
  }

  async #waitForOthers(waits: NonNullable<WorkStep['waits']>, step: ReportedStep, signal: AbortSignal): Promise<void> {
    const reasons = new Map<string, string>();
    const failing = new AbortController();
    const inner = AbortSignal.any([signal, failing.signal]);
    await Promise.all(
      waits.map(async ({ service, condition, required }) => {
        if (condition === 'service_started') return;
        const onWaiting = (why: string): void => {
          reasons.set(service, why);
          this.#execution.report.step(step, 'waiting', { detail: [...reasons.values()].join('; ') });
        };
        try {
          await waitForService(this.#execution, { service, condition, onWaiting, signal: inner });
          reasons.delete(service);
        } catch (error) {
          if (isAbort(error) || !(error instanceof Fault) || required) {
            failing.abort();
            throw error;
          }
          reasons.delete(service);
          this.#execution.report.log('warning', `Going on without ${service}: ${error.problem.message}`, service);
        }
      }),
    );
  }
}

/** The engine knows containers; people know services. */
function about(service: string, fault: Fault): Fault {
  const { message, data } = fault.problem;
  return new Fault({ ...fault.problem, message: `${service} could not be started: ${message}`, data: { ...data, service } }, { cause: fault });
}

function vanished(service: string, name: string): Fault {
  return new Fault({
    code: 'engine.not-found',
    message: `Container ${name} does not exist any more.`,
    hint: 'It was removed meanwhile. Start again.',
    data: { service },
  });
}
