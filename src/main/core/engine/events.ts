import type { Cancellable } from '../base/abort.ts';

/** The engine's event stream: the one source of change; nothing polls. */
export interface EngineEvents {
  /**
   * Events from now on until `signal` aborts (then it ends quietly). When the connection drops it reconnects with
   * growing pauses (at most 10 s) and replays what the daemon kept since. `{ kind: 'connected' }` comes first and after
   * each reconnection: whoever holds state rebuilds it then. `labels` select events of containers; those of volumes,
   * networks and images carry no labels and always come. `{ kind: 'disconnected' }` comes when the daemon is lost.
   */
  watch(options?: Cancellable & { readonly labels?: readonly string[] }): AsyncIterable<EngineEvent>;
}

export type EngineEvent =
  | { readonly kind: 'connected' }
  | { readonly kind: 'disconnected'; readonly reason: string }
  | {
      readonly kind: 'container' | 'image' | 'volume' | 'network';
      /** The API's own action: `start`, `die`, `health_status: healthy`, `pull`, … */
      readonly action: string;
      /** Container id, volume or network name, image reference. */
      readonly id: string;
      readonly attributes: Readonly<Record<string, string>>;
      readonly at: Date;
    };
