import type { ServiceLogLine } from '../../../shared/models/log.ts';
import { type Cancellable, sleep } from '../base/abort.ts';
import { composeLabels as labels } from '../base/compose-labels.ts';
import { Fault, isAbort } from '../base/fault.ts';
import { Live } from '../base/live.ts';
import { sharedSignal } from '../base/shared-signal.ts';
import type { ContainerSummary, LogOptions } from '../engine/containers.ts';
import type { Engine } from '../engine/engine.ts';
import { isOneOff, ofProject, serviceOf } from './labels.ts';

export interface ServiceLogsRequest extends Cancellable {
  /** All services when absent. */
  readonly services?: readonly string[];
  /** The newest N lines of each container; all when absent. */
  readonly tail?: number;
  readonly since?: Date;
  /** Goes on with new lines, of containers made later too, until `signal` aborts. */
  readonly follow?: boolean;
}

/** Lines of several containers that arrive within this many milliseconds are put in order of time. */
const orderingMs = 25;

/** What a project's services wrote, in order of time. Raises `engine.*`; ends quietly when `signal` aborts while following. */
export async function* serviceLogs(
  engine: Engine,
  projectName: string,
  request: ServiceLogsRequest = {},
): AsyncGenerator<ServiceLogLine, void, void> {
  if (request.follow) {
    yield* new Following(engine, projectName, request).lines();
    return;
  }
  const containers = await listContainers(engine, projectName, request);
  const signal = sharedSignal(request.signal);
  const lines = await Promise.all(containers.map((container) => allLines(engine, container, { ...request, signal })));
  yield* inOrder(lines.flat());
}

async function listContainers(engine: Engine, projectName: string, { services, signal }: ServiceLogsRequest): Promise<ContainerSummary[]> {
  const all = await engine.containers.list({ labels: [ofProject(projectName)], signal });
  return all.filter((container) => !isOneOff(container) && (services?.includes(serviceOf(container)) ?? true));
}

async function allLines(engine: Engine, { id, name, labels: own }: ContainerSummary, request: ServiceLogsRequest): Promise<ServiceLogLine[]> {
  const lines: ServiceLogLine[] = [];
  for await (const line of linesOf(engine, { id, name, service: serviceOf({ labels: own }) }, request)) lines.push(line);
  return lines;
}

async function* linesOf(
  engine: Engine,
  { id, name, service }: { readonly id: string; readonly name: string; readonly service: string },
  { tail, since, signal }: Pick<ServiceLogsRequest, 'tail' | 'since' | 'signal'>,
  follow = false,
): AsyncGenerator<ServiceLogLine, void, void> {
  const options: LogOptions = { follow, signal, ...(tail === undefined ? {} : { tail }), ...(since === undefined ? {} : { since }) };
  for await (const line of engine.containers.logs(id, options)) {
    yield { service, container: name, stream: line.stream, at: line.at.toISOString(), text: line.text };
  }
}

function inOrder(lines: readonly ServiceLogLine[]): ServiceLogLine[] {
  return lines.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

class Following {
  readonly #engine: Engine;
  readonly #projectName: string;
  readonly #request: ServiceLogsRequest;
  readonly #stopping = new AbortController();
  readonly #signal: AbortSignal;
  readonly #arrived = new Live(0);
  readonly #running = new Map<string, Promise<void>>();
  /** Container → time of its last line, where to go on when it is started again. */
  readonly #seen = new Map<string, Date>();
  #lines: ServiceLogLine[] = [];
  #failure: { readonly error: unknown } | undefined;

  constructor(engine: Engine, projectName: string, request: ServiceLogsRequest) {
    this.#engine = engine;
    this.#projectName = projectName;
    this.#request = request;
    this.#signal = sharedSignal(request.signal, this.#stopping.signal);
  }

  async *lines(): AsyncGenerator<ServiceLogLine, void, void> {
    const watching = this.#watch().catch((error: unknown) => {
      this.#fail(error);
    });
    try {
      for await (const count of this.#arrived.watch({ signal: this.#signal })) {
        if (count === 0) continue;
        await sleep(orderingMs, { signal: this.#signal });
        const batch = this.#lines;
        this.#lines = [];
        yield* inOrder(batch);
        if (this.#failure) throw this.#failure.error;
      }
    } catch (error) {
      if (!isAbort(error) || !this.#signal.aborted) throw error;
    } finally {
      this.#stopping.abort();
      await watching;
      await Promise.all(this.#running.values());
    }
  }

  /** Events come before the list, so that no container falls between the two. */
  async #watch(): Promise<void> {
    for await (const event of this.#engine.events.watch({ labels: [ofProject(this.#projectName)], signal: this.#signal })) {
      if (event.kind === 'connected') {
        const containers = await listContainers(this.#engine, this.#projectName, { ...this.#request, signal: this.#signal });
        for (const container of containers) this.#follow(container.id, container.name, serviceOf(container));
      } else if (event.kind === 'container' && event.action === 'start') {
        const service = event.attributes[labels.service] ?? '';
        const wanted = event.attributes[labels.oneOff] !== 'True' && (this.#request.services?.includes(service) ?? true);
        if (wanted) this.#follow(event.id, event.attributes.name ?? '', service);
      }
    }
  }

  #follow(id: string, name: string, service: string): void {
    const before = this.#running.get(id) ?? Promise.resolve();
    const last = this.#seen.get(id);
    if (this.#running.has(id) && last === undefined) return;
    const run = before.then(() => this.#read(id, name, service)).catch((error: unknown) => {
      this.#fail(error);
    });
    this.#running.set(id, run);
  }

  async #read(id: string, name: string, service: string): Promise<void> {
    const last = this.#seen.get(id);
    const from = last ? { since: new Date(last.getTime() + 1) } : this.#request;
    for await (const line of linesOf(this.#engine, { id, name, service }, { ...from, signal: this.#signal }, true)) {
      this.#seen.set(id, new Date(line.at));
      this.#lines.push(line);
      this.#arrived.update((count) => count + 1);
    }
  }

  #fail(error: unknown): void {
    if (isAbort(error) || (error instanceof Fault && error.problem.code === 'engine.not-found')) return;
    this.#failure ??= { error };
    this.#arrived.update((count) => count + 1);
  }
}
