import { aliasedDigest } from '../../base/image-reference.ts';
import type { ImageDetails, ImageSummary } from '../images.ts';
import type { WireImage, WireImageDetails } from './wire.ts';

export function imageSummary(wire: WireImage): ImageSummary {
  return {
    id: wire.Id,
    tags: named(wire.RepoTags),
    digests: digestsOf(wire),
    sizeBytes: wire.Size,
    createdAt: new Date(wire.Created * 1000),
    labels: wire.Labels ?? {},
  };
}

export function imageDetails(wire: WireImageDetails): ImageDetails {
  const config = wire.Config ?? {};
  return {
    id: wire.Id,
    tags: named(wire.RepoTags),
    digests: digestsOf(wire),
    sizeBytes: wire.Size,
    createdAt: new Date(wire.Created ?? 0),
    labels: config.Labels ?? {},
    platform: { os: wire.Os, architecture: wire.Architecture, ...(wire.Variant ? { variant: wire.Variant } : {}) },
    layers: wire.RootFS?.Layers ?? [],
    config: {
      user: config.User ?? '',
      environment: config.Env ?? [],
      entrypoint: config.Entrypoint ?? [],
      command: config.Cmd ?? [],
      workingDirectory: config.WorkingDir ?? '',
      volumes: Object.keys(config.Volumes ?? {}),
      exposedPorts: Object.keys(config.ExposedPorts ?? {}),
      hasHealthcheck: (config.Healthcheck?.Test ?? []).some((word) => word !== 'NONE'),
      ...(config.Healthcheck ? { healthcheck: config.Healthcheck } : {}),
      stopSignal: config.StopSignal ?? '',
    },
  };
}

/** Also those of images that were handed over as archives, of which an engine keeps no digest. */
function digestsOf({ RepoDigests, RepoTags }: { readonly RepoDigests?: readonly string[] | null; readonly RepoTags?: readonly string[] | null }): readonly string[] {
  const aliased = named(RepoTags).flatMap((tag) => aliasedDigest(tag) ?? []);
  return [...new Set([...named(RepoDigests), ...aliased])];
}

/** Untagged images are listed as `<none>:<none>` by older daemons. */
function named(references: readonly string[] | null | undefined): readonly string[] {
  return (references ?? []).filter((reference) => !reference.startsWith('<none>'));
}
