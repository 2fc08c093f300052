import { describe, expect, it } from 'vitest';
import { documentVariables } from '../../src/main/core/compose/interpolate/document-variables.ts';
import { loadProject, loadUninterpolated } from '../../src/main/core/compose/load.ts';
import { hashes } from '../../src/main/core/compose/print/lists.ts';
import { printJson } from '../../src/main/core/compose/print/json.ts';
import { printYaml } from '../../src/main/core/compose/print/yaml.ts';
import { variablesText } from '../../src/cli/output/variables-text.ts';
import { createMemoryEngine } from '../../src/main/core/engine/memory/create-memory-engine.ts';
import { observeImages } from '../../src/main/core/stacks/images.ts';
import { observeStack } from '../../src/main/core/stacks/observe.ts';
import { planStack } from '../../src/main/core/stacks/plan-stack.ts';
import { stackCases } from '../main/core/compose/case.ts';

/** Stacks in the style of popular public ones, each with what the reference made of it. */
const stacks = stackCases();

describe.each(stacks)('$name', (stack) => {
  it('is the project that the reference makes of it', async () => {
    const { project } = await loadProject(stack.request);
    expect(stack.portable(printJson(project))).toBe(stack.recorded('expected.json'));
  });

  it('prints in YAML and loads again to the same', async () => {
    const { project } = await loadProject(stack.request);
    const yaml = printYaml(project);
    const again = await loadProject({ ...stack.request, files: ['-'], stdin: yaml, directory: stack.directory });
    expect(printJson(again.project)).toBe(printJson(project));
  });
});

describe('plans', () => {
  // What each needs that no plan makes: external resources are there already.
  const external: Readonly<Record<string, { networks?: string[]; volumes?: string[] }>> = {
    'stacks/keycloak': { volumes: ['keycloak-dev'] },
    'stacks/traefik': { networks: ['web'] },
  };

  // Builds with what only BuildKit knows.
  const unsupported = ['stacks/jupyter'];

  const planned = async (stack: (typeof stacks)[number]) => {
    const definition = await loadProject(stack.request);
    const { engine } = createMemoryEngine();
    const { networks = [], volumes = [] } = external[stack.name] ?? {};
    for (const name of networks) await engine.networks.create({ name, labels: {} });
    for (const name of volumes) await engine.volumes.create({ name, labels: {} });
    const { name: projectName } = definition.project;
    const { plan } = planStack({
      projectName,
      definition,
      observed: await observeStack(engine, projectName),
      images: await observeImages(engine, definition.project),
      intent: 'up',
      options: {},
    });
    return { plan, definition };
  };

  it.each(stacks.filter(({ name }) => !unsupported.includes(name)))('$name', async (stack) => {
    const { plan, definition } = await planned(stack);
    const created = new Set(plan.steps.filter(({ action }) => action === 'create-container').map(({ service }) => service));
    expect([...created].sort()).toEqual(Object.keys(definition.project.services).sort());
  });

  it.each(stacks.filter(({ name }) => unsupported.includes(name)))('$name: not, and says where and why', async (stack) => {
    await expect(planned(stack)).rejects.toMatchObject({
      problem: { code: 'plan.unsupported', location: { line: expect.any(Number) as number } },
    });
  });
});

describe('what only some are recorded with', () => {
  it.each(stacks.filter((stack) => stack.recorded('expected.yaml') !== undefined))('$name: YAML', async (stack) => {
    const { project } = await loadProject(stack.request);
    expect(stack.portable(printYaml(project))).toBe(stack.recorded('expected.yaml'));
  });

  it.each(stacks.filter((stack) => stack.recorded('variables.json') !== undefined))('$name: variables', async (stack) => {
    const printed: unknown = JSON.parse(variablesText(documentVariables(await loadUninterpolated(stack.request)), true));
    expect(printed).toEqual(JSON.parse(stack.recorded('variables.json') ?? ''));
  });

  it.each(stacks.filter((stack) => stack.recorded('hashes.txt') !== undefined && !stack.namesPaths))('$name: hashes', async (stack) => {
    const { project } = await loadProject({ ...stack.request, resolveEnvFiles: false });
    expect(hashes(project).map((line) => `${line}\n`).join('')).toBe(stack.recorded('hashes.txt'));
  });
});

it('there are at least ten', () => {
  expect(stacks.length).toBeGreaterThanOrEqual(10);
});
