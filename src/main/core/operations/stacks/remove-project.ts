import type { Cancellable } from '../../base/abort.ts';
import type { Engine } from '../../engine/engine.ts';
import { ofProject } from '../../stacks/labels.ts';

/**
 * Removes all that the engine has of a project, data included, without grace and without a snapshot: only for what a
 * job has made itself. No-op where there is nothing.
 */
export async function removeProject(engine: Engine, projectName: string, { signal }: Cancellable): Promise<void> {
  const labels = [ofProject(projectName)];
  const containers = await engine.containers.list({ labels, signal });
  await Promise.all(containers.map(({ id }) => engine.containers.remove(id, { force: true, volumes: true, signal })));
  const [networks, volumes] = await Promise.all([engine.networks.list({ labels, signal }), engine.volumes.list({ labels, signal })]);
  await Promise.all([
    ...networks.map(({ id }) => engine.networks.remove(id, { signal })),
    ...volumes.map(({ name }) => engine.volumes.remove(name, { signal })),
  ]);
}

/** The project names that containers and volumes of this engine bear. */
export async function projectsOf(engine: Engine, { signal }: Cancellable): Promise<ReadonlySet<string>> {
  const [containers, volumes] = await Promise.all([engine.containers.list({ signal }), engine.volumes.list({ signal })]);
  return new Set([...containers, ...volumes].flatMap(({ labels }) => labels['com.docker.compose.project'] ?? []));
}
