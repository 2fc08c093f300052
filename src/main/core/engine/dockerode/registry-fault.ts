import type { Problem } from '../../../../shared/problem.ts';
import { Fault } from '../../base/fault.ts';

interface Rule {
  readonly when: RegExp;
  readonly problem: (reference: string, registry: string) => Pick<Problem, 'code' | 'message' | 'hint'>;
}

/** What engines say about registries, inside the stream of a pull or push or as its answer. The sharper rule first. */
const rules: readonly Rule[] = [
  {
    when: /toomanyrequests|too many requests|rate limit|HTTP 429 response/i,
    problem: (_, registry) => ({
      code: 'registry.rate-limited',
      message: `${registry} allows no more pulls for now.`,
      hint: 'Log in to the registry for a higher limit, or wait and try again.',
    }),
  },
  {
    when: /no space left on device|disk quota exceeded/i,
    problem: (reference) => ({
      code: 'engine.no-space',
      message: `The engine has no disk space left for ${reference}.`,
      hint: 'Free space on the disk that holds the engine\'s data, for example by removing unused images.',
    }),
  },
  {
    when: /no matching manifest for|does not match the specified platform|no image found in manifest list/i,
    problem: (reference) => ({
      code: 'image.wrong-platform',
      message: `${reference} exists, but not for the platform that is needed.`,
      hint: 'Choose another platform for the service (platform: in the Compose file), or an image built for it.',
    }),
  },
  {
    when: /pull access denied|unauthorized|authentication required|no basic auth credentials|access to the resource is denied|incorrect username or password|403 forbidden|denied: |HTTP 40[13] response/i,
    problem: (reference, registry) => ({
      code: 'registry.unauthorized',
      message: `${registry} does not let you have ${reference}: it is private or doesn't exist.`,
      hint: `Log in to ${registry} with an account that may read it, and check the spelling.`,
    }),
  },
  {
    when: /x509|certificate|server gave HTTP response to HTTPS client|tls: |first record does not look like a TLS/i,
    problem: (_, registry) => ({
      code: 'registry.tls',
      message: `The engine cannot make a trusted connection to ${registry}.`,
      hint: 'Add the registry\'s CA to the engine (certs.d), or list it under insecure-registries if it has no TLS.',
    }),
  },
  {
    when: /manifest unknown|manifest for .* not found|repository .* not found|name unknown|not found: |HTTP 404 response/i,
    problem: (reference, registry) => ({
      code: 'image.not-found',
      message: `${registry} has no image ${reference}.`,
      hint: 'Check the name and the tag; the tag may have been removed.',
    }),
  },
  {
    when: /no such host|connection refused|i\/o timeout|network is unreachable|timeout exceeded|deadline exceeded|connection reset|no route to host|unexpected EOF|: EOF|TLS handshake timeout|server misbehaving|5\d\d (?:Internal|Bad Gateway|Service|Gateway)|unexpected HTTP status: 5|HTTP 5\d\d response/i,
    problem: (_, registry) => ({
      code: 'registry.unreachable',
      message: `The engine could not reach the registry ${registry}.`,
      hint: 'Check the network, VPN or proxy of the machine on which the engine runs, and that the registry is up.',
    }),
  },
];

/** The Fault for an engine's words about a registry; `image.pull-failed` when they say nothing known. */
export function registryFault(text: string, reference: string, registry: string): Fault {
  const known = rules.find(({ when }) => when.test(text))?.problem(reference, registry);
  const problem = known ?? {
    code: 'image.pull-failed' as const,
    message: `The transfer of ${reference} failed.`,
    hint: 'Try again; the detail holds the engine\'s own words.',
  };
  return new Fault({ ...problem, detail: text, data: { reference, registry } });
}
