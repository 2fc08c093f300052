import { describe, expect, it } from 'vitest';
import { variablesText } from '../../../../src/cli/output/variables-text.ts';
import { Fault } from '../../../../src/main/core/base/fault.ts';
import { documentVariables } from '../../../../src/main/core/compose/interpolate/document-variables.ts';
import { loadProject, loadUninterpolated } from '../../../../src/main/core/compose/load.ts';
import { printDocumentJson, printJson } from '../../../../src/main/core/compose/print/json.ts';
import { hashes } from '../../../../src/main/core/compose/print/lists.ts';
import { printYaml } from '../../../../src/main/core/compose/print/yaml.ts';
import { selectServices } from '../../../../src/main/core/compose/select-services.ts';
import type { SourceLocation } from '../../../../src/shared/problem.ts';
import { composeCases } from './case.ts';

const cases = composeCases();
const accepted = cases.filter((recorded) => recorded.recorded('expected.json') !== undefined);
const refused = cases.filter((recorded) => recorded.recorded('error.txt') !== undefined);

describe('what the reference accepts', () => {
  it.each(accepted)('$name', async (recorded) => {
    const { project } = await loadProject(recorded.request);
    const { services } = recorded.request;
    const selected = services ? selectServices(project, services) : project;
    expect(recorded.portable(printJson(selected))).toBe(recorded.recorded('expected.json'));
  });
});

describe('the hashes of services', () => {
  // Hashes cover absolute paths, so only what names none has the same in every checkout.
  const hashed = accepted.filter((recorded) => recorded.recorded('hashes.txt') !== undefined && !recorded.namesPaths);
  it.each(hashed)('$name', async (recorded) => {
    const { project } = await loadProject({ ...recorded.request, resolveEnvFiles: false });
    expect(hashes(project).map((line) => `${line}\n`).join('')).toBe(recorded.recorded('hashes.txt'));
  });
});

describe('YAML output', () => {
  it.each(accepted.filter((recorded) => recorded.recorded('expected.yaml') !== undefined))('$name', async (recorded) => {
    const { project } = await loadProject(recorded.request);
    expect(recorded.portable(printYaml(project))).toBe(recorded.recorded('expected.yaml'));
  });
});

describe('without interpolation', () => {
  it.each(accepted.filter((recorded) => recorded.recorded('uninterpolated.json') !== undefined))('$name', async (recorded) => {
    const document = await loadUninterpolated(recorded.request);
    expect(recorded.portable(printDocumentJson(document))).toBe(recorded.recorded('uninterpolated.json'));
  });
});

describe('variables', () => {
  it.each(accepted.filter((recorded) => recorded.recorded('variables.json') !== undefined))('$name', async (recorded) => {
    const document = await loadUninterpolated(recorded.request);
    const printed: unknown = JSON.parse(variablesText(documentVariables(document), true));
    expect(printed).toEqual(JSON.parse(recorded.recorded('variables.json') ?? ''));
  });
});

describe('what the reference refuses', () => {
  it.each(refused)('$name', async (recorded) => {
    const fault = await loadProject(recorded.request).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(fault).toBeInstanceOf(Fault);
    expect((fault as Fault).problem.code).toMatch(/^project\./);
    expect((fault as Fault).problem.message).not.toBe('');
    const { diagnostics = [] } = (fault as Fault).problem;
    const places = diagnostics.flatMap((found) => (found.location?.line === undefined ? [] : [found.location]));
    expect(places).toHaveLength(diagnostics.length);
    expect(inFileOrder(places)).toBe(true);
  });
});

/** Whether findings of one file follow each other, from top to bottom. */
function inFileOrder(places: readonly SourceLocation[]): boolean {
  const files = [...new Set(places.map(({ file }) => file))];
  const order = places.map(({ file, line = 0, column = 0 }) => [files.indexOf(file), line, column] as const);
  return order.every(([file, line, column], index) => {
    const [fileBefore, lineBefore, columnBefore] = order[index - 1] ?? [0, 0, 0];
    return file > fileBefore || (file === fileBefore && (line > lineBefore || (line === lineBefore && column >= columnBefore)));
  });
}

it('there are enough cases to speak of parity', () => {
  expect(accepted.length + refused.length).toBeGreaterThanOrEqual(650);
});
