import type { Reachability } from '../../../../shared/models/network.ts';

/** What the network helper printed, as findings. Source: `src/network-helper/main.c`. */
export function parseReachability(output: string, asked: { readonly from: string; readonly host: string; readonly port: number }): Reachability {
  let lookup: Reachability['lookup'] = { milliseconds: 0, failure: 'the helper said nothing' };
  const attempts: Reachability['attempts'] = [];
  for (const line of output.split('\n')) {
    const [word, first = '', second = '', ...rest] = line.split(' ');
    if (word === 'resolved') lookup = { milliseconds: milliseconds(first) };
    else if (word === 'unresolved') lookup = { milliseconds: milliseconds(first), failure: [second, ...rest].join(' ') };
    else if (word === 'open') attempts.push({ address: first, milliseconds: milliseconds(second) });
    else if (word === 'closed') attempts.push({ address: first, milliseconds: milliseconds(second), failure: rest.join(' ') });
  }
  return { ...asked, reachable: attempts.some(({ failure }) => failure === undefined), lookup, attempts };
}

function milliseconds(microseconds: string): number {
  return Math.round(Number(microseconds) / 10) / 100;
}

/** Why it failed and what to do; undefined when it did not fail. `services` are those of the project, `shared` whether the two are on one network. */
export function adviceOn(
  { from, host, port, reachable, lookup, attempts }: Reachability,
  { isService, shares, running }: { readonly isService: boolean; readonly shares: boolean; readonly running: boolean },
): string | undefined {
  if (reachable) return undefined;
  if (isService && !shares) return `${from} and ${host} are on no common network. Give both the same network in the Compose file.`;
  if (isService && !running) return `${host} does not run. Start it first.`;
  if (lookup.failure !== undefined) return `${from} cannot find the name ${host}. Check its spelling, and that it is a service, an alias or a name outside.`;
  if (attempts.every(({ failure }) => failure?.includes('refused'))) {
    return `${host} is there, but nothing listens on port ${port}. Check the port, and that its program listens on 0.0.0.0 and not on 127.0.0.1 only.`;
  }
  return `${host} does not answer on port ${port}. A firewall may drop the connection, or the network is internal.`;
}
