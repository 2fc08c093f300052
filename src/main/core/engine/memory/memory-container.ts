import { sleep } from '../../base/abort.ts';
import { isAbort } from '../../base/fault.ts';
import type {
  ContainerDetails,
  ContainerSpec,
  ContainerState,
  ContainerSummary,
  EndpointState,
  HealthProbe,
  HealthStatus,
  LogLine,
  PortBinding,
} from '../containers.ts';
import { ContainerFiles } from './container-files.ts';
import { conflict, rejected } from './faults.ts';
import type { MemoryImage } from './memory-image.ts';
import { mountAll, type Mount } from './mounts.ts';
import { bindPorts, type HeldPort } from './ports.ts';
import { runProgram } from './programs.ts';
import { newId, type Behaviour, type World } from './world.ts';

/** A container of the memory engine: its states, its process and what it wrote. Tests drive it by its public methods. */
export class MemoryContainer {
  readonly id = newId();
  readonly spec: ContainerSpec;
  readonly image: MemoryImage;
  readonly mounts: readonly Mount[];
  readonly files: ContainerFiles;
  readonly log: LogLine[] = [];
  readonly networks = new Map<string, EndpointState>();
  readonly createdAt: Date;
  name: string;
  state: ContainerState = 'created';
  health: HealthStatus = 'none';
  readonly #world: World;
  readonly #changed = new Set<() => void>();
  readonly #healthLog: HealthProbe[] = [];
  #ports: readonly PortBinding[] = [];
  #run = new AbortController();
  #exitCode = 0;
  #startedAt: Date | undefined;
  #finishedAt: Date | undefined;

  constructor(world: World, spec: ContainerSpec, image: MemoryImage) {
    this.#world = world;
    this.spec = structuredClone(spec);
    this.name = spec.name;
    this.image = image;
    this.mounts = mountAll(world, spec, image);
    this.files = new ContainerFiles(image.files.copy(), this.mounts);
    this.createdAt = world.clock.now();
  }

  get isAlive(): boolean {
    return this.state === 'running' || this.state === 'paused';
  }

  get heldPorts(): HeldPort[] {
    return this.#ports.map(({ hostIp = '0.0.0.0', hostPort = 0, protocol }) => ({ hostIp, hostPort, protocol }));
  }

