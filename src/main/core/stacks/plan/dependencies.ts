import type { Dependency, Project } from '../../compose/project.ts';
import { dependenciesOf, isOneOff, serviceOf } from '../labels.ts';
import type { ObservedStack } from '../observe.ts';

/** Who needs whom among services: from the project, or from containers' labels where there is none. */
export class Dependencies {
  readonly #of: ReadonlyMap<string, readonly string[]>;

  private constructor(of: ReadonlyMap<string, readonly string[]>) {
    this.#of = of;
  }

  static ofServices(services: Project['services']): Dependencies {
    const needs = Object.entries(services).map(([name, { depends_on: needed = {} }]) => [name, Object.keys(needed).filter((other) => other in services)] as const);
    return new Dependencies(new Map(needs));
  }

  static ofContainers(observed: ObservedStack): Dependencies {
    const own = observed.containers.filter((container) => !isOneOff(container));
    const names = new Set(own.map(serviceOf));
    return new Dependencies(new Map(own.map((container) => [serviceOf(container), dependenciesOf(container).filter((name) => names.has(name))])));
  }

  of(service: string): readonly string[] {
    return this.#of.get(service) ?? [];
  }

  /** Services that name `service` among their dependencies. */
  dependentsOf(service: string): string[] {
    return [...this.#of].flatMap(([name, needs]) => (needs.includes(service) ? [name] : []));
  }

  /** `services` and all that they need, directly or not. */
  withNeeded(services: Iterable<string>): Set<string> {
    const chosen = new Set<string>();
    const add = (name: string): void => {
      if (chosen.has(name)) return;
      chosen.add(name);
      this.of(name).forEach(add);
    };
    for (const name of services) add(name);
    return chosen;
  }

  /** All services, each after what it needs; where the order is free, as they were given. A cycle is cut somewhere. */
  inOrder(): string[] {
    const done = new Set<string>();
    const visit = (name: string): void => {
      if (done.has(name)) return;
      done.add(name);
      this.of(name).forEach(visit);
      ordered.push(name);
    };
    const ordered: string[] = [];
    for (const name of this.#of.keys()) visit(name);
    return ordered;
  }
}

/** A dependency's condition, with Compose's default. */
export const conditionOf = (dependency: Dependency): NonNullable<Dependency['condition']> => dependency.condition ?? 'service_started';
