import type { Cancellable } from '../base/abort.ts';
import type { BuildKit } from './buildkit.ts';
import type { Containers } from './containers.ts';
import type { EngineEvents } from './events.ts';
import type { Images } from './images.ts';
import type { Networks } from './networks.ts';
import type { Volumes } from './volumes.ts';

/**
 * A Docker-compatible daemon behind the Engine API (https://docs.docker.com/reference/api/engine/).
 *
 * Obligations of every implementation, held by the contract suite in `test/main/core/engine/contract`:
 * - every failure is a Fault with one of the codes `engine.*`, `image.*`, `registry.*`, `port.*`, `volume.*`,
 *   `network.*`; the daemon's own words go into `detail`, never alone into `message`;
 * - an unreachable or vanished daemon is `engine.unreachable` or `engine.lost`, whatever the call;
 * - an aborted signal ends the call promptly with an AbortError and leaves no open connection;
 * - option objects given to it are never changed.
 */
export interface Engine {
  readonly endpoint: EngineEndpoint;
  readonly containers: Containers;
  readonly images: Images;
  /** Absent where the engine has only the classic builder. */
  readonly buildKit?: BuildKit;
  readonly volumes: Volumes;
  readonly networks: Networks;
  readonly events: EngineEvents;
  /** Facts about the daemon. Raises `engine.unreachable`, `engine.permission-denied`, `engine.unsupported`. */
  info(options?: Cancellable): Promise<EngineInfo>;
  /** Space by kind, in bytes, as `docker system df` counts it. */
  diskUsage(options?: Cancellable): Promise<EngineDiskUsage>;
  /** Closes streams and pooled connections. Calls made afterwards reject. */
  close(): Promise<void>;
}

/** Where a daemon listens, and which setting said so. */
export interface EngineEndpoint {
  /** `unix:///…`, `npipe:////./pipe/…`, `tcp://host:port` or `ssh://user@host`. */
  readonly address: string;
  /** What gave the address, for a person: "DOCKER_HOST", "Docker context desktop-linux", "default socket". */
  readonly origin: string;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly verify: boolean };
}

export interface EngineInfo {
  /** The daemon's own identity; stays the same over restarts. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly platform: Platform;
  readonly operatingSystem: string;
  readonly storageDriver: string;
  readonly rootDirectory: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly containersRunning: number;
  readonly insecureRegistries: readonly string[];
  readonly registryMirrors: readonly string[];
  readonly kind: 'docker' | 'podman';
  readonly warnings: readonly string[];
}

/** OCI platform, e.g. linux/arm64/v8. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

export interface EngineDiskUsage {
  readonly imagesBytes: number;
  readonly containersBytes: number;
  readonly volumesBytes: number;
  readonly buildCacheBytes: number;
  /** Space of each volume that the engine could measure. */
  readonly volumes: readonly { readonly name: string; readonly bytes: number }[];
}

/** Label selectors, `key` or `key=value`; a thing must match all. */
export interface LabelFilter extends Cancellable {
  readonly labels?: readonly string[];
}
