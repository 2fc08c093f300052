import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import { sharedSignal } from '../../base/shared-signal.ts';
import type { Service } from '../../compose/project.ts';
import type { ContainerDetails, ContainerState } from '../../engine/containers.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ImageDetails } from '../../engine/images.ts';
import type { ExecuteRequest } from '../execute.ts';
import { findImage } from '../images.ts';
import { isOneOff, serviceOf } from '../labels.ts';
import type { StackDefinition } from '../plan.ts';
import { resolveReferences } from '../plan/references.ts';
import { probeEarly } from './early-probe.ts';
import type { ContainerEvents } from './container-events.ts';
import type { Report } from './report.ts';

/** What all steps of one execution share. */
export class Execution {
  readonly request: ExecuteRequest;
  readonly report: Report;
  readonly events: ContainerEvents;
  /** Service → container name → id, kept up to date while containers come and go. */
  readonly #containers = new Map<string, Map<string, string>>();
  /** Ids of containers that this execution has stopped. */
  readonly stopped = new Set<string>();
  /** Container → whether its health check succeeded before the engine itself looked. */
  readonly #probes = new Map<string, { healthy: boolean }>();
  readonly #images = new Map<string, Promise<ImageDetails | undefined>>();

  constructor(request: ExecuteRequest, report: Report, events: ContainerEvents) {
    this.request = request;
    this.report = report;
    this.events = events;
    for (const container of request.prepared.request.observed.containers) {
      if (!isOneOff(container)) this.add(serviceOf(container), container.name, container.id);
    }
  }

  get engine(): Engine {
    return this.request.engine;
  }

  get definition(): StackDefinition {
    const { definition } = this.request.prepared.request;
    if (definition) return definition;
    throw new Fault({ code: 'project.not-found', message: 'The Compose files of this project are needed for this.' });
  }

  /** How a container was when the plan was made; one that was made since is `created`. */
  stateOf(id: string): ContainerState {
    return this.request.prepared.request.observed.containers.find((container) => container.id === id)?.state ?? 'created';
  }

  /** What the engine and registries are asked for: the locked digest, where there is one. */
  pinned(reference: string): string {
    return this.definition.lock?.[reference] ?? reference;
  }

  /** The image that a reference names now; asked for once, until it is pulled or built. */
  image(reference: string, signal: AbortSignal): Promise<ImageDetails | undefined> {
    const known = this.#images.get(reference) ?? findImage(this.engine, this.pinned(reference), { signal });
    this.#images.set(reference, known);
    return known;
  }

  /**
   * Whether a starting container's health check has succeeded when it was run early; begins to run it at the first
   * question, once for all who wait, and rings the container's bell at success.
   */
  isHealthyEarly(container: ContainerDetails, { signal }: Cancellable): boolean {
    if (!this.request.probeEarly) return false;
    const known = this.#probes.get(container.id);
    if (known) return known.healthy;
    const probe = { healthy: false };
    this.#probes.set(container.id, probe);
    void probeEarly(this.engine, container, { signal: sharedSignal(signal, this.events.closed) }).then((healthy) => {
      probe.healthy = healthy;
      if (healthy) this.events.of(container.id).ring();
    });
    return false;
  }

  imageChanged(reference: string): void {
    this.#images.delete(reference);
  }

  add(service: string, name: string, id: string): void {
    const known = this.#containers.get(service) ?? new Map<string, string>();
    known.set(name, id);
    this.#containers.set(service, known);
  }

  forget(service: string, id: string): void {
    const known = this.#containers.get(service);
    for (const [name, other] of known ?? []) if (other === id) known?.delete(name);
  }

  idOf(service: string, name: string): string | undefined {
    return this.#containers.get(service)?.get(name);
  }

  /** A service's containers by name, in order of name. */
  containersOf(service: string): { readonly name: string; readonly id: string }[] {
    return [...(this.#containers.get(service) ?? [])].map(([name, id]) => ({ name, id })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  service(name: string): Service {
    const service = this.definition.project.services[name];
    if (service) return service;
    throw new Fault({ code: 'project.invalid', message: `There is no service ${name}.` });
  }

  /** The service with references to others turned into the ids of their containers. */
  resolved(name: string): Service {
    return resolveReferences(this.service(name), (other) => {
      const first = this.containersOf(other)[0];
      if (first) return first.id;
      throw new Fault({
        code: 'service.exited',
        message: `${name} shares what ${other} has, but ${other} has no container.`,
        hint: `Start ${other} too.`,
        data: { service: other },
      });
    });
  }
}
