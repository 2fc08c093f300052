import type { Project } from './project.ts';

/** The project without the networks, volumes, secrets, configs and models that no service uses. */
export function withUsedResources(project: Project): Project {
  const services = Object.values(project.services);
  const used = {
    networks: services.flatMap((service) => Object.keys(service.networks ?? {})),
    volumes: services.flatMap((service) =>
      (service.volumes ?? []).flatMap(({ type, source }) => (type === 'volume' && source ? [source] : [])),
    ),
    secrets: services.flatMap((service) =>
      [...(service.secrets ?? []), ...(service.build?.secrets ?? [])].map(({ source = '' }) => source),
    ),
    configs: services.flatMap((service) => (service.configs ?? []).map(({ source = '' }) => source)),
    models: services.flatMap((service) => Object.keys(service.models ?? {})),
  };
  const { networks, volumes, secrets, configs, models, ...rest } = project;
  return {
    ...rest,
    ...pick('networks', networks, used.networks),
    ...pick('volumes', volumes, used.volumes),
    ...pick('secrets', secrets, used.secrets),
    ...pick('configs', configs, used.configs),
    ...pick('models', models, used.models),
  };
}

function pick<K extends string, T>(
  kind: K,
  resources: Readonly<Record<string, T>> | undefined,
  names: readonly string[],
): Partial<Record<K, Record<string, T>>> {
  const wanted = new Set(names);
  const entries = Object.entries(resources ?? {}).filter(([name]) => wanted.has(name));
  return (entries.length > 0 ? { [kind]: Object.fromEntries(entries) } : {}) as Partial<Record<K, Record<string, T>>>;
}
