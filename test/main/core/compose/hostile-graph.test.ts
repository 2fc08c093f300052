import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeCases } from './case.ts';
import { loadFiles, type Files, type Outcome } from './load-text.ts';

const names = ['a', 'b', 'c', 'd'] as const;
const name = fc.constantFrom(...names);
const file = name.map((one) => `${one}.yaml`);

/** A file that includes others and whose services extend and need each other, in circles as often as not. */
const knotted = fc
  .record({
    include: fc.array(file, { maxLength: 2 }),
    services: fc.dictionary(
      name,
      fc.record({
        extends: fc.option(fc.oneof(name, fc.record({ service: name, file })), { nil: undefined }),
        depends_on: fc.array(name, { maxLength: 2 }),
        links: fc.array(name, { maxLength: 1 }),
        network_mode: fc.option(name.map((one) => `service:${one}`), { nil: undefined }),
        volumes_from: fc.array(name, { maxLength: 1 }),
        image: fc.constant('x'),
      }),
      { minKeys: 1, maxKeys: 3 },
    ),
  })
  .map((content) => JSON.stringify(content));

/** Ends with a project, or with findings that say where. */
function expectEnd(outcome: Outcome): void {
  if ('loaded' in outcome) return;
  expect(outcome.problem.code).toMatch(/^project\./);
  for (const { location } of outcome.problem.diagnostics ?? []) expect(location?.line).toBeGreaterThan(0);
}

describe('whatever refers to whatever, loading ends', () => {
  it('for files that include and extend each other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(knotted, knotted, knotted, knotted), async (contents) => {
        const files: Files = Object.fromEntries(names.map((one, index) => [`${one}.yaml`, contents[index] ?? '']));
        expectEnd(await loadFiles(files, { files: ['a.yaml'] }));
      }),
      { numRuns: 150 },
    );
  });

  it('for recorded files laid on each other', async () => {
    const texts = composeCases().flatMap((recorded) => recorded.recorded('compose.yaml') ?? []);
    const text = fc.constantFrom(...texts);
    await fc.assert(
      fc.asyncProperty(text, text, async (under, over) => {
        expectEnd(await loadFiles({ 'a.yaml': under, 'b.yaml': over }, { files: ['a.yaml', 'b.yaml'] }));
      }),
      { numRuns: 200 },
    );
  });

  it('for texts full of variables', async () => {
    const piece = fc.constantFrom('$', '${', '}', 'A', ':-', ':?', '+', '$$', '${A:-', '${B?', '"', "'", ' ', '\\', '{', '-');
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const text = JSON.stringify(pieces.join(''));
        expectEnd(await loadFiles({ 'compose.yaml': `services: {a: {image: x, hostname: ${text}, scale: ${text}}}\n` }));
      }),
      { numRuns: 300 },
    );
  });
});

describe('paths that climb lead where they say, and nowhere else', () => {
  it.each([
    ['an include', 'include: [../../../../../../../nowhere/compose.yaml]\nservices: {a: {image: x}}\n'],
    ['an extended file', 'services: {a: {extends: {file: ../../../../../../nowhere/b.yaml, service: b}}}\n'],
    ['an env file', 'services: {a: {image: x, env_file: ../../../../../../nowhere/a.env}}\n'],
    ['a label file', 'services: {a: {image: x, label_file: ../../../../../../nowhere/a.txt}}\n'],
    ['a directory', 'include: [..]\nservices: {a: {image: x}}\n'],
    ['a device', 'services: {a: {image: x, env_file: /dev/full/a}}\n'],
  ])('%s', async (_title, text) => {
    const outcome = await loadFiles({ 'compose.yaml': text });
    expect('problem' in outcome && outcome.problem.code).toMatch(/^project\./);
  });
});

describe('merge keys and aliases within bounds', () => {
  it('a chain of merge keys stays as small as it is written', async () => {
    const chain = Array.from({ length: 300 }, (_, level) => `x-${level}: &m${level}\n  ${level > 0 ? `<<: *m${level - 1}\n  ` : ''}K${level}: v\n`);
    const outcome = await loadFiles({ 'compose.yaml': `${chain.join('')}services: {a: {image: x, labels: *m299}}\n` });
    expect('loaded' in outcome && Object.keys(outcome.loaded.project.services['a']?.labels ?? {})).toHaveLength(300);
  });

  it('a bomb of merge keys is refused', async () => {
    const levels = Array.from({ length: 40 }, (_, level) => `x-${level}: &m${level}\n  a: ${level > 0 ? `{<<: [*m${level - 1}, *m${level - 1}], b: *m${level - 1}, c: *m${level - 1}}` : '{k: v}'}\n`);
    const outcome = await loadFiles({ 'compose.yaml': `${levels.join('')}services: {a: {image: x}}\n` });
    expect('problem' in outcome && outcome.problem.message).toContain('expand');
  });
});
