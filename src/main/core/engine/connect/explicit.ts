import type { EngineCandidate, OwnEngine, Surroundings } from './candidate.ts';
import { contextCandidate } from './docker-context.ts';
import { addressedEndpoint } from './docker-host.ts';
import { ownEngine } from './own-engine.ts';

/** What the person chose in the settings or with --engine: an address, `private`, or a Docker context's name. */
export function explicitEngine(choice: string | undefined, surroundings: Surroundings, own: OwnEngine): EngineCandidate[] {
  if (!choice) return [];
  if (choice === 'private') return [ownEngine(own, { required: true })];
  if (!/:\/\/|:\d+$/.test(choice)) return [contextCandidate(choice, surroundings, { required: true })];
  const origin = 'your choice';
  return [{ origin, required: true, private: false, endpoint: () => addressedEndpoint(choice, origin, surroundings) }];
}
