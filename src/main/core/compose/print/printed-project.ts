import type { FileObject, Project, Service } from '../project.ts';

/**
 * The project as it may be shown: what secrets hold is not, nor what configs take from the environment. Label files,
 * whose labels the services have by now, are left out as well.
 */
export function printedProject(project: Project): Project {
  const { services, secrets, configs } = project;
  return {
    ...project,
    services: mapValues(services, withoutLabelFiles),
    ...(secrets && { secrets: mapValues(secrets, withoutContent) }),
    ...(configs && { configs: mapValues(configs, (config) => (config.environment === undefined ? config : withoutContent(config))) }),
  };
}

/** The service as `config` has it, where files of labels have become labels. */
export function withoutLabelFiles(service: Service): Service {
  const { label_file: files, ...rest } = service;
  return files ? rest : service;
}

/** What `config --lock-image-digests` prints: an override file with the services' images and nothing else. */
export function imagesOnly({ services }: Project): Project {
  return { name: '', services: mapValues(services, ({ image }) => ({ command: null, entrypoint: null, ...(image === undefined ? {} : { image }) })) };
}

function withoutContent(object: FileObject): FileObject {
  const { content, ...rest } = object;
  return content === undefined ? object : rest;
}

function mapValues<T>(values: Readonly<Record<string, T>>, change: (value: T) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}
