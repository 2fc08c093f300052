import { statfs } from 'node:fs/promises';
import os from 'node:os';
import type { DoctorCheck, DoctorReport, Fix } from '../../../shared/models/doctor.ts';
import { type Cancellable, withTimeout } from '../base/abort.ts';
import { Channel } from '../base/channel.ts';
import { toProblem } from '../base/fault.ts';
import { parseImageReference } from '../base/image-reference.ts';
import type { EngineConnection } from '../engine/engine-connection.ts';
import type { Engine } from '../engine/engine.ts';
import type { EnvironmentLoader } from '../environments/environment-loader.ts';
import type { Library } from '../environments/library.ts';
import type { RegistryConnection } from '../registry/connect/registry-http.ts';
import { pingRegistry } from '../registry/ping-registry.ts';
import { imagesOf } from '../stacks/images.ts';

const GiB = 1024 ** 3;
/** Below these, a person should know. */
const enough = { diskBytes: 10 * GiB, memoryBytes: 4 * GiB };
/** Below these, starting a stack is bound to fail. */
const tooLittle = { diskBytes: 1 * GiB, memoryBytes: 1 * GiB };
const registryTimeoutMs = 5_000;

export interface DoctorParts {
  readonly connection: EngineConnection;
  readonly loader: EnvironmentLoader;
  readonly library: Library;
  readonly dataDirectory: string;
  /** How a registry is reached: what the person said about it. */
  readonly registryConnection: (host: string) => RegistryConnection;
  /** False: secrets lie in a file. */
  readonly keychain: () => boolean;
  /** Can this machine run an engine of Slipway's own? */
  readonly canStartPrivateEngine: () => Promise<boolean>;
}

/** What one check found, before its name is added. */
type Finding = Omit<DoctorCheck, 'id' | 'title'>;

/** Is this machine ready? Every check has its own finding and fix; none keeps another from running. */
export class Doctor {
  readonly #parts: DoctorParts;

  constructor(parts: DoctorParts) {
    this.#parts = parts;
  }

