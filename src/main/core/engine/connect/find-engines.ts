import type { EngineCandidate, OwnEngine, Surroundings } from './candidate.ts';
import { dockerContext } from './docker-context.ts';
import { dockerHost } from './docker-host.ts';
import { explicitEngine } from './explicit.ts';
import { ownEngine } from './own-engine.ts';
import { usualSockets } from './usual-sockets.ts';

export interface EngineSearch extends Surroundings {
  /** An address, a Docker context's name or `private`, from --engine or the settings. */
  readonly explicit?: string | undefined;
  readonly privateEngine: OwnEngine;
  /** Whether the app's own engine may be started when no other answers. */
  readonly startPrivateEngine: boolean;
}

/**
 * The engines to try, in order: the person's choice, DOCKER_HOST, the Docker context, the usual sockets, the app's own.
 * What somebody asked for by name is alone in the list: another engine would hold other data.
 */
export async function findEngines(search: EngineSearch): Promise<readonly EngineCandidate[]> {
  const found = [
    ...explicitEngine(search.explicit, search, search.privateEngine),
    ...dockerHost(search),
    ...(await dockerContext(search)),
  ];
  const required = found.find((candidate) => candidate.required);
  if (required) return [required];
  const own = search.startPrivateEngine && (await search.privateEngine.available());
  return [...found, ...usualSockets(search), ...(own ? [ownEngine(search.privateEngine, { required: false })] : [])];
}
