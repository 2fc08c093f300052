import { describe, expect, test } from 'vitest';
import type { Project, Service } from '../../../../src/main/core/compose/project.ts';
import type { ContainerDetails } from '../../../../src/main/core/engine/containers.ts';
import type { ObservedStack } from '../../../../src/main/core/stacks/observe.ts';
import { stackState } from '../../../../src/main/core/stacks/state.ts';

const plain: Service = { command: null, entrypoint: null, image: 'app:1' };

function container(service: string, more: Partial<ContainerDetails> = {}): ContainerDetails {
  return {
    id: `${service}-id`,
    name: `p-${service}-1`,
    image: 'app:1',
    imageId: '',
    state: 'running',
    status: '',
    health: 'none',
    createdAt: new Date(0),
    labels: { 'com.docker.compose.project': 'p', 'com.docker.compose.service': service },
    ports: [],
    mounts: [],
    exitCode: 0,
    error: '',
    oomKilled: false,
    restartCount: 0,
    pid: 0,
    tty: false,
    healthLog: [],
    config: { Image: 'app:1' },
    hostConfig: {},
    networks: {},
    ...more,
  };
}

const observed = (...containers: ContainerDetails[]): ObservedStack => ({ projectName: 'p', containers, networks: [], volumes: [] });
const project = (services: Readonly<Record<string, Service>>): Project => ({ name: 'p', services });
const probe = (output: string) => ({ startedAt: new Date(0), endedAt: new Date(0), exitCode: 1, output });

interface Case {
  readonly what: string;
  readonly service?: Partial<Service>;
  readonly container: Partial<ContainerDetails>;
  readonly state: string;
  readonly detail?: string;
}

const published = { ports: [{ target: 80, published: '80' }] };

const cases: readonly Case[] = [
  { what: 'runs without a health check', container: {}, state: 'running' },
  { what: 'is healthy', container: { health: 'healthy' }, state: 'healthy' },
  { what: 'is starting, with what the probe said', container: { health: 'starting', healthLog: [probe('refused\n')] }, state: 'starting', detail: 'probe 1 said: refused' },
  { what: 'is starting and was not probed yet', container: { health: 'starting' }, state: 'starting', detail: 'no health probe has ended yet' },
  { what: 'is unhealthy', container: { health: 'unhealthy', healthLog: [probe('no  disk\n')] }, state: 'unhealthy', detail: 'the last probe said: no disk' },
  { what: 'a silent probe speaks by its exit code', container: { health: 'unhealthy', healthLog: [probe('')] }, state: 'unhealthy', detail: 'the last probe said: exit code 1' },
  { what: 'is paused', container: { state: 'paused' }, state: 'paused' },
  { what: 'keeps restarting', container: { state: 'restarting', exitCode: 2, restartCount: 3 }, state: 'restarting', detail: 'ended with exit code 2, restarted 3 times' },
  { what: 'was never started', container: { state: 'created' }, state: 'stopped', detail: 'created, not started yet' },
  { what: 'could not be started', container: { state: 'created', error: 'no such program' }, state: 'failed', detail: 'no such program' },
  { what: 'a server that was stopped', service: published, container: { state: 'exited', exitCode: 143 }, state: 'stopped' },
  { what: 'a server that ended well was stopped, too', service: published, container: { state: 'exited', exitCode: 0 }, state: 'stopped' },
  { what: 'a server that crashed', service: published, container: { state: 'exited', exitCode: 1 }, state: 'failed', detail: 'ended with exit code 1' },
  { what: 'one that took too much memory', container: { state: 'exited', exitCode: 137, oomKilled: true }, state: 'failed', detail: 'killed: it used more memory than it may' },
  { what: 'a job that did its work', container: { state: 'exited', exitCode: 0 }, state: 'completed' },
  { what: 'a job that failed', container: { state: 'exited', exitCode: 3 }, state: 'failed', detail: 'ended with exit code 3' },
  { what: 'one with restart policy is no job', container: { state: 'exited', exitCode: 0, hostConfig: { RestartPolicy: { Name: 'always' } } }, state: 'stopped' },
];

test.each(cases)('$what: $state', ({ service, container: more, state, detail }) => {
  const [view] = stackState(project({ a: { ...plain, ...service } }), observed(container('a', more))).services;
  expect(view?.state).toBe(state);
  expect(view?.detail).toBe(detail);
});

test('a service that others wait for to complete is a job whatever it publishes', () => {
  const services = { job: { ...plain, ...published }, web: { ...plain, depends_on: { job: { condition: 'service_completed_successfully', required: true } as const } } };
  const { state, services: views } = stackState(project(services), observed(container('job', { state: 'exited' }), container('web')));
  expect(views[0]?.state).toBe('completed');
  expect(state).toBe('running');
});

describe('the whole stack', () => {
  const up = container('a');
  const whole: readonly { readonly what: string; readonly containers: ContainerDetails[]; readonly state: string }[] = [
    { what: 'nothing', containers: [], state: 'stopped' },
    { what: 'all stopped', containers: [container('a', { state: 'exited', exitCode: 143 }), container('b', { state: 'exited', exitCode: 143 })], state: 'stopped' },
    { what: 'all up', containers: [up, container('b', { health: 'healthy' })], state: 'running' },
    { what: 'one missing', containers: [up], state: 'partial' },
    { what: 'one failed', containers: [up, container('b', { state: 'exited', exitCode: 1 })], state: 'partial' },
    { what: 'one starting, one to come', containers: [container('a', { health: 'starting' })], state: 'starting' },
    { what: 'one unhealthy', containers: [up, container('b', { health: 'unhealthy' })], state: 'degraded' },
    { what: 'all paused', containers: [container('a', { state: 'paused' }), container('b', { state: 'paused' })], state: 'paused' },
    { what: 'a job done, the rest up', containers: [up, container('b', { state: 'exited' })], state: 'running' },
  ];

  test.each(whole)('$what: $state', ({ containers, state }) => {
    expect(stackState(project({ a: plain, b: plain }), observed(...containers)).state).toBe(state);
  });

  test('of several containers the worst speaks; one-off ones do not count', () => {
    const oneOff = container('a', { state: 'exited', exitCode: 9, labels: { ...up.labels, 'com.docker.compose.oneoff': 'True' } });
    const { services } = stackState(project({ a: plain }), observed(up, { ...up, id: '2', health: 'unhealthy' }, oneOff));
    expect(services[0]).toMatchObject({ state: 'unhealthy' });
    expect(services[0]?.containers).toHaveLength(2);
  });

  test('services of Compose profiles that are off are disabled unless they run', () => {
    const { state, services } = stackState(project({ a: plain }), observed(up, container('c')), { b: plain, c: plain });
    expect(services.map((view) => [view.name, view.state])).toEqual([['a', 'running'], ['b', 'disabled'], ['c', 'running']]);
    expect(state).toBe('running');
  });

  test('without a project, the labels tell the services and their dependencies', () => {
    const web = container('web', { labels: { ...container('web').labels, 'com.docker.compose.depends_on': 'a:service_started:false' } });
    expect(stackState(undefined, observed(web, up)).services.map(({ name, dependsOn }) => [name, dependsOn])).toEqual([['a', []], ['web', ['a']]]);
  });
});
