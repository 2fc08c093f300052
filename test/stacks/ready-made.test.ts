import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadProject } from '../../src/main/core/compose/load.ts';
import { readSlipwayExtension } from '../../src/main/core/compose/slipway-extension.ts';
import { createMemoryEngine } from '../../src/main/core/engine/memory/create-memory-engine.ts';
import { observeImages } from '../../src/main/core/stacks/images.ts';
import { observeStack } from '../../src/main/core/stacks/observe.ts';
import { planStack } from '../../src/main/core/stacks/plan-stack.ts';

const root = path.resolve(import.meta.dirname, '../../resources/environments');
const environments = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe('the ready-made environments', () => {
  it.each(environments.map(({ name }) => name))('%s loads without a warning and plans, in each of its profiles', async (name) => {
    const cwd = path.join(root, name);
    const plain = await loadProject({ cwd, environment: {} });
    expect(plain.diagnostics).toEqual([]);
    for (const [, profile] of Object.entries({ none: { profiles: [], env: {} }, ...readSlipwayExtension(plain).profiles })) {
      const definition = await loadProject({ cwd, environment: profile.env, profiles: profile.profiles });
      const { engine } = createMemoryEngine();
      const projectName = definition.project.name;
      const { plan } = planStack({
        projectName,
        definition,
        observed: await observeStack(engine, projectName),
        images: await observeImages(engine, definition.project),
        intent: 'up',
        options: {},
      });
      const created = new Set(plan.steps.filter(({ action }) => action === 'create-container').map(({ service }) => service));
      expect([...created].sort()).toEqual(Object.keys(definition.project.services).sort());
    }
  });
});
