import type { EnvironmentNetworks, Reachability } from '../../../src/shared/models/network.ts';
import type { StackState } from '../../../src/shared/models/stack.ts';
import { sampleServices } from './fake-environments.ts';

const front = ['proxy', 'app'];
const back = ['app', 'db', 'cache', 'migrate'];
const volumes: Readonly<Record<string, readonly { key: string; target: string }[]>> = {
  db: [{ key: 'db-data', target: '/var/lib/postgresql/data' }],
  app: [{ key: 'uploads', target: '/srv/uploads' }],
};

export function sampleNetworks(state: StackState): EnvironmentNetworks {
  const up = state !== 'stopped' && state !== 'unknown';
  const network = (key: string, members: readonly string[], subnet: string, internal: boolean): EnvironmentNetworks['networks'][number] => ({
    key,
    name: `sample_${key}`,
    driver: 'bridge',
    internal,
    external: false,
    exists: up,
    subnets: up ? [`${subnet}.0/24`] : [],
    members: members.map((service, index) => ({
      service,
      running: up && service !== 'migrate',
      aliases: service === 'db' ? ['db', 'store'] : [service],
      ...(up ? { container: `sample-${service}-1` } : {}),
      ...(up && service !== 'migrate' ? { address: `${subnet}.${index + 2}` } : {}),
    })),
  });
  return {
    networks: [network('front', front, '172.20.0', false), network('back', back, '172.21.0', true)],
    services: sampleServices.map(({ name }) => {
      const own = [...(front.includes(name) ? ['front'] : []), ...(back.includes(name) ? ['back'] : [])];
      const others = [...new Set([...(own.includes('front') ? front : []), ...(own.includes('back') ? back : [])])].filter((other) => other !== name);
      return { service: name, networks: own, reaches: others, volumes: [...(volumes[name] ?? [])] };
    }),
  };
}

export function fakeReachability({ from, host, port }: Pick<Reachability, 'from' | 'host' | 'port'>): Reachability {
  const reachable = port !== 1;
  return {
    from,
    host,
    port,
    reachable,
    lookup: { milliseconds: 1.2 },
    attempts: [{ address: '172.21.0.3', milliseconds: 0.3, ...(reachable ? {} : { failure: 'Connection refused' }) }],
    ...(reachable ? {} : { advice: `${host} is there, but nothing listens on port ${port}.` }),
  };
}
