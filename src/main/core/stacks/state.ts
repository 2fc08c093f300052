import type { ContainerView, ServiceState, ServiceView, StackState } from '../../../shared/models/stack.ts';
import type { Project, Service } from '../compose/project.ts';
import type { ContainerDetails } from '../engine/containers.ts';
import { dependenciesOf, isOneOff, serviceOf } from './labels.ts';
import { imageName } from './names.ts';
import type { ObservedStack } from './observe.ts';
import { lastProbeWords } from './probes.ts';

export interface StackStatus {
  readonly state: StackState;
  /** In the project's order; without a project, what the containers' labels tell, by name. */
  readonly services: ServiceView[];
}

/**
 * How a stack stands, from what was observed alone. Without `project` (its files can't be loaded) only services that
 * have containers are known. `disabled` are services of Compose profiles that are not on.
 */
export function stackState(
  project: Project | undefined,
  observed: ObservedStack,
  disabled: Readonly<Record<string, Service>> = {},
): StackStatus {
  const own = observed.containers.filter((container) => !isOneOff(container));
  const byService = new Map<string, ContainerDetails[]>();
  for (const container of own) byService.set(serviceOf(container), [...(byService.get(serviceOf(container)) ?? []), container]);
  const enabled = project
    ? Object.entries(project.services).map(([name, service]) => viewOf(name, byService.get(name) ?? [], project, service))
    : [...byService].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, containers]) => viewOf(name, containers));
  const off = Object.entries(disabled).map(([name, service]): ServiceView => {
    const view = viewOf(name, byService.get(name) ?? [], project, service);
    return view.state === 'missing' ? { ...view, state: 'disabled' } : view;
  });
  return { state: combine(enabled.map(({ state }) => state)), services: [...enabled, ...off] };
}

function viewOf(name: string, containers: readonly ContainerDetails[], project?: Project, service?: Service): ServiceView {
  const oneShot = endsByItself(name, containers, project, service);
  const judged = containers.map((container) => judge(container, oneShot));
  const worst = worstFirst.map((state) => judged.find((one) => one.state === state)).find((one) => one !== undefined);
  return {
    name,
    image: containers[0]?.config.Image ?? (service && project ? imageName(project.name, name, service) : ''),
    state: worst?.state ?? 'missing',
    ...(worst?.detail === undefined ? {} : { detail: worst.detail }),
    dependsOn: service ? Object.keys(service.depends_on ?? {}) : dependenciesOf(containers[0] ?? { labels: {} }),
    containers: containers.map(containerView),
  };
}

/** Of several containers of a service, the one whose state comes first here speaks for it. */
const worstFirst: readonly ServiceState[] = [
  'unhealthy',
  'failed',
  'restarting',
  'starting',
  'paused',
  'stopped',
  'running',
  'healthy',
  'completed',
];

interface Judgement {
  readonly state: ServiceState;
  readonly detail?: string;
}

/** Exit codes of a process that ended because it was told to: 0, SIGINT, SIGKILL, SIGTERM. */
const toldToEnd = new Set([0, 130, 137, 143]);

function judge(container: ContainerDetails, oneShot: boolean): Judgement {
  switch (container.state) {
    case 'running':
      return judgeRunning(container);
    case 'paused':
      return { state: 'paused' };
    case 'restarting':
      return { state: 'restarting', detail: `ended with exit code ${container.exitCode}, restarted ${times(container.restartCount)}` };
    case 'created':
      return container.error === '' ? { state: 'stopped', detail: 'created, not started yet' } : { state: 'failed', detail: container.error };
    case 'removing':
      return { state: 'stopped', detail: 'being removed' };
    case 'exited':
    case 'dead':
      return judgeEnded(container, oneShot);
  }
}

function judgeRunning(container: ContainerDetails): Judgement {
  const words = lastProbeWords(container);
  switch (container.health) {
    case 'none':
      return { state: 'running' };
    case 'healthy':
      return { state: 'healthy' };
    case 'starting':
      return { state: 'starting', detail: words === undefined ? 'no health probe has ended yet' : `probe ${container.healthLog.length} said: ${words}` };
    case 'unhealthy':
      return { state: 'unhealthy', ...(words === undefined ? {} : { detail: `the last probe said: ${words}` }) };
  }
}

function judgeEnded(container: ContainerDetails, oneShot: boolean): Judgement {
  if (container.oomKilled) return { state: 'failed', detail: 'killed: it used more memory than it may' };
  if (container.error !== '') return { state: 'failed', detail: container.error };
  if (oneShot && container.exitCode === 0) return { state: 'completed' };
  if (toldToEnd.has(container.exitCode)) return { state: 'stopped' };
  return { state: 'failed', detail: `ended with exit code ${container.exitCode}` };
}

/**
 * Whether ending with 0 is success for this service: another one waits for that, or it neither restarts, nor publishes
 * a port, nor has a health check, as a job does.
 */
export function endsByItself(
  name: string,
  containers: readonly ContainerDetails[],
  project: Project | undefined,
  service: Service | undefined,
): boolean {
  const awaited = Object.values(project?.services ?? {}).some(
    (other) => other.depends_on?.[name]?.condition === 'service_completed_successfully',
  );
  if (awaited) return true;
  const first = containers[0];
  const restarts = first ? !['', 'no', 'on-failure'].includes(first.hostConfig.RestartPolicy?.Name ?? '') : false;
  const published = service ? (service.ports ?? []).length > 0 : (first?.ports ?? []).some(({ hostPort }) => hostPort !== undefined);
  const probed = first !== undefined && (first.config.Healthcheck?.Test?.[0] ?? 'NONE') !== 'NONE';
  return !restarts && !published && !probed;
}

function combine(states: readonly ServiceState[]): StackState {
  const has = (...wanted: ServiceState[]): boolean => states.some((state) => wanted.includes(state));
  if (!has('running', 'healthy', 'unhealthy', 'starting', 'restarting', 'paused')) return 'stopped';
  const someDown = has('missing', 'stopped', 'failed');
  if (has('paused') && !someDown && !has('running', 'healthy', 'unhealthy', 'starting', 'restarting')) return 'paused';
  if (has('starting')) return 'starting';
  if (someDown || has('paused')) return 'partial';
  return has('unhealthy', 'restarting') ? 'degraded' : 'running';
}

function containerView(container: ContainerDetails): ContainerView {
  const ended = container.state === 'exited' || container.state === 'dead';
  return {
    id: container.id,
    name: container.name,
    image: container.config.Image,
    state: container.state,
    health: container.health,
    status: container.status,
    ...(ended ? { exitCode: container.exitCode } : {}),
    ...(container.startedAt ? { startedAt: container.startedAt.toISOString() } : {}),
  };
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
