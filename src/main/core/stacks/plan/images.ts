import { Fault } from '../../base/fault.ts';
import type { Project, Service } from '../../compose/project.ts';
import { platformMismatch } from '../../engine/platform-match.ts';
import type { PresentImages } from '../images.ts';
import { imageName } from '../names.ts';
import type { PlanOptions } from '../plan.ts';
import { parsePlatform } from '../platform.ts';
import { pullInterval } from '../pull-interval.ts';
import { ignoredBuildParts, refuseUnsupportedBuild } from '../build/build-support.ts';
import { type PlanContext, serviceNamed } from './context.ts';

/** Services whose image is pulled or built by this plan: what they run is not known before. */
export type RenewedImages = ReadonlySet<string>;

/** Adds the pulls and builds. Raises `image.not-found` where the person forbade both. */
export function planImages(context: PlanContext, project: Project): RenewedImages {
  const renewed = new Set<string>();
  const planned = new Map<string, string>();
  for (const name of context.selected) {
    const service = serviceNamed(project, name);
    if (service.provider) continue;
    const reference = imageName(project.name, name, service);
    const need = needOf(reference, service, project, context);
    if (!need.pull && !need.build) continue;
    renewed.add(name);
    const { pull, build } = need;
    const add = (kind: string, step: (after: string[]) => string, after: string[] = []): string => {
      const key = `${kind}:${reference}:${service.platform ?? ''}`;
      const id = planned.get(key) ?? step(after);
      planned.set(key, id);
      return id;
    };
    const platform = service.platform === undefined ? {} : { platform: service.platform };
    const common = { subject: reference, service: name };
    const pulled = pull
      ? [add('pull', () => context.steps.add({ ...common, reason: pull.reason, work: { kind: 'pull-image', reference, optional: pull.optional, ...platform } }))]
      : [];
    if (build) {
      // Where a pull is tried first, the build may never be needed.
      const { definition, request } = context;
      if (!pull && service.build && definition) refuseUnsupportedBuild(name, service.build, definition, request.buildKit);
      if (service.build && definition) context.warnings.push(...ignoredBuildParts(name, service.build, definition, request.buildKit));
      const work = { kind: 'build-image', service: name, reference, onlyIfMissing: pull !== undefined } as const;
      add('build', (after) => context.steps.add({ ...common, reason: build.reason, after, work }), pulled);
    }
  }
  for (const reference of missingMountedImages(context, project)) {
    context.steps.add({ subject: reference, reason: absent, work: { kind: 'pull-image', reference, optional: false } });
  }
  return renewed;
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
