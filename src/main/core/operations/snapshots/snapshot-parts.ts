import { createHash } from 'node:crypto';
import path from 'node:path';
import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { Cancellable } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import type { EngineConnection } from '../../engine/engine-connection.ts';
import type { Engine } from '../../engine/engine.ts';
import type { EnvironmentLoader, LoadedEnvironment } from '../../environments/environment-loader.ts';
import type { Library } from '../../environments/library.ts';
import type { SecretStore } from '../../environments/secret-store.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import type { CaptureMetadata } from '../../snapshots/capture.ts';
import type { VolumeReset, VolumeTransport } from '../../snapshots/transport.ts';
import type { ObservedStack } from '../../stacks/observe.ts';
import type { CheckOperations } from '../stacks/check-operations.ts';
import type { DatabaseGuard } from './database-guard.ts';
import { maskSecrets } from '../stacks/mask-secrets.ts';
import type { Seeds } from './seeds.ts';
import type { SnapshotShelf } from './snapshot-shelf.ts';

/** How volume content is reached on a given engine. */
export interface VolumeAccess {
  readonly transport: VolumeTransport;
  readonly reset: VolumeReset;
}

/** What taking and restoring snapshots of environments needs. */
export interface SnapshotOperationsParts {
  readonly connection: EngineConnection;
  readonly jobs: Jobs;
  readonly loader: EnvironmentLoader;
  readonly library: Library;
  readonly secrets: SecretStore;
  readonly shelf: SnapshotShelf;
  readonly journalDirectory: string;
  readonly volumeAccess: (engine: Engine) => VolumeAccess;
  readonly seeds: Seeds;
  readonly databases: DatabaseGuard;
  readonly checks: CheckOperations;
  readonly clock: Clock;
}

/** One folder an engine: what was interrupted on one must never be finished on another. */
export async function journalsOf(
  { journalDirectory }: Pick<SnapshotOperationsParts, 'journalDirectory'>,
  engine: Engine,
  { signal }: Cancellable,
): Promise<string> {
  const { id } = await engine.info({ signal });
  return path.join(journalDirectory, createHash('sha256').update(id).digest('hex').slice(0, 16));
}

/** An environment as its snapshots name it. */
export function environmentOf({ id, name, projectName }: EnvironmentRecord): { id: string; name: string; project: string } {
  return { id, name, project: projectName };
}

/** What an environment's snapshot says about where it comes from, but for its level of consistency. */
export async function describeOrigin(
  engine: Engine,
  observed: ObservedStack,
  loaded: LoadedEnvironment | undefined,
  { signal }: Cancellable,
): Promise<Pick<CaptureMetadata, 'images' | 'engine' | 'resolvedConfig'>> {
  const info = await engine.info({ signal });
  return {
    images: Object.fromEntries(observed.containers.map(({ config, imageId }) => [config.Image, imageId])),
    engine: { name: info.name, version: info.version, platform: `${info.platform.os}/${info.platform.architecture}` },
    resolvedConfig: loaded ? maskSecrets(loaded.definition.project) : null,
  };
}
