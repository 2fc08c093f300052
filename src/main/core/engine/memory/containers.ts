import { PassThrough, type Readable } from 'node:stream';
import { sleep, type Cancellable } from '../../base/abort.ts';
import { abortReason } from '../../base/abort-reason.ts';
import { Fault } from '../../base/fault.ts';
import type {
  Containers,
  ContainerDetails,
  ContainerSpec,
  ContainerStats,
  ContainerSummary,
  ExecResult,
  ExecSession,
  ExecSpec,
  LogLine,
  LogOptions,
} from '../containers.ts';
import type { LabelFilter } from '../engine.ts';
import { execAttached, execCollected } from './exec.ts';
import { conflict, notFound } from './faults.ts';
import { findImage } from './images.ts';
import { matchesLabels } from './label-match.ts';
import { MemoryContainer } from './memory-container.ts';
import { attach, findNetwork } from './networks.ts';
import { packFiles, unpackFiles } from './tar-files.ts';
import type { World } from './world.ts';

export class MemoryContainers implements Containers {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async list({ labels, signal }: LabelFilter = {}): Promise<readonly ContainerSummary[]> {
    await this.#enter('list', '', signal);
    const summaries = [...this.#world.containers.values()].map((container) => container.summary());
    return summaries.filter((summary) => matchesLabels(summary.labels, labels));
  }

