import type { Service } from '../compose/project.ts';

/** `container_name`, or Compose's `project-service-N`. */
export function containerName(projectName: string, serviceName: string, service: Service, number: number): string {
  return service.container_name ?? `${projectName}-${serviceName}-${number}`;
}

/** The image to run: `image`, or the name that Compose gives to what it builds. */
export function imageName(projectName: string, serviceName: string, service: Service): string {
  return service.image ?? `${projectName}-${serviceName}`;
}

/** How many containers the service shall have. */
export function scaleOf(service: Service): number {
  return service.scale ?? service.deploy?.replicas ?? 1;
}
