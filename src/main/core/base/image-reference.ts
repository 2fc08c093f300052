import { Fault } from './fault.ts';

/** An image reference taken apart and made complete, as Docker does it. */
export interface ImageReference {
  /** Host of the registry, with its port: `docker.io`, `ghcr.io`, `127.0.0.1:5000`. */
  readonly registry: string;
  /** Path inside the registry: `library/postgres`. */
  readonly repository: string;
  /** Absent only when a digest is given without a tag. */
  readonly tag?: string;
  /** `sha256:…`. */
  readonly digest?: string;
  /** The reference as Docker prints it: `postgres:16`, without `docker.io/library/`. */
  readonly familiarName: string;
}

const defaultRegistry = 'docker.io';
const legacyDefaultRegistry = 'index.docker.io';

const hostPattern = /^(?:\[[0-9a-fA-F:]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?)(?::[0-9]+)?$/;
const componentPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/;
const bareIdPattern = /^[0-9a-f]{64}$/;

/**
 * Parses `[host[:port]/]path[:tag][@digest]` by the grammar of https://pkg.go.dev/github.com/distribution/reference,
 * with Docker's defaults: `docker.io`, `library/`, `latest`. Raises `image.not-found` when the text cannot name an image.
 */
export function parseImageReference(text: string): ImageReference {
  const [named = '', digest, ...more] = text.split('@');
  if (more.length > 0) throw malformed(text, 'it has more than one @');
  if (digest !== undefined && !digestPattern.test(digest)) throw malformed(text, 'its digest is not like sha256:…');
  if (bareIdPattern.test(named)) throw malformed(text, 'it is an image id, not a name');

  const { host, rest } = splitHost(named);
  const colon = rest.lastIndexOf(':');
  const path = colon < 0 ? rest : rest.slice(0, colon);
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  if (tag !== undefined && !tagPattern.test(tag)) throw malformed(text, `"${tag}" cannot be a tag`);

  const registry = host === undefined || host === legacyDefaultRegistry ? defaultRegistry : host;
  const official = registry === defaultRegistry && !path.includes('/');
  const repository = official ? `library/${path}` : path;
  checkRepository(text, registry, repository);

  const completeTag = tag ?? (digest === undefined ? 'latest' : undefined);
  const shortName = registry !== defaultRegistry ? `${registry}/${repository}` : repository.replace(/^library\/(?=[^/]+$)/, '');
  return {
    registry,
    repository,
    ...(completeTag !== undefined && { tag: completeTag }),
    ...(digest !== undefined && { digest }),
    familiarName: shortName + (completeTag === undefined ? '' : `:${completeTag}`) + (digest === undefined ? '' : `@${digest}`),
  };
}

/**
 * The tag by which an image is found that no engine knows by its digest, since it was handed over as an archive:
 * `name:sha256-…` stands for `name@sha256:…`. Undefined for a reference without a digest.
 */
export function digestAlias(reference: string): string | undefined {
  const [named = '', digest] = reference.split('@');
  if (digest === undefined) return undefined;
  const colon = named.lastIndexOf(':');
  return `${colon > named.lastIndexOf('/') ? named.slice(0, colon) : named}:${digest.replace(':', '-')}`;
}

/** The `name@sha256:…` that such a tag stands for; undefined for any other. */
export function aliasedDigest(tag: string): string | undefined {
  const [, name = '', hex = ''] = /^(.+):sha256-([0-9a-f]{64})$/.exec(tag) ?? [];
  return name === '' ? undefined : `${name}@sha256:${hex}`;
}

/** The first part is a host only if it could not be a user's name: it has a dot, a port or capitals, or is localhost. */
function splitHost(named: string): { host?: string; rest: string } {
  const slash = named.indexOf('/');
  if (slash < 0) return { rest: named };
  const first = named.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  return isHost ? { host: first, rest: named.slice(slash + 1) } : { rest: named };
}

function checkRepository(text: string, registry: string, repository: string): void {
  if (!hostPattern.test(registry)) throw malformed(text, `"${registry}" cannot be a registry's host`);
  if (repository.length > 255) throw malformed(text, 'its name is longer than 255 characters');
  const wrong = repository.split('/').find((component) => !componentPattern.test(component));
  if (wrong === undefined) return;
  if (wrong === '') throw malformed(text, 'a part of its name is empty');
  const why = wrong === wrong.toLowerCase() ? `"${wrong}" cannot be part of a name` : 'names must be lower case';
  throw malformed(text, why);
}

function malformed(text: string, why: string): Fault {
  return new Fault({
    code: 'image.not-found',
    message: `"${text}" is not an image reference: ${why}.`,
    hint: 'Write it as [registry/]name[:tag][@digest], for example ghcr.io/team/app:1.2.',
    data: { reference: text },
  });
}
