import type { Service } from '../project.ts';

/** The first circle of dependencies, its first service repeated at the end; undefined where there is none. */
export function findCycle(services: Readonly<Record<string, Service>>): string[] | undefined {
  const finished = new Set<string>();
  for (const start of Object.keys(services).sort()) {
    const trail: { name: string; rest: string[] }[] = [];
    const onTrail = new Set<string>();
    const enter = (name: string): void => {
      trail.push({ name, rest: Object.keys(services[name]?.depends_on ?? {}).sort() });
      onTrail.add(name);
    };
    if (!finished.has(start)) enter(start);
    for (let top = trail.at(-1); top; top = trail.at(-1)) {
      const next = top.rest.shift();
      if (next === undefined) {
        trail.pop();
        onTrail.delete(top.name);
        finished.add(top.name);
      } else if (onTrail.has(next)) {
        const names = trail.map(({ name }) => name);
        return [...names.slice(names.indexOf(next)), next];
      } else if (!finished.has(next) && Object.hasOwn(services, next)) {
        enter(next);
      }
    }
  }
  return undefined;
}
