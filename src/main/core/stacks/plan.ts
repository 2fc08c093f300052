import type { Plan, PlanIntent } from '../../../shared/models/plan.ts';
import type { LoadedProject } from '../compose/load.ts';
import type { ImagePins, PresentImages } from './images.ts';
import type { OfferedBuildKit } from './build/choose-builder.ts';
import type { ObservedStack } from './observe.ts';
import type { WorkStep } from './plan/work.ts';

/** What of a loaded project planning and executing need. */
export type StackDefinition = Pick<LoadedProject, 'project' | 'files' | 'workingDirectory' | 'environment' | 'disabledServices'> & {
  /** Variables with the proxies that the person's Docker configuration names, for containers and builds. */
  readonly proxies?: Readonly<Record<string, string>>;
  /** With the places of all values, for Problems that name them. */
  readonly document?: LoadedProject['document'];
  /** Env files that were named explicitly, as Compose's `--env-file`; not the default `.env`. */
  readonly explicitEnvFiles?: readonly string[];
  /** Image reference as written → `name@digest` to run in its place. */
  readonly lock?: ImagePins | undefined;
};

export interface PlanOptions {
  /** Only these services and what they depend on; all when absent. */
  readonly services?: readonly string[];
  /** Leaves the dependencies of `services` alone. */
  readonly noDependencies?: boolean;
  /** Recreates the containers of `services` though nothing changed. */
  readonly forceRecreate?: boolean;
  /** With `services`: recreates the containers of what those depend on, too. */
  readonly recreateDependencies?: boolean;
  /** Keeps containers whose configuration changed. */
  readonly noRecreate?: boolean;
  /** Recreated containers start with new anonymous volumes. */
  readonly renewAnonymousVolumes?: boolean;
  /** Also removes containers of services that the project no longer has. */
  readonly removeOrphans?: boolean;
  /** `up` makes everything and starts nothing. */
  readonly noStart?: boolean;
  /** Service → number of containers, over what the file says. */
  readonly scale?: Readonly<Record<string, number>>;
  /** Over each service's own `pull_policy`. */
  readonly pull?: 'always' | 'missing' | 'never';
  /** Builds what has a `build` section though its image is there; `never` fails when it isn't. */
  readonly build?: 'always' | 'missing' | 'never';
  /** How images are built, over what the files say. */
  readonly building?: BuildChoices;
  /** `down` also removes the project's volumes: data is lost. */
  readonly removeVolumes?: boolean;
  /** `down` also removes the services' images: `local` only those that have no name of their own. */
  readonly removeImages?: 'local' | 'all';
  /** `up` replaces volumes whose configuration changed: data is lost. */
  readonly recreateVolumes?: boolean;
  /** Ports without a host address are published on 127.0.0.1. The default; `false` does as Compose. */
  readonly publishOnLoopback?: boolean;
  /** When images were pulled, as far as that is known. For pull policies such as `daily`. */
  readonly pulledAt?: ReadonlyMap<string, Date>;
  /** For the same. */
  readonly now?: Date;
}

/** Choices of a person who builds, over what `build` sections say. */
export interface BuildChoices {
  /** Every step runs anew. */
  readonly noCache?: boolean;
  /** Looks for newer base images first. */
  readonly pull?: boolean;
  readonly args?: Readonly<Record<string, string | null>>;
}

export interface PlanRequest {
  readonly projectName: string;
  /** Needed for `up`; the other intents work from labels alone when the files can't be loaded. */
  readonly definition?: StackDefinition;
  readonly observed: ObservedStack;
  readonly images: PresentImages;
  /** The engine's, if it has it. */
  readonly buildKit?: OfferedBuildKit | undefined;
  readonly intent: PlanIntent;
  readonly options?: PlanOptions;
}

/** A plan for people, and the same steps with all that doing them needs. */
export interface PreparedPlan {
  readonly plan: Plan;
  readonly steps: readonly WorkStep[];
  readonly request: PlanRequest;
}
