import type { Readable } from 'node:stream';
import { type Cancellable, cleanupSignal, lettingEnd, sleep } from '../../base/abort.ts';
import { abortReason } from '../../base/abort-reason.ts';
import { Fault } from '../../base/fault.ts';
import type {
  Containers,
  ContainerDetails,
  ContainerSpec,
  ContainerStats,
  ContainerSummary,
  EndpointSettings,
  ExecResult,
  ExecSession,
  ExecSpec,
  LogLine,
  LogOptions,
} from '../containers.ts';
import type { LabelFilter } from '../engine.ts';
import { atLeast } from './api-version.ts';
import { readArchive, writeArchive } from './archives.ts';
import { orByAlias } from './by-alias.ts';
import { aboutContainer, type Attempt } from './attempt.ts';
import { containerDetails, containerSummary } from './container-model.ts';
import { execAttached } from './exec-attached.ts';
import { execCollected } from './exec-collected.ts';
import { labelFilter } from './label-filter.ts';
import { containerLogs } from './logs.ts';
import { platformText } from './platform-text.ts';
import { containerStats } from './stats.ts';
import type { Transport } from './transport.ts';
import type { WireContainer, WireContainerDetails } from './wire.ts';

/** First API version in which a container can be created with more than one network. */
const severalNetworksVersion = '1.44';

/** How long a creation that was cancelled may still take, in milliseconds: the engine goes on with one that is cut off. */
const creationMs = 15_000;

export class DockerodeContainers implements Containers {
  private readonly transport: Transport;
  private readonly apiVersion: string;

  constructor(transport: Transport, apiVersion: string) {
    this.transport = transport;
    this.apiVersion = apiVersion;
  }

  async list({ labels, signal }: LabelFilter = {}): Promise<readonly ContainerSummary[]> {
    const wire = await this.transport.json<WireContainer[]>({
      path: '/containers/json',
      query: { all: true, ...labelFilter(labels) },
      attempt: { doing: 'list the containers' },
      signal,
    });
    return wire.map(containerSummary);
  }

  async inspect(id: string, { signal }: Cancellable = {}): Promise<ContainerDetails> {
    const path = `${containerPath(id)}/json`;
    const attempt = aboutContainer('inspect', id);
    return containerDetails(await this.transport.json<WireContainerDetails>({ path, attempt, signal }));
  }

  async create(spec: ContainerSpec, { signal }: Cancellable = {}): Promise<string> {
    const { name, platform, NetworkingConfig: networking, ...body } = spec;
    const endpoints = Object.entries(networking?.EndpointsConfig ?? {});
    const together = atLeast(this.apiVersion, severalNetworksVersion) ? endpoints.length : 1;
    const later = endpoints.slice(together);
    const { Id: id } = await lettingEnd(signal, creationMs, (late) => orByAlias(body.Image, (image) =>
      this.transport.json<{ Id: string }>({
        method: 'POST',
        path: '/containers/create',
        query: { name, platform: platform && platformText(platform) },
        body: { ...body, Image: image, NetworkingConfig: { EndpointsConfig: Object.fromEntries(endpoints.slice(0, together)) } },
        attempt: { doing: `create the container ${name}`, subject: name, missing: 'engine.not-found' },
        signal: late,
      }),
    ));
    await this.finishCreation(id, later, signal);
    return id;
  }

  start(id: string, { signal }: Cancellable = {}): Promise<void> {
    return this.act('start', id, {}, signal);
  }

  stop(id: string, { signal, graceSeconds }: Parameters<Containers['stop']>[1] = {}): Promise<void> {
    return this.act('stop', id, { t: graceSeconds === undefined ? undefined : Math.ceil(graceSeconds) }, signal);
  }

  kill(id: string, { signal, signalName }: Parameters<Containers['kill']>[1] = {}): Promise<void> {
    return this.act('kill', id, { signal: signalName }, signal);
  }

  pause(id: string, { signal }: Cancellable = {}): Promise<void> {
    return this.act('pause', id, {}, signal);
  }

  unpause(id: string, { signal }: Cancellable = {}): Promise<void> {
    return this.act('unpause', id, {}, signal);
  }

  rename(id: string, name: string, { signal }: Cancellable = {}): Promise<void> {
    return this.act('rename', id, { name }, signal);
  }

  async remove(id: string, { signal, force, volumes }: Parameters<Containers['remove']>[1] = {}): Promise<void> {
    const request = { method: 'DELETE', path: containerPath(id), query: { force, v: volumes }, attempt: aboutContainer('remove', id), signal } as const;
    for (let pause = firstPause; ; pause *= 2) {
      try {
        await this.transport.runUnlessGone(request);
        return;
      } catch (error) {
        if (!isOnItsWayOut(error) || pause > longestPause) throw error;
        await sleep(pause, { signal });
      }
    }
  }

  async wait(id: string, { signal }: Cancellable = {}): Promise<number> {
    const attempt = aboutContainer('wait for', id);
    const path = `${containerPath(id)}/wait`;
    const { StatusCode: code } = await this.transport.json<{ StatusCode: number }>({ method: 'POST', path, attempt, signal });
    return code;
  }

  logs(id: string, options: LogOptions = {}): AsyncIterable<LogLine> {
    return containerLogs(this.transport, id, options);
  }

  stats(id: string, options: Parameters<Containers['stats']>[1] = {}): AsyncIterable<ContainerStats> {
    return containerStats(this.transport, id, options);
  }

  exec(id: string, spec: ExecSpec, options: Parameters<Containers['exec']>[2] = {}): Promise<ExecResult> {
    return execCollected(this.transport, id, spec, options);
  }

  execAttached(id: string, spec: ExecSpec, options: Cancellable = {}): Promise<ExecSession> {
    return execAttached(this.transport, id, spec, options);
  }

  readArchive(id: string, path: string, options: Cancellable = {}): Promise<Readable> {
    return readArchive(this.transport, id, path, options);
  }

  writeArchive(id: string, path: string, tar: Readable, options: Cancellable = {}): Promise<void> {
    return writeArchive(this.transport, id, path, tar, options);
  }

  private async act(verb: string, id: string, query: Record<string, unknown>, signal?: AbortSignal): Promise<void> {
    const attempt: Attempt = aboutContainer(verb, id);
    await this.transport.run({ method: 'POST', path: `${containerPath(id)}/${verb}`, query, attempt, signal });
  }

  /** A container that could not join all of its networks is of no use to the caller, who never learns its id. */
  private async finishCreation(id: string, endpoints: [string, EndpointSettings][], signal?: AbortSignal): Promise<void> {
    try {
      if (signal?.aborted) throw abortReason(signal);
      for (const [network, settings] of endpoints) {
        await this.transport.run({
          method: 'POST',
          path: `/networks/${encodeURIComponent(network)}/connect`,
          body: { Container: id, EndpointConfig: settings },
          attempt: { doing: `attach the container to the network ${network}`, subject: network, missing: 'engine.not-found' },
          signal,
        });
      }
    } catch (error) {
      await this.remove(id, { force: true, volumes: true, signal: cleanupSignal() });
      throw error;
    }
  }
}

/** Pauses before a container is removed again that was on its way out, in milliseconds. */
const firstPause = 20;
const longestPause = 2_560;

/** Somebody else removes it just now, or it ended between the engine's look and its kill: a moment later it can be removed, or is gone. */
function isOnItsWayOut(error: unknown): boolean {
  return error instanceof Fault && /already in progress|not kill.*not running/s.test(error.problem.detail ?? '');
}

function containerPath(id: string): string {
  return `/containers/${encodeURIComponent(id)}`;
}
