import type { ServiceView } from '../../../shared/models/stack.ts';

/**
 * Why a service is in its state: what the engine knows, else what it will wait for, else the daemon's own words. A
 * service that runs as it should needs no explanation.
 */
export function serviceExplanation({ detail, state, dependsOn, containers }: ServiceView): string {
  if (detail) return detail;
  if (state === 'starting' && dependsOn.length > 0) return `Waiting for ${dependsOn.join(', ')}`;
  switch (state) {
    case 'missing':
    case 'disabled':
    case 'running':
    case 'healthy':
    case 'completed':
      return '';
    case 'stopped':
      return containers[0]?.exitCode ? `Ended with exit code ${containers[0].exitCode}` : '';
    default:
      return containers[0]?.status ?? '';
  }
}
