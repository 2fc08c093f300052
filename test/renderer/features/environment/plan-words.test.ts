import { expect, it } from 'vitest';
import { planSummary } from '../../../../src/renderer/features/environment/plan-words.ts';
import type { PlanAction, PlanStep } from '../../../../src/shared/models/plan.ts';

it('sums a plan up in its own order', () => {
  const steps = (['pull-image', 'create-network', 'pull-image', 'recreate-container'] satisfies PlanAction[]).map(
    (action, index): PlanStep => ({ id: String(index), action, subject: 's', reason: 'r', after: [] }),
  );
  expect(planSummary({ steps })).toBe('2 images to pull, 1 network to create, 1 container to recreate.');
});
