import type { EnvironmentRecord, EnvironmentView, ReadyMade } from '../../../src/shared/models/environment.ts';
import type { SnapshotSummary } from '../../../src/shared/models/snapshot.ts';
import type { ServiceState, ServiceView, StackState } from '../../../src/shared/models/stack.ts';

interface ServiceFacts {
  readonly name: string;
  readonly image: string;
  readonly dependsOn?: readonly string[];
  readonly healthy?: boolean;
  readonly oneOff?: boolean;
  readonly port?: { host: number; container: number; scheme?: string; everywhere?: boolean };
}

export const sampleServices: readonly ServiceFacts[] = [
  { name: 'proxy', image: '127.0.0.1:5000/sample/proxy:1', dependsOn: ['app'], healthy: true, port: { host: 8080, container: 80, scheme: 'http' } },
  { name: 'app', image: '127.0.0.1:5000/sample/app:1', dependsOn: ['db', 'cache', 'migrate'], healthy: true },
  { name: 'db', image: '127.0.0.1:5000/sample/postgres:15', healthy: true, port: { host: 5433, container: 5432, scheme: 'postgres' } },
  { name: 'cache', image: '127.0.0.1:5000/sample/redis:7', port: { host: 6380, container: 6379, everywhere: true } },
  { name: 'migrate', image: '127.0.0.1:5000/sample/app:1', dependsOn: ['db'], oneOff: true },
];

export const sampleId = 'sample-1';

export function sampleRecord(): EnvironmentRecord {
  return {
    id: sampleId,
    name: 'sample',
    directory: '/opt/slipway/resources/environments/sample',
    files: [],
    projectName: 'sample',
    profile: 'default',
    values: {},
    portRemaps: [],
    builtIn: 'sample',
    createdAt: '2026-01-10T09:00:00.000Z',
  };
}

/** The state that each service shows while the whole stack is in `state`. */
export function serviceStateIn(state: StackState, service: ServiceFacts): ServiceState {
  if (state === 'stopped' || state === 'unknown') return 'missing';
  if (service.oneOff) return 'completed';
  if (state === 'degraded' && service.name === 'app') return 'unhealthy';
  if (state === 'starting' && (service.name === 'app' || service.name === 'proxy')) return 'starting';
  return service.healthy ? 'healthy' : 'running';
}

function viewOfService(state: StackState, facts: ServiceFacts): ServiceView {
  const serviceState = serviceStateIn(state, facts);
  return {
    name: facts.name,
    image: facts.image,
    state: serviceState,
    dependsOn: [...(facts.dependsOn ?? [])],
    ...(serviceState === 'unhealthy' ? { detail: 'Probe 4 said: HTTP 503 from http://127.0.0.1:3000/health' } : {}),
    containers:
      serviceState === 'missing'
        ? []
        : [
            {
              id: `${facts.name}-id`,
              name: `sample-${facts.name}-1`,
              image: facts.image,
              state: facts.oneOff ? 'exited' : 'running',
              health: facts.healthy ? 'healthy' : 'none',
              status: facts.oneOff ? 'Exited (0) 3 minutes ago' : `Up 3 minutes${facts.healthy ? ' (healthy)' : ''}`,
            },
          ],
  };
}

export function sampleView(state: StackState, jobId?: string): EnvironmentView {
  const services = sampleServices.map((facts) => viewOfService(state, facts));
  const running = services.filter((service) => service.containers[0]?.state === 'running').length;
  return {
    summary: {
      id: sampleId,
      name: 'sample',
      title: 'Sample',
      description: 'A small notes app behind a reverse proxy, with PostgreSQL and Redis.',
      directory: sampleRecord().directory,
      projectName: 'sample',
      state,
      servicesRunning: running,
      servicesTotal: 4,
      ...(jobId === undefined ? {} : { jobId }),
    },
    record: sampleRecord(),
    services,
    links: [
      { title: 'Notes', url: 'http://127.0.0.1:8080/' },
      { title: 'Status', url: 'http://127.0.0.1:8080/status' },
    ],
    profiles: [
      {
        name: 'default',
        title: 'Everything',
        description: 'All services with the sample data.',
        ask: [
          { variable: 'APP_TITLE', title: 'Title of the app', secret: false, defaultValue: 'Notes' },
          { variable: 'DB_PASSWORD', title: 'Database password', secret: true },
        ],
      },
    ],
    volumes: [
      { key: 'db-data', name: 'sample_db-data', external: false, exists: state !== 'stopped' },
      { key: 'uploads', name: 'sample_uploads', external: false, exists: state !== 'stopped' },
    ],
    diagnostics: [],
    watchable: ['app'],
  };
}

export function snapshotOf(number: number, facts: Partial<SnapshotSummary>): SnapshotSummary {
  return {
    id: `sha256:${String(number).padStart(64, '0')}`,
    name: `sample ${number}`,
    environmentId: sampleId,
    environmentName: 'sample',
    createdAt: new Date(Date.now() - number * 3_700_000).toISOString(),
    kind: 'manual',
    consistency: 'paused',
    tags: [],
    volumes: [
      { key: 'db-data', name: 'sample_db-data', bytes: 48_300_000, files: 1_204 },
      { key: 'uploads', name: 'sample_uploads', bytes: 1_250_000, files: 17 },
    ],
    logicalBytes: 49_550_000,
    newBytes: 9_870_000 / number,
    images: {},
    ...facts,
  };
}

export function sampleReadyMade(added: boolean): ReadyMade[] {
  return [
    {
      id: 'sample',
      title: 'Sample',
      description: 'A small notes app behind a reverse proxy, with PostgreSQL and Redis. The quickest way to see it all work.',
      ...(added ? { environmentId: sampleId } : {}),
    },
    { id: 'dataverse', title: 'Dataverse', description: 'Research data repository: Payara application, Solr, PostgreSQL, reverse proxy.' },
    { id: 'iot', title: 'IoT platform', description: 'MQTT broker, time-series database, dashboards and Node-RED flows.' },
  ];
}
