import type { Project, Service } from '../../compose/project.ts';
import { Fault } from '../../base/fault.ts';
import { serviceOf } from '../labels.ts';
import type { PlanOptions, PlanRequest, StackDefinition } from '../plan.ts';
import { Dependencies } from './dependencies.ts';
import { StepList } from './step-list.ts';

/** What every part of planning needs and adds to. */
export interface PlanContext {
  readonly request: PlanRequest;
  readonly options: PlanOptions;
  readonly definition: StackDefinition | undefined;
  readonly dependencies: Dependencies;
  /** The services that the plan is about: those asked for, with what they need unless told otherwise. */
  readonly selected: ReadonlySet<string>;
  readonly steps: StepList;
  readonly warnings: string[];
}

/** Raises `project.invalid` when a service is asked for that the project doesn't have. */
export function planContext(request: PlanRequest): PlanContext {
  const { definition, observed, options = {} } = request;
  const dependencies = definition ? Dependencies.ofServices(servicesOf(definition, request)) : Dependencies.ofContainers(observed);
  const known = dependencies.inOrder();
  const asked = options.services ?? known;
  for (const name of asked) {
    if (!known.includes(name)) throw unknownService(name, known);
  }
  const withNeeded = (request.intent === 'up' || request.intent === 'start') && !options.noDependencies;
  const selected = withNeeded ? dependencies.withNeeded(asked) : new Set(asked);
  return { request, options, definition, dependencies, selected, steps: new StepList(), warnings: [] };
}

/** What is to be stopped or removed is all that is there, also of services whose Compose profile was turned off since. */
function servicesOf({ project, disabledServices }: StackDefinition, { intent, observed }: PlanRequest): Project['services'] {
  if (intent !== 'stop' && intent !== 'down') return project.services;
  const present = new Set(observed.containers.map(serviceOf));
  return { ...project.services, ...Object.fromEntries(Object.entries(disabledServices).filter(([name]) => present.has(name))) };
}

function unknownService(name: string, known: readonly string[]): Fault {
  return new Fault({
    code: 'project.invalid',
    message: `There is no service ${name}.`,
    hint: known.length === 0 ? 'The project has no services.' : `The project has: ${known.join(', ')}.`,
    data: { service: name },
  });
}

/** A service by name. Only to be called for names that come from the project. */
export function serviceNamed(project: Project, name: string): Service {
  const service = project.services[name];
  if (!service) throw new Fault({ code: 'project.invalid', message: `There is no service ${name}.` });
  return service;
}
