import type { PortHolder } from '../../../shared/models/port.ts';
import { composeLabels } from '../base/compose-labels.ts';
import type { ContainerSummary } from '../engine/containers.ts';
import type { Protocol } from './wanted-port.ts';

interface HostPort {
  readonly hostIp: string;
  readonly hostPort: number;
  readonly protocol: Protocol;
}

/** The container that has published this host port, if one has. */
export function holdingContainer(
  containers: readonly ContainerSummary[],
  port: HostPort,
): { readonly holder: PortHolder; readonly projectName: string | undefined } | undefined {
  const container = containers.find(({ ports }) =>
    ports.some(
      (binding) =>
        binding.hostPort === port.hostPort &&
        binding.protocol === port.protocol &&
        overlaps(binding.hostIp ?? '0.0.0.0', port.hostIp),
    ),
  );
  if (!container) return undefined;
  const projectName = container.labels[composeLabels.project];
  const service = container.labels[composeLabels.service];
  return projectName !== undefined && service !== undefined
    ? { holder: { kind: 'service', name: projectName, service }, projectName }
    : { holder: { kind: 'container', name: container.name }, projectName };
}

const everywhere = new Set(['', '0.0.0.0', '::']);

/** Whether two host addresses cannot both listen on one port. */
export function overlaps(a: string, b: string): boolean {
  return a === b || everywhere.has(a) || everywhere.has(b);
}
