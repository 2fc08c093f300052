import type { Plan, PlanAction } from '../../../shared/models/plan.ts';
import { count } from '../../ui/format.ts';

export const actionLooks: Readonly<Record<PlanAction, { label: string; color: string; noun: string }>> = {
  'pull-image': { label: 'Pull image', color: 'blue', noun: 'image to pull' },
  'build-image': { label: 'Build image', color: 'blue', noun: 'image to build' },
  'create-network': { label: 'Create network', color: 'teal', noun: 'network to create' },
  'create-volume': { label: 'Create volume', color: 'teal', noun: 'volume to create' },
  'create-container': { label: 'Create container', color: 'teal', noun: 'container to create' },
  'recreate-container': { label: 'Recreate container', color: 'orange', noun: 'container to recreate' },
  'start-container': { label: 'Start container', color: 'teal', noun: 'container to start' },
  'stop-container': { label: 'Stop container', color: 'gray', noun: 'container to stop' },
  'remove-container': { label: 'Remove container', color: 'orange', noun: 'container to remove' },
  'remove-network': { label: 'Remove network', color: 'orange', noun: 'network to remove' },
  'remove-volume': { label: 'Remove volume', color: 'red', noun: 'volume to remove' },
  'remove-image': { label: 'Remove image', color: 'orange', noun: 'image to remove' },
};

/** "4 images to pull, 1 network to create, 5 containers to create.": in the plan's own order. */
export function planSummary({ steps }: Pick<Plan, 'steps'>): string {
  const numbers = new Map<PlanAction, number>();
  for (const { action } of steps) numbers.set(action, (numbers.get(action) ?? 0) + 1);
  return `${[...numbers].map(([action, number]) => plural(number, actionLooks[action].noun)).join(', ')}.`;
}

function plural(number: number, noun: string): string {
  const [thing = noun, ...rest] = noun.split(' ');
  return [count(number, thing), ...rest].join(' ');
}
