import type { Engine } from '../../../../../src/main/core/engine/engine.ts';

/** What the contract needs to know about the engine that it is held against. */
export interface EngineUnderTest {
  readonly engine: Engine;
  /** On the engine from the start; runs until it is stopped, with `sh`, `cat`, `echo` in it. */
  readonly image: string;
  /** In a registry, of two layers, not on the engine from the start. */
  readonly pullable: string;
  /** `sha256:…` of `pullable` in its registry. */
  readonly pullableDigest: string;
  /** In the same registry, made for another processor only. */
  readonly foreign: string;
  /** A name in that registry which isn't there. */
  readonly absent: string;
  /** A reference whose registry nobody runs. */
  readonly unreachable: string;
  /** Takes a TCP port of 127.0.0.1 that no container holds, until `stop`. */
  readonly occupyPort: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

export type StartEngineUnderTest = () => Promise<EngineUnderTest>;
