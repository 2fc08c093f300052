import type { EnvironmentRecord } from '../../../../shared/models/environment.ts';
import type { EnvironmentNetworks, Reachability } from '../../../../shared/models/network.ts';
import type { Cancellable } from '../../base/abort.ts';
import { composeLabels } from '../../base/compose-labels.ts';
import { Fault } from '../../base/fault.ts';
import { sharedSignal } from '../../base/shared-signal.ts';
import type { ContainerDetails } from '../../engine/containers.ts';
import type { EngineConnection } from '../../engine/engine-connection.ts';
import type { EnvironmentLoader } from '../../environments/environment-loader.ts';
import { environmentNetworks } from '../../ports/networks/environment-networks.ts';
import type { NetworkHelper } from '../../ports/networks/helper.ts';
import { adviceOn, parseReachability } from '../../ports/networks/reachability.ts';
import { observeStack, type ObservedStack } from '../../stacks/observe.ts';

export interface NetworkOperationsParts {
  readonly connection: EngineConnection;
  readonly loader: EnvironmentLoader;
  readonly networkHelper: NetworkHelper;
}

export interface ReachabilityRequest {
  readonly from: string;
  /** A service's name, an alias, or any other name or address. */
  readonly host: string;
  readonly port: number;
}

/** How long one address may take to accept a connection, in milliseconds. */
const connectMs = 3_000;

/** The networks of environments, and who reaches whom on them. */
export class NetworkOperations {
  readonly #parts: NetworkOperationsParts;

  constructor(parts: NetworkOperationsParts) {
    this.#parts = parts;
  }

  /** Raises `engine.*`, `project.*`. */
  async view(record: EnvironmentRecord, { signal }: Cancellable): Promise<EnvironmentNetworks> {
    const engine = await this.#parts.connection.get({ signal });
    return this.describe(record, await observeStack(engine, record.projectName, { signal }), { signal });
  }

  /** The same from what is known of the engine already. Raises `project.*`. */
  async describe(record: EnvironmentRecord, observed: ObservedStack | undefined, { signal }: Cancellable): Promise<EnvironmentNetworks> {
    const { definition } = await this.#parts.loader.load(record, { signal });
    return environmentNetworks({ project: definition.project, containers: observed?.containers ?? [], networks: observed?.networks ?? [] });
  }

  /**
   * Looks `host` up and connects to it as programs of the service `from` would: in its network, with its resolver and
   * its hosts file. Raises `project.invalid` for a service that the project hasn't, `engine.conflict` when it doesn't run.
   */
  async test(record: EnvironmentRecord, request: ReachabilityRequest, { signal }: Cancellable): Promise<Reachability> {
    const { from, host, port } = request;
    const { engine, view, running } = await this.#look(record, { signal });
    const links = view.services.find(({ service }) => service === from);
    if (!links) throw unknownService(from, view.services.map(({ service }) => service));
    const container = running.get(from);
    if (!container) throw notRunning(record, from);
    const output = await this.#parts.networkHelper.run(engine, container.id, [host, String(port), String(connectMs)], { signal });
    const result = parseReachability(output, { from, host, port });
    const isService = view.services.some(({ service }) => service === host);
    const advice = adviceOn(result, { isService, shares: host === from || links.reaches.includes(host), running: running.has(host) });
    return { ...result, ...(advice === undefined ? {} : { advice }) };
  }

  /** Tries, for every running service, the TCP ports of the services that it depends on. */
  async testDependencies(record: EnvironmentRecord, options: Cancellable): Promise<Reachability[]> {
    const signal = sharedSignal(options.signal);
    const { running, project } = await this.#look(record, { signal });
    const wanted = Object.entries(project.services).flatMap(([from, { depends_on: needed = {} }]) =>
      running.has(from)
        ? Object.keys(needed).flatMap((host) => portsOf(running.get(host)).map((port): ReachabilityRequest => ({ from, host, port })))
        : [],
    );
    const results: Reachability[] = [];
    for (const request of wanted) results.push(await this.test(record, request, { signal }));
    return results;
  }

  async #look(record: EnvironmentRecord, { signal }: Cancellable) {
    const engine = await this.#parts.connection.get({ signal });
    const [observed, { definition }] = await Promise.all([
      observeStack(engine, record.projectName, { signal }),
      this.#parts.loader.load(record, { signal }),
    ]);
    const { project } = definition;
    const running = new Map<string, ContainerDetails>();
    for (const container of observed.containers) {
      const service = container.labels[composeLabels.service];
      const counts = container.state === 'running' && container.labels[composeLabels.oneOff] !== 'True';
      if (service !== undefined && counts && !running.has(service)) running.set(service, container);
    }
    return { engine, project, running, view: environmentNetworks({ project, containers: observed.containers, networks: observed.networks }) };
  }
}

/** The TCP ports that a container declares, from its image and its service. */
function portsOf(container: ContainerDetails | undefined): number[] {
  const declared = Object.keys(container?.config.ExposedPorts ?? {}).flatMap((key) => {
    const [port, protocol = 'tcp'] = key.split('/');
    return protocol === 'tcp' ? [Number(port)] : [];
  });
  return [...new Set(declared)];
}

function unknownService(name: string, known: readonly string[]): Fault {
  return new Fault({ code: 'project.invalid', message: `There is no service ${name}.`, hint: `The project has: ${known.join(', ')}.`, data: { service: name } });
}

function notRunning(record: EnvironmentRecord, service: string): Fault {
  return new Fault({
    code: 'engine.conflict',
    message: `${service} of ${record.name} does not run, so nothing can be tried from it.`,
    hint: `Start it with \`slipway up ${record.name}\`.`,
    data: { service },
  });
}
