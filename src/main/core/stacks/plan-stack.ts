import type { PlanIntent } from '../../../shared/models/plan.ts';
import type { PlanRequest, PreparedPlan } from './plan.ts';
import { type PlanContext, planContext } from './plan/context.ts';
import { planDown } from './plan/down.ts';
import { planHash } from './plan/plan-hash.ts';
import { planRestart, planStart } from './plan/start.ts';
import { planBuild, planPull } from './plan/images-only.ts';
import { planStop } from './plan/stop.ts';
import { planUp } from './plan/up.ts';

/**
 * Compares what is desired with what was observed and says what to do, in steps that name what must be done before.
 * Pure: the same request gives the same plan with the same hash, and nothing is touched.
 *
 * @throws Fault `project.invalid`, `plan.unsupported`, `image.not-found`, `network.conflict`, `network.not-found`,
 *   `volume.not-found` when the desired stack cannot be made.
 */
export function planStack(request: PlanRequest): PreparedPlan {
  const context = planContext(request);
  planByIntent[request.intent](context);
  const steps = context.steps.all;
  const touched = new Set(steps.map(({ service }) => service));
  return {
    request,
    steps,
    plan: {
      projectName: request.projectName,
      intent: request.intent,
      steps: steps.map(({ work: _work, ...step }) => step),
      unchanged: [...context.selected].filter((name) => !touched.has(name)),
      warnings: [...new Set(context.warnings)],
      hash: planHash(request, steps),
    },
  };
}

const planByIntent: Readonly<Record<PlanIntent, (context: PlanContext) => void>> = {
  up: planUp,
  start: planStart,
  stop: (context) => planStop(context),
  restart: planRestart,
  down: planDown,
  pull: planPull,
  build: planBuild,
};
