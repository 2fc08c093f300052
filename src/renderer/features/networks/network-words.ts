import type { NetworkView, Reachability } from '../../../shared/models/network.ts';

/** What tells a network apart: "bridge", "172.20.0.0/16", "internal". */
export function networkFacts({ driver, subnets, internal, external, exists }: NetworkView): readonly string[] {
  return [driver, ...subnets, ...(internal ? ['internal'] : []), ...(external ? ['external'] : []), ...(exists ? [] : ['not made yet'])];
}

/** Why a service has no networks of its own. */
export function modeText(mode: string): string {
  if (mode === 'host') return 'Uses the network of the machine.';
  if (mode === 'none') return 'Has no network.';
  return `Shares the network of ${mode}.`;
}

/** What came of a test, in one line. */
export function resultText({ from, host, port, reachable, lookup, attempts }: Reachability): string {
  const accepted = attempts.find(({ failure }) => failure === undefined);
  if (reachable && accepted) return `${from} reaches ${host}:${port} at ${accepted.address} in ${accepted.milliseconds} ms.`;
  if (lookup.failure !== undefined) return `${from} does not find the name ${host}: ${lookup.failure}.`;
  return `${from} does not reach ${host}:${port}: ${attempts.map(({ address, failure }) => `${address} ${failure ?? ''}`).join('; ')}.`;
}