  get environment(): Record<string, string> {
    const lines = [...this.image.config.environment, ...(this.spec.Env ?? [])];
    return Object.fromEntries(lines.map((line) => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]));
  }

  start(): void {
    if (this.isAlive) return;
    const held = [...this.#world.containers.values()].flatMap(({ heldPorts }) => heldPorts);
    const foreign = [...this.#world.occupiedPorts].map((text) => text.split('/') as [string, string]);
    const occupied = foreign.map(([protocol, port]) => ({ protocol, hostPort: Number(port), hostIp: '0.0.0.0' }));
    this.#ports = bindPorts(this.spec.HostConfig?.PortBindings, [...held, ...occupied]);
    this.#run = new AbortController();
    this.#startedAt = this.#world.clock.now();
    this.#exitCode = 0;
    this.#become('running', 'start');
    const behaviour = this.#world.behaviourOf(this.name, this.spec.Image);
    for (const line of behaviour.output ?? []) this.write('stdout', `${line}\n`);
    void this.#live(behaviour, this.#run.signal);
    void this.#checkHealth(behaviour, this.#run.signal);
  }

  /** Ends the process as if by itself; tests call it to let a service fail. */
  exit(code: number): void {
    if (!this.isAlive) return;
    this.#run.abort();
    this.#exitCode = code;
    this.#ports = [];
    this.#finishedAt = this.#world.clock.now();
    this.health = this.health === 'none' ? 'none' : 'unhealthy';
    this.#become('exited', 'die', { exitCode: String(code) });
    if (this.spec.HostConfig?.AutoRemove === true) this.#world.containers.delete(this.id);
  }

  pause(): void {
    if (this.state !== 'running') throw conflict(`pause the container ${this.name}`, 'it does not run.');
    this.#become('paused', 'pause');
  }

  unpause(): void {
    if (this.state !== 'paused') throw rejected(`unpause the container ${this.name}`, 'it is not paused.');
    this.#become('running', 'unpause');
  }

  /** Records the outcome of a health check. */
  reportHealth(status: HealthStatus, output = ''): void {
    const at = this.#world.clock.now();
    this.health = status;
    this.#healthLog.push({ startedAt: at, endedAt: at, exitCode: status === 'unhealthy' ? 1 : 0, output });
    this.emit(`health_status: ${status}`);
    this.#notify();
  }

  /** Adds output of the process; whole lines become log lines. */
  write(stream: 'stdout' | 'stderr', data: string | Buffer): void {
    for (const text of data.toString().replace(/\n$/, '').split('\n')) {
      this.log.push({ stream: this.spec.Tty === true ? 'stdout' : stream, at: this.#world.clock.now(), text });
    }
    this.#notify();
  }

  /** Resolves at the next change of state, health or log. */
  change(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#changed.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      this.#changed.add(done);
      signal?.addEventListener('abort', done);
    });
  }

  emit(action: string, more: Record<string, string> = {}): void {
    this.#world.emit('container', action, this.id, { ...this.spec.Labels, image: this.spec.Image, name: this.name, ...more });
  }

  summary(): ContainerSummary {
    const exposed = [...Object.keys(this.spec.ExposedPorts ?? {}), ...this.image.config.exposedPorts].map((key) => key.split('/'));
    const published = new Set(this.#ports.map(({ containerPort, protocol }) => `${String(containerPort)}/${protocol}`));
    const unpublished = exposed
      .filter(([port, protocol = 'tcp']) => this.isAlive && !published.has(`${String(port)}/${protocol}`))
      .map(([port, protocol = 'tcp']) => ({ containerPort: Number(port), protocol: protocol as PortBinding['protocol'] }));
    return {
      id: this.id,
      name: this.name,
      image: this.spec.Image,
      imageId: this.image.id,
      state: this.state,
      status: this.health === 'none' ? this.state : `${this.state} (${this.health})`,
      health: this.health,
      createdAt: this.createdAt,
      labels: { ...this.image.labels, ...this.spec.Labels },
      ports: [...this.#ports, ...unpublished],
      mounts: this.mounts.map(({ point }) => point),
    };
  }

  details(): ContainerDetails {
    const { name: _, platform: __, HostConfig: hostConfig = {}, NetworkingConfig: ___, ...config } = this.spec;
    return {
      ...this.summary(),
      exitCode: this.#exitCode,
      error: '',
      oomKilled: false,
      ...(this.#startedAt && { startedAt: this.#startedAt }),
      ...(this.#finishedAt && { finishedAt: this.#finishedAt }),
      restartCount: 0,
      pid: this.isAlive ? 1000 : 0,
      tty: this.spec.Tty ?? false,
      healthLog: [...this.#healthLog],
      config: { ...config, Labels: { ...this.image.labels, ...config.Labels } },
      hostConfig: { NetworkMode: 'default', ...hostConfig },
      networks: Object.fromEntries(this.networks),
    };
  }

  get exitCode(): number {
    return this.#exitCode;
  }

  #become(state: ContainerState, action: string, more: Record<string, string> = {}): void {
    this.state = state;
    this.emit(action, more);
    this.#notify();
  }

  #notify(): void {
    for (const wake of [...this.#changed]) wake();
  }

  /** The main process: scripted, or a program of the memory engine, or one that runs until it is stopped. */
  async #live({ exit }: Behaviour, signal: AbortSignal): Promise<void> {
    const own = this.spec.Entrypoint ?? this.spec.Cmd;
    const command = [...(this.spec.Entrypoint ?? this.image.config.entrypoint), ...(this.spec.Cmd ?? this.image.config.command)];
    const known = own && (command[0] === 'sh' || this.#world.programs.has(command[0] ?? ''));
    try {
      if (exit) {
        await sleep(exit.afterMs ?? 0, { signal });
        this.exit(exit.code);
      } else if (known) {
        const code = await runProgram(command, this.#world.programs, {
          environment: this.environment,
          input: noInput(),
          out: (data) => this.write('stdout', data),
          err: (data) => this.write('stderr', data),
          readFile: (path) => this.files.get(path)?.content,
          signal,
        });
        if (!signal.aborted) this.exit(code);
      }
    } catch (error) {
      if (!isAbort(error)) throw error;
    }
  }

  async #checkHealth({ health = [{ status: 'healthy' }] }: Behaviour, signal: AbortSignal): Promise<void> {
    const test = this.spec.Healthcheck?.Test;
    const checked = test === undefined || test.length === 0 ? this.image.config.hasHealthcheck : test[0] !== 'NONE';
    if (!checked) return;
    this.health = 'starting';
    try {
      for (const { status, afterMs = 0, output = '' } of health) {
        await sleep(afterMs, { signal });
        this.reportHealth(status, output);
      }
    } catch (error) {
      if (!isAbort(error)) throw error;
    }
  }
}

async function* noInput(): AsyncGenerator<Buffer> {
  // A process without standard input reads its end at once.
}
