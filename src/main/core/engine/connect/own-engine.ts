import type { EngineCandidate, OwnEngine } from './candidate.ts';

/** The engine that the app runs itself. */
export function ownEngine(own: OwnEngine, { required }: { readonly required: boolean }): EngineCandidate {
  const origin = 'Slipway\'s own engine';
  return { origin, required, private: true, endpoint: async (options) => ({ address: await own.start(options), origin }) };
}
