import { createHash } from 'node:crypto';
import { network as networkShape, volume as volumeShape } from './model/records.ts';
import { service as serviceShape } from './model/service.ts';
import { compactJson } from './print/json.ts';
import type { Network, Service, Volume } from './project.ts';

/**
 * The hash that Compose keeps in the label `com.docker.compose.config-hash` of a service's containers: whoever
 * computes the same leaves them alone. Build, pull policy, number, dependencies and profiles don't count.
 *
 * Before Compose hashes at `up`, it puts containers in the place of services: `network_mode`, `ipc` and `pid` of
 * `service:NAME` read `container:ID`, and `volumes_from` holds container ids; callers must do so as well. What `config --hash` prints differs from it where there are label files: it has
 * only their labels, where `up` hashes their paths too.
 */
export function configHash(service: Service): string {
  const { build: _build, pull_policy: _policy, scale: _scale, depends_on: _dependencies, profiles: _profiles, ...rest } = service;
  const { deploy } = rest;
  if (!deploy) return hash(compactJson(rest, serviceShape));
  const { replicas: _replicas, ...counted } = deploy;
  return hash(compactJson({ ...rest, deploy: counted }, serviceShape));
}

/** The hash in the label of the same name on a network. */
export function networkHash(network: Network): string {
  return hash(compactJson(network, networkShape));
}

/** The hash in the label of the same name on a volume. */
export function volumeHash(volume: Volume): string {
  return hash(compactJson({ driver: 'local', ...volume }, volumeShape));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
