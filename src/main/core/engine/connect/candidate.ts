import type { Cancellable } from '../../base/abort.ts';
import type { EngineEndpoint } from '../engine.ts';

/** One engine that might answer. */
export interface EngineCandidate {
  /** What suggests it, for a person: "DOCKER_HOST", "Docker context desktop-linux". */
  readonly origin: string;
  /** Somebody asked for this very one: when it fails, no other is tried. */
  readonly required: boolean;
  /** Started and owned by the app. */
  readonly private: boolean;
  /** Its address; reads certificates and contexts, starts the private engine. Raises a Fault when that fails. */
  readonly endpoint: (options: Cancellable) => Promise<EngineEndpoint>;
}

/** What strategies may look at; composition roots give the real things. */
export interface Surroundings {
  /** Stands for `process.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** The user's number, for sockets of services that run as that user; undefined on Windows. */
  readonly uid?: number | undefined;
}

/** The engine that the app can run itself. */
export interface OwnEngine {
  available(): Promise<boolean>;
  /** Starts it or finds it running; returns its address. */
  start(options: Cancellable): Promise<string>;
}

export function plainCandidate(endpoint: EngineEndpoint, more: { readonly required?: boolean } = {}): EngineCandidate {
  return { origin: endpoint.origin, required: false, private: false, endpoint: () => Promise.resolve(endpoint), ...more };
}
