import type { WorkStep } from '../plan/work.ts';

/**
 * Step id → how urgent it is to make that container: those that start first come first, since the others have time
 * while somebody waits for health. Higher is more urgent; steps that make no container are not in it.
 */
export function urgencies(steps: readonly WorkStep[]): ReadonlyMap<string, number> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const depths = new Map<string, number>();
  const depthOf = (step: WorkStep): number => {
    const known = depths.get(step.id);
    if (known !== undefined) return known;
    const before = step.after.flatMap((id) => byId.get(id) ?? []).filter(({ work }) => work.kind === 'start-container');
    const depth = 1 + Math.max(0, ...before.map(depthOf));
    depths.set(step.id, depth);
    return depth;
  };
  const starts = new Map(steps.filter(({ work }) => work.kind === 'start-container').map((step) => [step.subject, step]));
  const makes = steps.filter(({ work }) => work.kind === 'create-container' || work.kind === 'recreate-container');
  return new Map(
    makes.map((step) => {
      const start = starts.get(step.subject);
      return [step.id, start ? -depthOf(start) : 0];
    }),
  );
}