  /** The report after each finished check; the last one is `finished`. Never fails because a check does. */
  async *run({ signal }: Cancellable): AsyncGenerator<DoctorReport, void, void> {
    const tasks = [
      { id: 'engine', title: 'Container engine', look: () => this.#engine({ signal }) },
      { id: 'disk', title: 'Disk space', look: () => this.#disk({ signal }) },
      { id: 'memory', title: 'Memory', look: () => Promise.resolve(memory()) },
      { id: 'keychain', title: 'Keychain', look: () => Promise.resolve(this.#keychain()) },
      ...(await this.#registries({ signal })).map((host) => ({
        id: `registry:${host}`,
        title: `Registry ${host}`,
        look: () => registry(this.#parts.registryConnection(host), { signal }),
      })),
    ];
    const checks = new Map<string, DoctorCheck>(
      tasks.map(({ id, title }) => [id, { id, title, state: 'running', message: 'Checking…', fixes: [] }]),
    );
    yield { checks: [...checks.values()], finished: false };
    const done = new Channel<DoctorCheck>();
    const all = Promise.all(
      tasks.map(async ({ id, title, look }) => done.push({ id, title, ...(await look().catch(failed)) })),
    ).then(() => done.end());
    for await (const check of done.read({ signal })) {
      checks.set(check.id, check);
      yield { checks: [...checks.values()], finished: [...checks.values()].every(({ state }) => state !== 'running') };
    }
    await all;
  }

  async #engine({ signal }: Cancellable): Promise<Finding> {
    try {
      const engine = await this.#parts.connection.get({ signal });
      const info = await engine.info({ signal });
      const where = `${engine.endpoint.address} (${engine.endpoint.origin})`;
      const facts = `${info.kind === 'podman' ? 'Podman' : 'Docker Engine'} ${info.version}, API ${info.apiVersion}, at ${where}`;
      if (info.warnings.length === 0) return { state: 'ok', message: facts, fixes: [] };
      return { state: 'warning', message: facts, detail: info.warnings.join('\n'), fixes: [] };
    } catch (error) {
      signal?.throwIfAborted();
      const problem = toProblem(error);
      return {
        state: 'failed',
        message: problem.message,
        ...(problem.detail === undefined ? {} : { detail: problem.detail }),
        fixes: await this.#engineFixes(problem.hint),
      };
    }
  }

  async #engineFixes(hint: string | undefined): Promise<Fix[]> {
    const own: Fix[] = (await this.#parts.canStartPrivateEngine())
      ? [{ label: "Start Slipway's own engine", action: 'engine.start-private', command: 'slipway engine start' }]
      : [];
    const install: Record<string, Fix> = {
      linux: { label: 'Install an engine', command: 'sudo apt-get install docker.io' },
      darwin: { label: 'Install an engine', instructions: 'Install Docker Desktop, OrbStack, Colima or Podman and start it.' },
      win32: { label: 'Install an engine', instructions: 'Install Docker Desktop or Podman Desktop and start it.' },
    };
    const installing = install[process.platform];
    return [...own, ...(hint ? [{ label: 'What to do', instructions: hint }] : []), ...(installing ? [installing] : [])];
  }

  async #disk({ signal }: Cancellable): Promise<Finding> {
    const places = new Map<string, string>([['Slipway data', this.#parts.dataDirectory]]);
    const engine = await this.#parts.connection.get({ signal }).catch(() => undefined);
    if (engine && isLocal(engine)) places.set('engine data', (await engine.info({ signal })).rootDirectory);
    const found = await Promise.all(
      [...places].map(async ([name, directory]) => {
        const free = await freeBytes(directory);
        return free === undefined ? undefined : { name, directory, free };
      }),
    );
    const known = found.filter((place) => place !== undefined);
    const least = known.toSorted((a, b) => a.free - b.free)[0];
    if (!least) return { state: 'skipped', message: 'Free space could not be read.', fixes: [] };
    return {
      ...grade(least.free, tooLittle.diskBytes, enough.diskBytes),
      message: known.map(({ name, directory, free }) => `${gib(free)} free for ${name} (${directory})`).join(', '),
      fixes: least.free < enough.diskBytes ? [{ label: 'Free space', instructions: 'Remove unused images, volumes and old snapshots.', command: 'docker system prune' }] : [],
    };
  }

  #keychain(): Finding {
    return this.#parts.keychain()
      ? { state: 'ok', message: 'Secrets are kept in the keychain of the operating system.', fixes: [] }
      : {
          state: 'warning',
          message: 'No keychain can be had: secrets are kept in a file that only you can read.',
          fixes: [{ label: 'Use a keychain', instructions: 'Install and unlock one (GNOME Keyring or KWallet), then start the app again.' }],
        };
  }

  /** The hosts that the library's images come from. */
  async #registries({ signal }: Cancellable): Promise<string[]> {
    const hosts = await Promise.all(
      this.#parts.library.list().map(async (record) => {
        const loaded = await this.#parts.loader.load(record, { signal }).catch(() => undefined);
        return loaded ? imagesOf(loaded.definition.project).map((image) => parseImageReference(image).registry) : [];
      }),
    );
    return [...new Set(hosts.flat())].sort();
  }
}

async function registry({ registry: host, ...more }: RegistryConnection, { signal }: Cancellable): Promise<Finding> {
  const ping = await pingRegistry(host, { ...more, signal: withTimeout(signal, registryTimeoutMs) });
  if (ping.problem) {
    const { message, hint, detail } = ping.problem;
    return {
      state: 'failed',
      message,
      ...(detail === undefined ? {} : { detail }),
      fixes: hint ? [{ label: 'What to do', instructions: hint }] : [],
    };
  }
  return { state: 'ok', message: ping.authRequired ? 'Reachable; asks for a login.' : 'Reachable.', fixes: [] };
}

function memory(): Finding {
  const total = os.totalmem();
  const free = os.freemem();
  return {
    ...grade(total, tooLittle.memoryBytes, enough.memoryBytes),
    message: `${gib(free)} of ${gib(total)} free`,
    fixes: total < enough.memoryBytes ? [{ label: 'Make room', instructions: 'Close other programs, or give the virtual machine of the engine more memory.' }] : [],
  };
}

function grade(value: number, least: number, good: number): { state: DoctorCheck['state'] } {
  return { state: value < least ? 'failed' : value < good ? 'warning' : 'ok' };
}

function failed(error: unknown): Finding {
  const { message, hint, detail } = toProblem(error);
  return {
    state: 'failed',
    message,
    ...(detail === undefined ? {} : { detail }),
    fixes: hint ? [{ label: 'What to do', instructions: hint }] : [],
  };
}

async function freeBytes(directory: string): Promise<number | undefined> {
  const stats = await statfs(directory).catch(() => undefined);
  return stats && stats.bavail * stats.bsize;
}

function isLocal({ endpoint }: Engine): boolean {
  return endpoint.address.startsWith('unix:');
}

function gib(bytes: number): string {
  return `${(bytes / GiB).toFixed(1)} GiB`;
}
