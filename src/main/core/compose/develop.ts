import type { Extensible } from './extensible.ts';
import type { Hook } from './project.ts';

export interface Develop extends Extensible {
  readonly watch?: readonly WatchRule[];
}

export interface WatchRule extends Extensible {
  readonly path: string;
  readonly action: 'sync' | 'rebuild' | 'restart' | 'sync+restart' | 'sync+exec';
  readonly target?: string;
  readonly exec: Hook;
  readonly include?: readonly string[];
  readonly ignore?: readonly string[];
  readonly initial_sync?: boolean;
}
