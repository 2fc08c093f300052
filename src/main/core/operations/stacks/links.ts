import type { EnvironmentRecord, Link } from '../../../../shared/models/environment.ts';
import type { LoadedEnvironment } from '../../environments/environment-loader.ts';
import { expandPortPlaceholders } from '../../ports/placeholders.ts';
import { portRows } from '../../ports/port-rows.ts';
import type { ObservedStack } from '../../stacks/observe.ts';

/**
 * The addresses worth opening: those that the chosen environment profile or the stack's `x-slipway` names, with
 * `${port:SERVICE:PORT}` put in; where it names none, every published port that a browser can open.
 */
export function linksOf(record: EnvironmentRecord, loaded: LoadedEnvironment, observed: ObservedStack | undefined): Link[] {
  const rows = portRows({
    project: loaded.definition.project,
    containers: observed?.containers ?? [],
    environment: { id: record.id, name: record.name },
  });
  if (loaded.links.length === 0) {
    return rows.flatMap(({ browsable, address, service }) => (browsable && address && service !== undefined ? [{ title: service, url: address }] : []));
  }
  return loaded.links.flatMap(({ title, url }) => {
    const expanded = expandPortPlaceholders(url, rows);
    return expanded === undefined ? [] : [{ title, url: expanded }];
  });
}
