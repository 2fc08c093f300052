import { Fault } from '../../base/fault.ts';
import type { Project, Service } from '../../compose/project.ts';
import { platformMismatch } from '../../engine/platform-match.ts';
import type { PresentImages } from '../images.ts';
import { imageName } from '../names.ts';
import type { PlanOptions } from '../plan.ts';
import { parsePlatform } from '../platform.ts';
import { pullInterval } from '../pull-interval.ts';
import { servicesNeeded } from '../build/named-contexts.ts';
import { checkBuild, eachOnce } from './builds.ts';
import { type PlanContext, serviceNamed } from './context.ts';

/** Services whose image is pulled or built by this plan: what they run is not known before. */
export type RenewedImages = ReadonlySet<string>;

/** Adds the pulls and builds. Raises `image.not-found` where the person forbade both. */
export function planImages(context: PlanContext, project: Project): RenewedImages {
  const planner = new ImagePlanner(context, project);
  for (const name of context.selected) planner.add(name);
  for (const reference of missingMountedImages(context, project)) {
    context.steps.add({ subject: reference, reason: absent, work: { kind: 'pull-image', reference, optional: false } });
  }
  return planner.renewed;
}

/** Plans each service's image once, after those that its build starts from. */
class ImagePlanner {
  readonly renewed = new Set<string>();
  readonly #context: PlanContext;
  readonly #project: Project;
  readonly #steps = new Map<string, string>();
  readonly add = eachOnce((name) => this.#plan(name, serviceNamed(this.#project, name)));

  constructor(context: PlanContext, project: Project) {
    this.#context = context;
    this.#project = project;
  }

  #plan(name: string, service: Service): readonly string[] {
    if (service.provider) return [];
    const reference = imageName(this.#project.name, name, service);
    const { pull, build } = needOf(reference, service, this.#project, this.#context);
    if (!pull && !build) return [];
    this.renewed.add(name);
    const platform = service.platform === undefined ? {} : { platform: service.platform };
    const common = { subject: reference, service: name };
    const { steps } = this.#context;
    const once = (kind: string, add: () => string): string => {
      const key = `${kind}:${reference}:${service.platform ?? ''}`;
      const id = this.#steps.get(key) ?? add();
      this.#steps.set(key, id);
      return id;
    };
    const pulled = pull
      ? [once('pull', () => steps.add({ ...common, reason: pull.reason, work: { kind: 'pull-image', reference, optional: pull.optional, ...platform } }))]
      : [];
    if (!build || !service.build) return pulled;
    // Where a pull is tried first, the build may never be needed.
    checkBuild(this.#context, { name, build: service.build, isCertain: !pull });
    const needed = servicesNeeded(service.build).flatMap(this.add);
    const work = { kind: 'build-image', service: name, reference, onlyIfMissing: pull !== undefined } as const;
    return [...pulled, once('build', () => steps.add({ ...common, reason: build.reason, after: [...pulled, ...needed], work }))];
  }
}

const absent = 'image is not on the engine';

interface Need {
  /** `optional`: when the pull fails, the image is built. */
  readonly pull?: { readonly reason: string; readonly optional: boolean };
  readonly build?: { readonly reason: string };
}

function needOf(reference: string, service: Service, project: Project, { request, options, definition }: PlanContext): Need {
  const present = isUsable(request.images, reference, service.platform);
  const policy = pullPolicy(service, options);
  const mayBuild = service.build !== undefined && definition?.lock?.[reference] === undefined && options.build !== 'never';
  const mayPull = service.image !== undefined && policy !== 'never' && policy !== 'build';
  const optional = mayBuild || (options.build !== 'never' && builtElsewhere(service, project));
  const interval = pullInterval(policy);
  const outdated = interval !== undefined && isOlder(reference, interval, request.images, options);
  const build = mayBuild && (options.build === 'always' || policy === 'build') ? { build: { reason: 'to be built afresh' } } : {};
  if (mayPull && policy === 'always') return { pull: { reason: 'to be pulled each time', optional }, ...build };
  if (mayPull && outdated) return { pull: { reason: `pull policy ${policy}`, optional }, ...build };
  if (present || build.build) return build;
  if (mayPull) return { pull: { reason: absent, optional }, ...(mayBuild ? { build: { reason: absent } } : {}) };
  if (mayBuild) return { build: { reason: absent } };
  if (optional) return {};
  throw missing(reference);
}

/** Another service builds the image that this one runs. */
function builtElsewhere(service: Service, project: Project): boolean {
  return Object.values(project.services).some((other) => other.build !== undefined && other.image !== undefined && other.image === service.image);
}

export function pullPolicy(service: Service, options: PlanOptions): string {
  const policy = options.pull ?? service.pull_policy ?? 'missing';
  return policy === 'if_not_present' ? 'missing' : policy;
}

function isUsable(images: PresentImages, reference: string, platform: string | undefined): boolean {
  const image = images.get(reference);
  return image !== undefined && (platform === undefined || !platformMismatch(reference, parsePlatform(platform), image.platform));
}

/** By when it was pulled, else by when it was made, which errs on the side of pulling. */
function isOlder(reference: string, intervalMs: number, images: PresentImages, { pulledAt, now = new Date() }: PlanOptions): boolean {
  const image = images.get(reference);
  if (image === undefined) return false;
  const since = pulledAt?.get(reference) ?? image.createdAt;
  return since.getTime() + intervalMs < now.getTime();
}

function missingMountedImages({ selected, request }: PlanContext, project: Project): string[] {
  const mounted = [...selected].flatMap((name) => serviceNamed(project, name).volumes ?? []);
  const sources = mounted.flatMap(({ type, source }) => (type === 'image' && source !== undefined ? [source] : []));
  return [...new Set(sources)].filter((source) => !request.images.has(source));
}

function missing(reference: string): Fault {
  return new Fault({
    code: 'image.not-found',
    message: `Image ${reference} is not on the engine, and it may be neither pulled nor built.`,
    hint: 'Allow pulling, or load the image first.',
    data: { image: reference },
  });
}
