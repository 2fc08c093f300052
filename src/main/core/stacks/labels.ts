import { composeLabels as labels } from '../base/compose-labels.ts';
import type { ContainerSummary } from '../engine/containers.ts';

/** Selects everything that belongs to a project, for the engine's label filters. */
export const ofProject = (projectName: string): string => `${labels.project}=${projectName}`;

type Labelled = Pick<ContainerSummary, 'labels'>;

export const serviceOf = (container: Labelled): string => container.labels[labels.service] ?? '';

/** The number in `project-service-N`; 0 where the label is missing or is not a number. */
export const numberOf = (container: Labelled): number => Number.parseInt(container.labels[labels.containerNumber] ?? '', 10) || 0;

/** Made by `docker compose run`: never counted as one of the service's containers. */
export const isOneOff = (container: Labelled): boolean => container.labels[labels.oneOff] === 'True';

/** Dependencies as a container's label keeps them (`name:condition:restart`, by commas): order without any file. */
export function dependenciesOf(container: Labelled): string[] {
  const text = container.labels[labels.dependsOn] ?? '';
  return text.split(',').flatMap((entry) => entry.split(':')[0] || []);
}
