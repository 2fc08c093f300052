import type { Cancellable } from '../base/abort.ts';
import type { BuildOptions, BuildOutput, RegistryAuth } from './images.ts';

/**
 * An engine's BuildKit (https://docs.docker.com/build/buildkit/). While it builds, it asks its client for what it needs:
 * files, secrets, the ssh agent and logins.
 */
export interface BuildKit {
  /** Whether it heeds `ulimits`, `shmSizeBytes` and a directory inside a git repository; it does from Docker 23 on. */
  readonly isComplete: boolean;
  /**
   * Builds an image, yielding the build's log. Ends only when the image is there. An abort ends the build on the engine,
   * too. Raises `engine.rejected` with the failing step and its last lines, and what a registry refused a base image with.
   */
  build(session: BuildSession, options: BuildOptions): AsyncIterable<BuildOutput>;
}

/** What a client offers to BuildKit during one build. Nothing else of the machine can be read by it. */
export interface BuildSession {
  /** Directories by BuildKit's name for them: `context` and `dockerfile`. None where the engine fetches the context. */
  readonly directories: Readonly<Record<string, BuildDirectory>>;
  /** The same for the same context: the engine then asks only for the files that changed since its last build. */
  readonly sharedKey: string;
  /** By the id that the Dockerfile names them with. */
  readonly secrets: ReadonlyMap<string, Buffer>;
  /** Sockets of ssh agents by id; Dockerfiles that name none mean `default`. */
  readonly sshAgents: ReadonlyMap<string, string>;
  /** The login for a registry, by its host; a rejection is told as the build's failure. */
  readonly login: (host: string, options: Cancellable) => Promise<RegistryAuth | undefined>;
}

/** Files to build from, as they are sent to the builder. */
export interface BuildDirectory {
  /**
   * All entries but the directory itself: a directory before what it holds, names in the order of their bytes. With `only`,
   * those of these paths, what the paths' links lead to, and the directories above.
   */
  entries(options: Cancellable & { readonly only?: readonly string[] }): AsyncIterable<BuildEntry>;
}

export interface BuildEntry {
  /** Relative, with `/`. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link';
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly sizeBytes: number;
  /** In nanoseconds since 1970. */
  readonly modifiedNs: bigint;
  /** Of a link. */
  readonly target?: string;
  /** The content of a file. */
  read(): AsyncIterable<Uint8Array>;
}
