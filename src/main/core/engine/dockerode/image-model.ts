import type { ImageDetails, ImageSummary } from '../images.ts';
import type { WireImage, WireImageDetails } from './wire.ts';

export function imageSummary(wire: WireImage): ImageSummary {
  return {
    id: wire.Id,
    tags: named(wire.RepoTags),
    digests: named(wire.RepoDigests),
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
    digests: named(wire.RepoDigests),
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

/** Untagged images are listed as `<none>:<none>` by older daemons. */
function named(references: readonly string[] | null | undefined): readonly string[] {
  return (references ?? []).filter((reference) => !reference.startsWith('<none>'));
}
