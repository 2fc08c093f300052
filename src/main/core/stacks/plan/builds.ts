import type { Build } from '../../compose/project.ts';
import { ignoredBuildParts, refuseUnsupportedBuild } from '../build/build-support.ts';
import type { PlanContext } from './context.ts';

/** Plans each service once: `plan` adds its steps and returns their ids, which are handed out again from then on. */
export function eachOnce(plan: (name: string) => readonly string[]): (name: string) => readonly string[] {
  const done = new Map<string, readonly string[]>();
  return (name) => {
    const known = done.get(name);
    if (known) return known;
    // Found again while it is planned, it needs itself: the build then fails with the image that is missing.
    done.set(name, []);
    const ids = plan(name);
    done.set(name, ids);
    return ids;
  };
}

/**
 * Warns of what has no effect in a build. Raises `plan.unsupported` for one that the engine can't do, where it is
 * certain to be needed.
 */
export function checkBuild(
  { definition, request, warnings }: PlanContext,
  { name, build, isCertain }: { readonly name: string; readonly build: Build; readonly isCertain: boolean },
): void {
  if (!definition) return;
  if (isCertain) refuseUnsupportedBuild(name, build, definition, request.buildKit);
  warnings.push(...ignoredBuildParts(name, build, definition, request.buildKit));
}
