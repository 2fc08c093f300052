import type { MessagePort } from 'node:worker_threads';
import type { SnapshotProgress } from '../../../../shared/models/snapshot.ts';
import type { JobName } from './store-jobs.ts';
import type { WireError } from './wire-error.ts';

/** To the thread. `input` fits `job`; both ends are built from one source. */
export type ToThread = { readonly kind: 'run'; readonly job: JobName; readonly input: unknown } | { readonly kind: 'abort' };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** From the thread. Ports carry bytes as byte-port.ts says. */
export type FromThread =
  | { readonly kind: 'read'; readonly volume: string; readonly known?: Uint8Array; readonly bytes: MessagePort }
  /** The answer comes on `written`: an `undefined`, or a WireError. */
  | { readonly kind: 'write'; readonly volume: string; readonly bytes: MessagePort; readonly written: MessagePort }
  | { readonly kind: 'progress'; readonly progress: SnapshotProgress }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly message: string; readonly fields?: Record<string, unknown> }
  | { readonly kind: 'done'; readonly output: unknown }
  | { readonly kind: 'failed'; readonly error: WireError };
