import path from 'node:path';
import type { EngineEndpoint } from '../engine.ts';
import type { EngineCandidate, Surroundings } from './candidate.ts';
import { readTlsFiles } from './tls-files.ts';

/** DOCKER_HOST, with DOCKER_TLS_VERIFY, DOCKER_TLS and DOCKER_CERT_PATH as the docker command reads them. */
export function dockerHost(surroundings: Surroundings): EngineCandidate[] {
  const address = surroundings.environment['DOCKER_HOST'];
  if (!address) return [];
  const origin = 'DOCKER_HOST';
  return [{ origin, required: true, private: false, endpoint: () => addressedEndpoint(address, origin, surroundings) }];
}

/** The endpoint of an address that somebody gave, with the certificates that the environment names. */
export async function addressedEndpoint(address: string, origin: string, { environment, home }: Surroundings): Promise<EngineEndpoint> {
  const complete = address.includes('://') ? address : `tcp://${address}`;
  const verify = Boolean(environment['DOCKER_TLS_VERIFY']);
  const remote = /^(?:tcp|https?):/.test(complete);
  if (!remote || !(verify || environment['DOCKER_TLS'] || complete.startsWith('https:'))) return { address: complete, origin };
  const directory = environment['DOCKER_CERT_PATH'] ?? path.join(home, '.docker');
  return { address: complete, origin, tls: await readTlsFiles(directory, { verify }) };
}
