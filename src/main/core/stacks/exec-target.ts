import { Fault } from '../base/fault.ts';
import type { ContainerDetails } from '../engine/containers.ts';
import { isOneOff, numberOf, serviceOf } from './labels.ts';
import type { ObservedStack } from './observe.ts';

/**
 * The container of a service to run a command in: the running one with the lowest number, or number `index`.
 * Raises `service.exited` when there is none.
 */
export function execTarget(observed: ObservedStack, service: string, index?: number): ContainerDetails {
  const candidates = observed.containers
    .filter((container) => serviceOf(container) === service && !isOneOff(container))
    .filter((container) => index === undefined || numberOf(container) === index)
    .sort((a, b) => numberOf(a) - numberOf(b));
  const running = candidates.find(({ state }) => state === 'running');
  if (running) return running;
  const which = index === undefined ? `Service ${service}` : `Container ${index} of service ${service}`;
  throw new Fault({
    code: 'service.exited',
    message: candidates.length === 0 ? `${which} does not exist.` : `${which} is not running.`,
    hint: 'Start the environment, then try again.',
    data: { service },
  });
}
