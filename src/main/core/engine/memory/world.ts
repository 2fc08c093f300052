import { randomBytes } from 'node:crypto';
import type { Problem } from '../../../../shared/problem.ts';
import type { Cancellable } from '../../base/abort.ts';
import { abortReason } from '../../base/abort-reason.ts';
import { Channel } from '../../base/channel.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { HealthStatus } from '../containers.ts';
import type { Platform } from '../engine.ts';
import type { EngineEvent } from '../events.ts';
import type { Network } from '../networks.ts';
import type { Volume } from '../volumes.ts';
import { FileTree } from './file-tree.ts';
import { MemoryRegistry } from './memory-registry.ts';
import type { MemoryContainer } from './memory-container.ts';
import type { MemoryImage } from './memory-image.ts';
import type { Program } from './programs.ts';

/** How the containers of one name or image behave; what is not said is: run until stopped, healthy at once. */
export interface Behaviour {
  /** Lines written to the log right after the start. */
  readonly output?: readonly string[];
  readonly exit?: { readonly code: number; readonly afterMs?: number };
  /** What a container with a health check goes through after its start. */
  readonly health?: readonly { readonly status: HealthStatus; readonly afterMs?: number; readonly output?: string }[];
  /** Why the engine cannot start it. */
  readonly startProblem?: Problem;
}

/** A failure that the next calls of one kind meet. */
interface Failure {
  readonly call: string;
  readonly subject: string | undefined;
  readonly error: Error;
  left: number;
}

export interface StoredVolume {
  readonly volume: Volume;
  readonly files: FileTree;
}

export interface StoredNetwork {
  readonly network: Network;
  readonly gateway: string;
  readonly options: Readonly<Record<string, string>>;
}

/** Everything inside the memory engine; tests look into it and script it. */
export class World {
  readonly clock: Clock;
  readonly platform: Platform;
  readonly containers = new Map<string, MemoryContainer>();
  /** By id. */
  readonly images = new Map<string, MemoryImage>();
  readonly volumes = new Map<string, StoredVolume>();
  /** By id. */
  readonly networks = new Map<string, StoredNetwork>();
  readonly programs = new Map<string, Program>();
  readonly registry = new MemoryRegistry();
  /** Host ports that no container holds, as `tcp/8080`. */
  readonly occupiedPorts = new Set<string>();
  /** Files of the machine that the engine runs on, by absolute path of what is bind-mounted. */
  readonly hostFiles = new Map<string, FileTree>();
  readonly hostPathExists: (path: string) => boolean;
  /** Every call so far, as `containers.start web`. */
  readonly calls: string[] = [];
  readonly #behaviours = new Map<string, Behaviour>();
  readonly #failures: Failure[] = [];
  readonly #watchers = new Set<Channel<EngineEvent>>();
  #state: 'up' | 'lost' | 'closed' = 'up';

  constructor(given: { clock: Clock; platform: Platform; hostPathExists: (path: string) => boolean }) {
    this.clock = given.clock;
    this.platform = given.platform;
    this.hostPathExists = given.hostPathExists;
  }

  /** Says how containers behave from their next start on; `selector` is a container's name or an image's reference. */
  script(selector: string, behaviour: Behaviour): void {
    this.#behaviours.set(selector, behaviour);
  }

  behaviourOf(name: string, image: string): Behaviour {
    return this.#behaviours.get(name) ?? this.#behaviours.get(image) ?? {};
  }

  /** Makes the next `times` calls fail, e.g. `fail('containers.start', fault, { subject: 'web' })`. */
  fail(call: string, error: Error, { subject, times = 1 }: { subject?: string; times?: number } = {}): void {
    this.#failures.push({ call, subject, error, left: times });
  }

  /** Every operation passes here first: it may be aborted, cut off, or made to fail. */
  enter(call: string, subject: string, { signal }: Cancellable = {}): void {
    if (signal?.aborted) throw abortReason(signal);
    this.calls.push(`${call} ${subject}`.trimEnd());
    if (this.#state === 'closed') throw closedFault();
    if (this.#state === 'lost') throw lostFault();
    const failure = this.#failures.find(
      (known) => known.left > 0 && known.call === call && (known.subject === undefined || known.subject === subject),
    );
    if (!failure) return;
    failure.left -= 1;
    throw failure.error;
  }

  /** The daemon goes away: calls fail until `regain`, and those who watch are told. */
  lose(): void {
    this.#state = 'lost';
    this.#tell({ kind: 'disconnected', reason: 'the memory engine was told to go away' });
  }

  regain(): void {
    this.#state = 'up';
    this.#tell({ kind: 'connected' });
  }

  close(): void {
    this.#state = 'closed';
    for (const watcher of this.#watchers) watcher.end();
  }

  emit(kind: 'container' | 'image' | 'volume' | 'network', action: string, id: string, attributes: Readonly<Record<string, string>> = {}): void {
    this.#tell({ kind, action, id, attributes, at: this.clock.now() });
  }

  async *watch(options: Cancellable): AsyncGenerator<EngineEvent> {
    const channel = new Channel<EngineEvent>();
    this.#watchers.add(channel);
    try {
      yield this.#state === 'up' ? { kind: 'connected' } : { kind: 'disconnected', reason: 'the memory engine is away' };
      yield* channel.read(options);
    } finally {
      this.#watchers.delete(channel);
    }
  }

  /** A volume that is there afterwards, whether it was or not. */
  volume(name: string, more: Partial<Volume> = {}): StoredVolume {
    const known = this.volumes.get(name);
    if (known) return known;
    const volume = { driver: 'local', mountpoint: `/memory/volumes/${name}`, labels: {}, driverOptions: {}, ...more, name };
    const stored = { volume: { ...volume, createdAt: this.clock.now() }, files: new FileTree() };
    this.volumes.set(name, stored);
    this.emit('volume', 'create', name, { driver: 'local' });
    return stored;
  }

  #tell(event: EngineEvent): void {
    for (const watcher of this.#watchers) watcher.push(event);
  }
}

/** 64 hexadecimal digits, as ids of containers and networks are. */
export function newId(): string {
  return randomBytes(32).toString('hex');
}

function closedFault(): Fault {
  return new Fault({
    code: 'engine.lost',
    message: 'The connection to the memory engine was closed.',
    hint: 'Connect to an engine first.',
  });
}

function lostFault(): Fault {
  return new Fault({
    code: 'engine.unreachable',
    message: 'The memory engine is away.',
    hint: 'Bring it back with world.regain().',
  });
}
