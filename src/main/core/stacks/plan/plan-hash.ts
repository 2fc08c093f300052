import { createHash } from 'node:crypto';
import { configHash } from '../../compose/config-hash.ts';
import type { PlanRequest } from '../plan.ts';
import type { WorkStep } from './work.ts';

/** Names a plan by all that decides what applying it does: its steps, whom they touch, and what is made. */
export function planHash(request: PlanRequest, steps: readonly WorkStep[]): string {
  const { project, lock } = request.definition ?? {};
  const described = steps.map(({ work, after, waits, destructive }) => [describe(work, request), after, waits ?? [], destructive ?? false]);
  const scope = [request.projectName, request.intent, request.options?.publishOnLoopback ?? true, project?.networks ?? {}, project?.volumes ?? {}, ...(lock ? [lock] : [])];
  return createHash('sha256').update(JSON.stringify([scope, described])).digest('hex');
}

function describe(work: WorkStep['work'], { definition }: PlanRequest): unknown {
  const service = 'service' in work ? definition?.project.services[work.service] : undefined;
  if (work.kind === 'recreate-container') {
    const { replaced, ...rest } = work;
    return [rest, replaced.id, service ? configHash(service) : ''];
  }
  return [work, work.kind === 'create-container' && service ? configHash(service) : ''];
}