  async inspect(id: string, { signal }: Cancellable = {}): Promise<ContainerDetails> {
    return (await this.#enterOne('inspect', id, signal)).details();
  }

  async create(spec: ContainerSpec, { signal }: Cancellable = {}): Promise<string> {
    await this.#enter('create', spec.name, signal);
    const world = this.#world;
    if ([...world.containers.values()].some(({ name }) => name === spec.name)) {
      throw conflict(`create the container ${spec.name}`, 'a container of that name exists.');
    }
    const image = findImage(world, spec.Image);
    const endpoints = Object.entries(spec.NetworkingConfig?.EndpointsConfig ?? {});
    for (const [network] of endpoints) findNetwork(world, network);
    const container = new MemoryContainer(world, spec, image);
    world.containers.set(container.id, container);
    for (const [network, settings] of endpoints) attach(world, network, container, settings);
    container.emit('create');
    return container.id;
  }

  async start(id: string, { signal }: Cancellable = {}): Promise<void> {
    const container = await this.#enterOne('start', id, signal);
    const { startProblem } = this.#world.behaviourOf(container.name, container.spec.Image);
    if (startProblem) throw new Fault(startProblem);
    container.start();
  }

  async stop(id: string, { signal }: Parameters<Containers['stop']>[1] = {}): Promise<void> {
    const container = await this.#enterOne('stop', id, signal);
    if (!container.isAlive) return;
    container.emit('kill', { signal: '15' });
    container.exit(0);
    container.emit('stop');
  }

  async kill(id: string, { signal }: Parameters<Containers['kill']>[1] = {}): Promise<void> {
    const container = await this.#enterOne('kill', id, signal);
    if (!container.isAlive) throw conflict(`kill the container ${container.name}`, 'it does not run.');
    container.emit('kill', { signal: '9' });
    container.exit(137);
  }

  async pause(id: string, { signal }: Cancellable = {}): Promise<void> {
    (await this.#enterOne('pause', id, signal)).pause();
  }

  async unpause(id: string, { signal }: Cancellable = {}): Promise<void> {
    (await this.#enterOne('unpause', id, signal)).unpause();
  }

  async rename(id: string, name: string, { signal }: Cancellable = {}): Promise<void> {
    const container = await this.#enterOne('rename', id, signal);
    if ([...this.#world.containers.values()].some((other) => other.name === name && other !== container)) {
      throw conflict(`rename the container ${container.name}`, `a container named ${name} exists.`);
    }
    const oldName = container.name;
    container.name = name;
    container.emit('rename', { oldName });
  }

  async remove(id: string, { signal, force, volumes }: Parameters<Containers['remove']>[1] = {}): Promise<void> {
    await this.#enter('remove', id, signal);
    const container = this.#find(id);
    if (!container) return;
    if (container.isAlive) {
      if (force !== true) throw conflict(`remove the container ${container.name}`, 'it runs.');
      container.exit(137);
    }
    this.#world.containers.delete(container.id);
    for (const { anonymous, point } of container.mounts) {
      if (volumes === true && anonymous && point.name !== undefined) this.#world.volumes.delete(point.name);
    }
    container.emit('destroy');
  }

  async wait(id: string, { signal }: Cancellable = {}): Promise<number> {
    const container = await this.#enterOne('wait', id, signal);
    while (container.isAlive) {
      await container.change(signal);
      if (signal?.aborted) throw abortReason(signal);
    }
    return container.exitCode;
  }

  async *logs(id: string, options: LogOptions = {}): AsyncGenerator<LogLine> {
    const { signal, follow = false, tail, since, until } = options;
    const container = await this.#enterOne('logs', id, signal);
    const wanted = ({ at }: LogLine): boolean => (!since || at >= since) && (!until || at <= until);
    const past = container.log.filter(wanted);
    let seen = container.log.length;
    yield* tail === undefined ? past : past.slice(Math.max(0, past.length - tail));
    while (follow) {
      if (signal?.aborted) throw abortReason(signal);
      const alive = container.isAlive;
      for (const line of container.log.slice(seen)) {
        seen += 1;
        if (wanted(line)) yield line;
      }
      if (!alive) return;
      await container.change(signal);
    }
  }

  async *stats(id: string, { once = false, signal }: Parameters<Containers['stats']>[1] = {}): AsyncGenerator<ContainerStats> {
    await this.#enterOne('stats', id, signal);
    for (;;) {
      yield {
        at: this.#world.clock.now(),
        cpu: 0.05,
        memoryBytes: 20_000_000,
        memoryLimitBytes: 8_000_000_000,
        networkReceivedBytes: 0,
        networkSentBytes: 0,
        blockReadBytes: 0,
        blockWrittenBytes: 0,
      };
      if (once) return;
      await sleep(1000, { signal });
    }
  }

  async exec(id: string, spec: ExecSpec, options: Parameters<Containers['exec']>[2] = {}): Promise<ExecResult> {
    const container = await this.#enterOne('exec', id, options.signal);
    return execCollected(this.#world, container, spec, options);
  }

  async execAttached(id: string, spec: ExecSpec, { signal }: Cancellable = {}): Promise<ExecSession> {
    return execAttached(this.#world, await this.#enterOne('exec', id, signal), spec, signal);
  }

  async readArchive(id: string, path: string, { signal }: Cancellable = {}): Promise<Readable> {
    const container = await this.#enterOne('readArchive', id, signal);
    const body = packFiles([...container.files.archive(path)]).pipe(new PassThrough());
    const onAbort = (): void => void body.destroy(signal && abortReason(signal));
    signal?.addEventListener('abort', onAbort);
    body.on('close', () => signal?.removeEventListener('abort', onAbort));
    return body;
  }

  async writeArchive(id: string, path: string, tar: Readable, { signal }: Cancellable = {}): Promise<void> {
    const onAbort = (): void => void tar.destroy(signal && abortReason(signal));
    try {
      const container = await this.#enterOne('writeArchive', id, signal);
      container.files.unpack(path, []);
      signal?.addEventListener('abort', onAbort);
      container.files.unpack(path, await unpackFiles(tar));
    } finally {
      signal?.removeEventListener('abort', onAbort);
      tar.destroy();
    }
  }

  async #enter(call: string, subject: string, signal: AbortSignal | undefined): Promise<void> {
    await Promise.resolve();
    this.#world.enter(`containers.${call}`, this.#find(subject)?.name ?? subject, { signal });
  }

  async #enterOne(call: string, id: string, signal: AbortSignal | undefined): Promise<MemoryContainer> {
    await this.#enter(call, id, signal);
    const container = this.#find(id);
    if (!container) throw notFound('container', id);
    return container;
  }

  #find(id: string): MemoryContainer | undefined {
    const all = [...this.#world.containers.values()];
    return all.find((known) => known.id === id || known.name === id) ?? all.find((known) => id.length >= 12 && known.id.startsWith(id));
  }
}
