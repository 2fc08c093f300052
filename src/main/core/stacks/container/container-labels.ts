import { composeLabels as labels, composeVersion } from '../../base/compose-labels.ts';
import type { Project, Service } from '../../compose/project.ts';
import type { StackDefinition } from '../plan.ts';
import { conditionOf } from '../plan/dependencies.ts';
import { configHash } from '../../compose/config-hash.ts';
import { type PublishOptions, publishesOnLoopback } from './ports.ts';

export interface LabelsRequest {
  readonly definition: StackDefinition;
  readonly name: string;
  /** With references to other services resolved. */
  readonly service: Service;
  readonly number: number;
  readonly imageId: string | undefined;
  /** Set when the container is made to take another's place. */
  readonly replaces: boolean;
  readonly publish: PublishOptions;
}

/** The service's own labels, and those that Compose v2 knows its containers by. */
export function containerLabels({ definition, name, service, number, imageId, replaces, publish }: LabelsRequest): Record<string, string> {
  const { project, files, workingDirectory, explicitEnvFiles = [] } = definition;
  return {
    ...service.labels,
    [labels.project]: project.name,
    [labels.service]: name,
    [labels.version]: composeVersion,
    [labels.workingDirectory]: workingDirectory,
    [labels.configFiles]: files.join(','),
    [labels.oneOff]: 'False',
    ...(explicitEnvFiles.length > 0 ? { [labels.environmentFile]: explicitEnvFiles.join(',') } : {}),
    ...(imageId === undefined ? {} : { [labels.image]: imageId }),
    ...(replaces ? { [labels.replace]: service.container_name ?? `${name}-${number}` } : {}),
    ...(publishesOnLoopback(service, publish) ? { [labels.published]: 'loopback' } : {}),
    [labels.configHash]: configHash(service),
    [labels.containerNumber]: String(number),
    [labels.dependsOn]: dependsOn(service, project),
  };
}

/** Services that could be done without, and are not in the project, are not waited for. */
function dependsOn(service: Service, { services }: Project): string {
  return Object.entries(service.depends_on ?? {})
    .filter(([name]) => Object.hasOwn(services, name))
    .map(([name, dependency]) => `${name}:${conditionOf(dependency)}:${dependency.restart ?? false}`)
    .join(',');
}
