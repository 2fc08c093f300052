import type { Service } from '../../compose/project.ts';
import type { HostConfig } from '../../engine/containers.ts';

/** `deploy.restart_policy`, else `restart`, in the Engine API's form. */
export function restartPolicy(service: Service): NonNullable<HostConfig['RestartPolicy']> {
  const policy = service.deploy?.restart_policy;
  if (policy) return { Name: restartName(policy.condition ?? ''), MaximumRetryCount: policy.max_attempts ?? 0 };
  const [name = '', attempts = '0'] = (service.restart ?? '').split(':');
  return { Name: restartName(name), MaximumRetryCount: Number.parseInt(attempts, 10) || 0 };
}

function restartName(condition: string): string {
  if (condition === 'none') return 'no';
  return condition === 'any' ? 'always' : condition;
}
