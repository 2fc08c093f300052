import type { EnvironmentView } from '../../../src/shared/models/environment.ts';
import type { EnvironmentNetworks } from '../../../src/shared/models/network.ts';
import type { PortRow } from '../../../src/shared/models/port.ts';
import type { ServiceState } from '../../../src/shared/models/stack.ts';
import { sampleView } from './fake-environments.ts';

const areas = ['edge', 'orders', 'catalogue', 'payments', 'search', 'reports'] as const;
const parts = ['api', 'worker', 'scheduler', 'db', 'cache', 'queue', 'admin'] as const;

interface LargeService {
  readonly name: string;
  readonly area: string;
  readonly part: string;
  readonly state: ServiceState;
}

/** 40 services in six areas, some of them ill. */
const services: readonly LargeService[] = areas
  .flatMap((area) => parts.map((part) => ({ name: `${area}-${part}`, area, part })))
  .slice(0, 40)
  .map((service, index) => ({ ...service, state: index === 11 ? 'unhealthy' : index === 23 ? 'starting' : index === 30 ? 'failed' : 'healthy' }));

const dataOf = ({ part }: LargeService): boolean => part === 'db' || part === 'cache' || part === 'queue';

/** The environment of the gallery's scenario `large`: 40 services, 25 ports, 6 networks, 15 volumes. */
export function largeView(jobId?: string): EnvironmentView {
  const view = sampleView('degraded', jobId);
  return {
    ...view,
    summary: { ...view.summary, servicesRunning: 38, servicesTotal: 40 },
    services: services.map(({ name, state }) => ({ name, image: `127.0.0.1:5000/shop/${name}:4.2`, state, dependsOn: [], containers: [] })),
    volumes: services.filter(dataOf).slice(0, 15).map(({ name }) => ({ key: `${name}-data`, name: `shop_${name}-data`, external: false, exists: true })),
  };
}

export function largePorts(): PortRow[] {
  const published = services.filter(({ part }) => part !== 'worker' && part !== 'scheduler').slice(0, 25);
  return published.map(({ name }, index) => ({
    environmentId: 'sample-1',
    environmentName: 'sample',
    service: name,
    containerPort: 80,
    protocol: 'tcp',
    hostIp: '127.0.0.1',
    hostPort: 8_000 + index * 10,
    state: index === 7 ? 'dead' : 'listening',
    exposure: 'loopback',
    browsable: true,
  }));
}

export function largeNetworks(): EnvironmentNetworks {
  const kept = new Set(largeView().volumes.map(({ key }) => key));
  return {
    networks: areas.map((area, index) => ({ key: area, name: `shop_${area}`, driver: 'bridge', internal: index > 0, external: false, exists: true, subnets: [`172.${20 + index}.0.0/16`], members: [] })),
    services: services.map(({ name, area, part }) => ({
      service: name,
      networks: part === 'api' && area !== 'edge' ? ['edge', area] : [area],
      reaches: services.filter((other) => other.area === area && other.name !== name).map((other) => other.name),
      volumes: kept.has(`${name}-data`) ? [{ key: `${name}-data`, target: '/data' }] : [],
    })),
  };
}
