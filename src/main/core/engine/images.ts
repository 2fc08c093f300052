import type { Readable } from 'node:stream';
import type { Cancellable } from '../base/abort.ts';
import type { HealthConfig } from './containers.ts';
import type { LabelFilter, Platform } from './engine.ts';

export interface Images {
  list(options?: LabelFilter): Promise<readonly ImageSummary[]>;
  /** Raises `image.not-found`. Accepts a reference, `name@digest` or an id. */
  inspect(reference: string, options?: Cancellable): Promise<ImageDetails>;
  /** How it was built, newest step first. Raises `image.not-found`. */
  history(reference: string, options?: Cancellable): Promise<readonly ImageHistoryEntry[]>;
  /**
   * Pulls one image, yielding the state of the whole pull after each change; resolves (ends) only when the engine has
   * said that it succeeded. Raises `image.not-found`, `image.wrong-platform`, `registry.unauthorized`,
   * `registry.unreachable`, `registry.rate-limited`, `registry.tls`, `engine.no-space`, `image.pull-failed`.
   */
  pull(reference: string, options?: PullOptions): AsyncIterable<PullProgress>;
  push(reference: string, options?: Cancellable & { readonly auth?: RegistryAuth }): AsyncIterable<PullProgress>;
  tag(source: string, target: string, options?: Cancellable): Promise<void>;
  /** No-op when it is gone. Raises `engine.conflict` while a container uses it. */
  remove(reference: string, options?: Cancellable & { readonly force?: boolean }): Promise<void>;
  /** Makes an image of one layer from a tar of a root file system; returns its id. */
  import(tar: Readable, reference: string, options?: Cancellable & { readonly changes?: readonly string[] }): Promise<string>;
  /** A tar of images as `docker save` writes it. */
  save(references: readonly string[], options?: Cancellable): Promise<Readable>;
  /** Loads a tar as `docker load` does; returns what was loaded, as references or ids. */
  load(tar: Readable, options?: Cancellable): Promise<readonly string[]>;
  /** Builds from a tar context by the classic builder, yielding its output lines; raises `engine.rejected` with the failing step. */
  build(context: Readable, options: BuildOptions): AsyncIterable<BuildOutput>;
}

export interface ImageSummary {
  readonly id: string;
  /** `name:tag` forms. */
  readonly tags: readonly string[];
  /** `name@sha256:…` forms. */
  readonly digests: readonly string[];
  readonly sizeBytes: number;
  readonly createdAt: Date;
  readonly labels: Readonly<Record<string, string>>;
}

/** One step of an image's build. Steps that changed only its config have no size. */
export interface ImageHistoryEntry {
  readonly createdBy: string;
  readonly createdAt: Date;
  /** Uncompressed. */
  readonly sizeBytes: number;
}

export interface ImageDetails extends ImageSummary {
  readonly platform: Platform;
  readonly layers: readonly string[];
  readonly config: {
    readonly user: string;
    readonly environment: readonly string[];
    readonly entrypoint: readonly string[];
    readonly command: readonly string[];
    readonly workingDirectory: string;
    readonly volumes: readonly string[];
    /** `80/tcp` forms. */
    readonly exposedPorts: readonly string[];
    readonly hasHealthcheck: boolean;
    /** As the Engine API prints it, where the image has one. */
    readonly healthcheck?: HealthConfig;
    readonly stopSignal: string;
  };
}

/** What the Engine API takes as `X-Registry-Auth`. Never logged. */
export interface RegistryAuth {
  readonly serverAddress: string;
  readonly username?: string;
  readonly password?: string;
  readonly identityToken?: string;
  readonly registryToken?: string;
}

export interface PullOptions extends Cancellable {
  readonly platform?: Platform;
  readonly auth?: RegistryAuth;
}

export interface PullProgress {
  readonly reference: string;
  readonly phase: 'resolving' | 'downloading' | 'extracting' | 'done';
  /** Layers whose size is not known yet count into neither. */
  readonly downloadedBytes: number;
  readonly totalBytes: number;
  readonly layers: readonly LayerProgress[];
  /** Set on the last one: `sha256:…` of what was pulled, where the engine said it. */
  readonly digest?: string;
}

export interface LayerProgress {
  readonly id: string;
  readonly state: 'waiting' | 'downloading' | 'verifying' | 'extracting' | 'done' | 'present';
  readonly currentBytes: number;
  readonly totalBytes: number;
}

export interface BuildOptions extends Cancellable {
  readonly tags: readonly string[];
  readonly dockerfile?: string;
  readonly target?: string;
  readonly args?: Readonly<Record<string, string | null>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly cacheFrom?: readonly string[];
  readonly noCache?: boolean;
  readonly pull?: boolean;
  readonly networkMode?: string;
  readonly extraHosts?: readonly string[];
  readonly shmSizeBytes?: number;
  readonly ulimits?: readonly { readonly Name: string; readonly Soft: number; readonly Hard: number }[];
  readonly isolation?: string;
  /** A git repository or tar that the engine fetches itself; the context given along is not sent then. */
  readonly remote?: string;
  readonly platform?: Platform;
  readonly auths?: readonly RegistryAuth[];
}

export interface BuildOutput {
  /** A line with its end; empty where only an amount changed. */
  readonly text: string;
  /** The step that this is about, where the builder tells. */
  readonly step?: string;
  /** What the step has fetched so far. */
  readonly bytes?: { readonly current: number; readonly total: number };
  /** Set on the last one. */
  readonly imageId?: string;
}
