import { Fault } from '../base/fault.ts';
import type { Platform } from './engine.ts';

/** Variants that are the same as none given, by architecture (https://github.com/containerd/platforms, "Normalization"). */
const impliedVariants: Readonly<Record<string, string>> = { arm64: 'v8', arm: 'v7', amd64: 'v1' };

const sameArchitecture: Readonly<Record<string, string>> = { x86_64: 'amd64', 'x86-64': 'amd64', aarch64: 'arm64', i386: '386' };

/** An `image.wrong-platform` Fault when an image for `actual` is not what `wanted` asked for. */
export function platformMismatch(reference: string, wanted: Platform, actual: Platform): Fault | undefined {
  if (sameText(wanted) === sameText(actual)) return undefined;
  return new Fault({
    code: 'image.wrong-platform',
    message: `${reference} is an image for ${plainText(actual)}, but ${plainText(wanted)} is needed.`,
    hint: 'Choose another platform for the service (platform: in the Compose file), or an image built for it.',
    data: { reference, wanted: plainText(wanted), actual: plainText(actual) },
  });
}

/** The architecture's OCI name: `x86_64` is `amd64`. */
export function ociArchitecture(name: string): string {
  return sameArchitecture[name] ?? name;
}

function sameText({ os, architecture, variant }: Platform): string {
  const oci = ociArchitecture(architecture);
  return [os, oci, variant ?? impliedVariants[oci] ?? ''].join('/');
}

function plainText({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}
