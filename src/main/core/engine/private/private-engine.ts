import { spawn, type ChildProcess } from 'node:child_process';
import { access, constants, mkdir, open, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cleanupSignal, sleep, withTimeout, type Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { Logger } from '../../base/logger.ts';
import { prepareBridge, releaseBridges } from './bridge.ts';
import { clearLeftovers } from './leftovers.ts';
import { placesOf, type Places } from './places.ts';
import { networkIds } from './network-ids.ts';
import { systemPath, toolRunner, type RunTool } from './run-tool.ts';
import { answers, runningPid } from './running-daemon.ts';
import { takeTurn } from './turn.ts';

const startPatienceMs = 60_000;
/** The engine itself gives its containers ten seconds. */
const stopPatienceMs = 45_000;
const pollMs = 50;
const largestLogBytes = 5_000_000;
const requiredPrograms = ['dockerd', 'containerd', 'ip', 'iptables'];

export interface PrivateEngineOptions {
  /** Where its data lives, in the app's data folder; kept between runs. */
  readonly directory: string;
  /** Stands for `process.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly uid: number | undefined;
  readonly logger: Logger;
  /** Where sockets and pid files go while it runs; tests give their own. */
  readonly runRoot?: string;
}

/**
 * A Docker Engine of the app's own, for Linux machines where none runs. Whoever needs it starts it; it outlives that
 * process and is shared by the app and the command line, until somebody stops it. Its data stays.
 */
export class PrivateEngine {
  readonly #options: PrivateEngineOptions;
  readonly #places: Places;
  readonly #path: string;
  readonly #run: RunTool;

  constructor(options: PrivateEngineOptions) {
    this.#options = options;
    this.#places = placesOf(options.directory, options.runRoot ?? '/run');
    this.#path = systemPath(options.environment);
    this.#run = toolRunner(this.#path);
  }

  /** Whether this machine can run it. */
  async available(): Promise<boolean> {
    return (await this.#obstacle()) === undefined;
  }

  /** Its process, or undefined while it doesn't run. */
  pid(): Promise<number | undefined> {
    return runningPid(this.#places);
  }

  /** Starts it, or finds it running; returns its address. Raises `engine.unreachable` with the end of its log. */
  async start({ signal }: Cancellable): Promise<string> {
    const obstacle = await this.#obstacle();
    if (obstacle !== undefined) throw unavailable(obstacle);
    const address = `unix://${this.#places.socket}`;
    await takeTurn(this.#places.lock, { signal }, async () => {
      if ((await runningPid(this.#places)) === undefined) await this.#launch(signal);
      else await this.#untilAnswering(undefined, signal);
    });
    return address;
  }

  /** Stops it with all its containers, and takes away all that it made on this machine but its data. False: it didn't run. */
  stop({ signal }: Cancellable): Promise<boolean> {
    return takeTurn(this.#places.lock, { signal }, async () => {
      const pid = await runningPid(this.#places);
      if (pid === undefined) return false;
      const networks = await networkIds(this.#places.socket, this.#options.logger);
      this.#options.logger.info('stopping the private engine', { pid });
      process.kill(pid, 'SIGTERM');
      // Once told, it goes down: the rest must be cleared away even if the caller loses patience.
      if (!(await this.#untilGone(stopPatienceMs))) process.kill(pid, 'SIGKILL');
      await this.#clear(networks, cleanupSignal());
      return true;
    });
  }

  async #launch(signal: AbortSignal | undefined): Promise<void> {
    const places = this.#places;
    await clearLeftovers(places, this.#run, { signal });
    let child: ChildProcess | undefined;
    try {
      await mkdir(places.dataRoot, { recursive: true });
      await mkdir(places.execRoot, { recursive: true, mode: 0o711 });
      await writeFile(places.configFile, '{}\n', { flag: 'wx' }).catch(whenExists);
      const { base } = await prepareBridge(places, this.#run, { signal });
      child = await this.#spawn(base);
      await this.#untilAnswering(child, signal);
      this.#options.logger.info('private engine started', { pid: child.pid, socket: places.socket });
    } catch (error) {
      if (child?.exitCode === null) child.kill('SIGTERM');
      await this.#untilGone(stopPatienceMs);
      await this.#clear([], cleanupSignal());
      throw error;
    }
  }

  async #spawn(pool: string): Promise<ChildProcess> {
    const { dataRoot, execRoot, pidFile, socket, configFile, bridge, log } = this.#places;
    const args = [
      ...['--data-root', dataRoot, '--exec-root', execRoot, '--pidfile', pidFile, '--host', `unix://${socket}`],
      ...['--config-file', configFile, '--bridge', bridge, '--default-address-pool', `base=${pool},size=24`],
      // Where the system's own containerd runs the engine joins it, and must keep its things apart there.
      ...['--containerd-namespace', bridge, '--containerd-plugins-namespace', `${bridge}-plugins`],
    ];
    const tooLarge = ((await stat(log).catch(() => undefined))?.size ?? 0) > largestLogBytes;
    const output = await open(log, tooLarge ? 'w' : 'a', 0o600);
    try {
      const environment = { ...this.#options.environment, PATH: this.#path };
      const child = spawn('dockerd', args, { detached: true, stdio: ['ignore', output.fd, output.fd], env: environment });
      child.on('error', (error) => this.#options.logger.warn('dockerd could not be started', { error: error.message }));
      child.unref();
      return child;
    } finally {
      await output.close();
    }
  }

  async #untilAnswering(child: ChildProcess | undefined, signal: AbortSignal | undefined): Promise<void> {
    const until = Date.now() + startPatienceMs;
    while (!(await answers(this.#places.socket, withTimeout(signal, 2_000)))) {
      signal?.throwIfAborted();
      const ended = child ? child.exitCode !== null || child.signalCode !== null : (await this.pid()) === undefined;
      if (ended) throw await this.#startFault('ended right after its start');
      if (Date.now() > until) throw await this.#startFault(`did not answer within ${String(startPatienceMs / 1000)} s`);
      await sleep(pollMs, { signal });
    }
  }

  async #untilGone(ms: number): Promise<boolean> {
    const until = Date.now() + ms;
    while ((await this.pid()) !== undefined) {
      if (Date.now() > until) return false;
      await sleep(pollMs);
    }
    return true;
  }

  async #clear(networks: readonly string[], signal: AbortSignal): Promise<void> {
    await clearLeftovers(this.#places, this.#run, { signal });
    await releaseBridges(this.#places, networks, this.#run, { signal });
  }

  async #obstacle(): Promise<string | undefined> {
    const { platform, uid } = this.#options;
    if (platform !== 'linux') return 'it can run on Linux only';
    if (uid !== 0) return 'it needs root';
    const found = await Promise.all(requiredPrograms.map((program) => this.#isOnPath(program)));
    const missing = requiredPrograms.filter((_, index) => found[index] === false);
    return missing.length === 0 ? undefined : `${missing.join(', ')} is not installed`;
  }

  async #isOnPath(program: string): Promise<boolean> {
    const tries = this.#path.split(':').map((folder) => access(path.join(folder, program), constants.X_OK));
    return (await Promise.allSettled(tries)).some(({ status }) => status === 'fulfilled');
  }

  async #startFault(what: string): Promise<Fault> {
    const log = await readFile(this.#places.log, 'utf8').catch(() => '');
    return new Fault({
      code: 'engine.unreachable',
      message: `Slipway's own engine ${what}.`,
      hint: `Its log says why: ${this.#places.log}. Settings of its own belong into ${this.#places.configFile}.`,
      detail: log.trimEnd().split('\n').slice(-20).join('\n'),
    });
  }
}

function whenExists(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
}

function unavailable(why: string): Fault {
  return new Fault({
    code: 'engine.unreachable',
    message: `Slipway cannot run an engine of its own here: ${why}.`,
    hint: 'Install Docker or Podman and start it, or choose a remote engine.',
  });
}
