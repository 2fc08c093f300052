import type { Plan, PlanStep } from '../../../src/shared/models/plan.ts';
import { sampleServices } from './fake-environments.ts';

export function fakePlan(nothingToDo: boolean): Plan {
  const names = sampleServices.map(({ name }) => name);
  return {
    projectName: 'sample',
    intent: 'up',
    steps: nothingToDo ? [] : steps(),
    unchanged: nothingToDo ? names : [],
    warnings: nothingToDo ? [] : ['cache publishes port 6380 on every interface, because its file says so.'],
    hash: 'b5bb9d80',
  };
}

function steps(): PlanStep[] {
  return [
    ...[...new Set(sampleServices.map(({ image }) => image))].map(
      (image): PlanStep => ({ id: `pull ${image}`, action: 'pull-image', subject: image, reason: 'image is not on the engine', after: [] }),
    ),
    { id: 'network', action: 'create-network', subject: 'sample_default', reason: 'network is missing', after: [] },
    { id: 'volume', action: 'create-volume', subject: 'sample_db-data', reason: 'volume is missing', after: [] },
    ...sampleServices.map(
      ({ name }): PlanStep => ({
        id: `create ${name}`,
        action: 'create-container',
        subject: `sample-${name}-1`,
        service: name,
        reason: 'container is missing',
        after: ['network'],
      }),
    ),
  ];
}
