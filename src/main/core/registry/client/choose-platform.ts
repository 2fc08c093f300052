import { Fault } from '../../base/fault.ts';
import type { Platform } from '../../engine/engine.ts';
import { platformMismatch } from '../../engine/platform-match.ts';

interface Entry {
  readonly digest: string;
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string | undefined } | undefined;
}

/** The entry of an index that is made for a platform. Raises `image.wrong-platform`, which names those that there are. */
export function choosePlatform(reference: string, entries: readonly Entry[], wanted: Platform): Entry {
  const images = entries.filter(({ platform }) => platform?.os !== 'unknown');
  const exact = images.find(({ platform }) => platform && !platformMismatch(reference, wanted, asPlatform(platform)));
  const same = exact ?? images.find(({ platform }) => platform?.os === wanted.os && platform.architecture === wanted.architecture);
  if (same) return same;
  const there = images.flatMap(({ platform }) => (platform ? [platformName(asPlatform(platform))] : []));
  throw new Fault({
    code: 'image.wrong-platform',
    message: `${reference} is not made for ${platformName(wanted)}.`,
    hint: `It is made for ${there.join(', ') || 'no platform that it names'}. Choose one of them for the service (platform: in the Compose file), or another image.`,
    data: { reference, wanted: platformName(wanted), available: there },
  });
}

/** `linux/arm64/v8`. */
export function platformName({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

function asPlatform({ os, architecture, variant }: NonNullable<Entry['platform']>): Platform {
  return variant === undefined ? { os, architecture } : { os, architecture, variant };
}
