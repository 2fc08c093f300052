import type { Platform } from '../engine/engine.ts';
import { ociArchitecture } from '../engine/platform-match.ts';

/** Variants that some architectures' other names stand for. */
const namedVariants: Readonly<Record<string, readonly [architecture: string, variant: string]>> = {
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
};

/** Reads a Compose `platform`: `os[/architecture[/variant]]`, or an architecture alone. */
export function parsePlatform(text: string): Platform {
  const parts = text.toLowerCase().split('/');
  const [os = 'linux', name = '', variant] = parts.length === 1 ? ['linux', ...parts] : parts;
  const [architecture, implied] = namedVariants[name] ?? [ociArchitecture(name)];
  const chosen = variant ?? implied;
  return { os, architecture, ...(chosen === undefined ? {} : { variant: chosen }) };
}
