import type { Cancellable } from '../base/abort.ts';
import type { Engine } from '../engine/engine.ts';
import type { BuildOutput, PullProgress } from '../engine/images.ts';
import type { PreparedPlan } from './plan.ts';

/** Pulls an image with the person's registry logins. Given by whoever knows registries. */
export type PullImage = (reference: string, options: Cancellable & { readonly platform?: string }) => AsyncIterable<PullProgress>;

/** Builds a service's image under `reference`. */
export type BuildImage = (serviceName: string, reference: string, options: Cancellable) => AsyncIterable<BuildOutput>;

export interface ExecuteRequest extends Cancellable {
  readonly engine: Engine;
  readonly prepared: PreparedPlan;
  readonly pull: PullImage;
  readonly build?: BuildImage;
  /** Also waits until every service of the plan is healthy, or running where it has no health check. */
  readonly wait?: boolean;
  /** Bound for each wait on another service, in milliseconds; without it a wait ends only with the service's fate. */
  readonly waitTimeoutMs?: number;
  /** Grace for stopping containers, in seconds, over what each container asks for. */
  readonly stopTimeoutSeconds?: number;
}
