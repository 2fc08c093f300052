import type { PlanStep } from '../../../../shared/models/plan.ts';
import type { ContainerDetails } from '../../engine/containers.ts';

/** What to do for one step of a plan, with all that the doing needs. */
export type Work =
  | { readonly kind: 'pull-image'; readonly reference: string; readonly platform?: string; readonly optional: boolean }
  | { readonly kind: 'build-image'; readonly service: string; readonly reference: string; readonly onlyIfMissing: boolean }
  | { readonly kind: 'create-network'; readonly key: string }
  | { readonly kind: 'create-volume'; readonly key: string }
  | { readonly kind: 'create-container'; readonly service: string; readonly number: number; readonly name: string }
  | {
      readonly kind: 'recreate-container';
      readonly service: string;
      readonly number: number;
      readonly name: string;
      /** Makes way for the new one, which takes over its anonymous volumes. */
      readonly replaced: ContainerDetails;
      /** Only when its image, or the container whose namespaces it shares, turns out to be another one. */
      readonly onlyIfChanged: boolean;
    }
  | { readonly kind: 'start-container'; readonly service: string; readonly name: string }
  | { readonly kind: 'stop-container'; readonly service: string; readonly name: string; readonly id: string }
  | {
      readonly kind: 'remove-container';
      readonly service: string;
      readonly name: string;
      readonly id: string;
      readonly anonymousVolumes: boolean;
    }
  | {
      readonly kind: 'remove-network';
      readonly id: string;
      readonly name: string;
      /** Containers that hold it and are recreated later. */
      readonly detach: readonly string[];
    }
  | { readonly kind: 'remove-volume'; readonly name: string }
  | { readonly kind: 'remove-image'; readonly reference: string };

/** A step that a person sees, with its work. */
export interface WorkStep extends PlanStep {
  readonly work: Work;
}
