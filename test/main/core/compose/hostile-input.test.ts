import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeCases } from './case.ts';
import { findings, loadFiles } from './load-text.ts';

const texts = composeCases()
  .map((recorded) => recorded.recorded('compose.yaml'))
  .filter((text) => text !== undefined);

/** A recorded file with pieces cut out, put in, and repeated. */
const mutated = fc
  .tuple(
    fc.constantFrom(...texts),
    fc.array(
      fc.tuple(
        fc.nat(400),
        fc.nat(12),
        fc.oneof(
          fc.constantFrom('{', '}', '[', ']', ': ', '- ', '\n', '  ', '"', "'", '&a ', '*a', '!reset ', '!override ', '<<: '),
          fc.constantFrom('${', '${A:-', '}', '$', '|', '>', '#', '\t', '? ', '---\n', '!!int ', '%', '@', '\u0000', '\ud800'),
          fc.string({ maxLength: 8, unit: 'binary' }),
        ),
      ),
      { minLength: 1, maxLength: 6 },
    ),
  )
  .map(([text, edits]) =>
    edits.reduce((before, [at, cut, put]) => {
      const from = before.length === 0 ? 0 : at % before.length;
      return before.slice(0, from) + put + before.slice(from + cut);
    }, text),
  );

describe('whatever the bytes, loading ends with a project or with findings', () => {
  it('for mutated Compose files', async () => {
    await fc.assert(
      fc.asyncProperty(mutated, async (text) => {
        const outcome = await loadFiles({ 'compose.yaml': text });
        if ('problem' in outcome) expect(outcome.problem.code).toMatch(/^project\./);
        else expect(outcome.loaded.project.name).not.toBe('');
      }),
      { numRuns: 300 },
    );
  });

  it('for random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const outcome = await loadFiles({ 'compose.yaml': bytes });
        if ('problem' in outcome) expect(outcome.problem.code).toMatch(/^project\./);
      }),
      { numRuns: 200 },
    );
  });

  it('for random env files', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 120 }), async (text) => {
        const outcome = await loadFiles({
          'compose.yaml': 'services: {a: {image: x, env_file: a.env}}\n',
          'a.env': text,
        });
        if ('problem' in outcome) expect(outcome.problem.code).toMatch(/^project\./);
      }),
      { numRuns: 200 },
    );
  });
});

describe('files that are made to exhaust a machine are refused in time', () => {
  const bomb = (levels: number): string => {
    const lines = ['x-0: &l0 [a, a, a, a, a, a, a, a, a]'];
    for (let level = 1; level < levels; level += 1) {
      lines.push(`x-${level}: &l${level} [${Array.from({ length: 9 }, () => `*l${level - 1}`).join(', ')}]`);
    }
    return `${lines.join('\n')}\nservices: {a: {image: x}}\n`;
  };
  const big = 10 * 2 ** 20;

  it.each([
    ['aliases that multiply', bomb(12), 'expand'],
    ['deep brackets', `x-a: ${'['.repeat(100_000)}`, 'deep'],
    ['deep closed brackets', `x-a: ${'['.repeat(5_000)}${']'.repeat(5_000)}`, 'deep'],
    ['deep indentation', Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'), 'deep'],
    ['deep variables', `services: {a: {image: "${'${A:-'.repeat(20_000)}x${'}'.repeat(20_000)}"}}`, 'deep'],
    ['many unclosed variables', `services: {a: {image: "${'${A:-'.repeat(100_000)}"}}`, 'malformed'],
    ['10 MB of one letter', 'a'.repeat(big), 'mapping'],
    ['10 MB of opening braces', '{'.repeat(big), 'deep'],
    ['10 MB of line breaks and a list', `${'\n'.repeat(big)}- a`, 'mapping'],
    ['10 MB of quotes', '"'.repeat(big), ''],
  ])('%s', { timeout: 60_000 }, async (_title, text, words) => {
    const found = findings(await loadFiles({ 'compose.yaml': text }));
    expect(found.length).toBeGreaterThan(0);
    expect(found.join('\n')).toContain(words);
  });

  it('a valid file of 10 MB loads', { timeout: 120_000 }, async () => {
    const filler = `# ${'x'.repeat(1000)}\n`.repeat(10_000);
    const outcome = await loadFiles({ 'compose.yaml': `${filler}services: {a: {image: x}}\n` });
    expect('loaded' in outcome && Object.keys(outcome.loaded.project.services)).toEqual(['a']);
  });
});

describe('names that mean something to JavaScript are names like any other', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s', async (name) => {
    const outcome = await loadFiles({
      'compose.yaml': `services:\n  ${name}:\n    image: x\n    environment:\n      ${name}: value\n    labels: ["${name}=label"]\n`,
    });
    const service = 'loaded' in outcome ? Object.entries(outcome.loaded.project.services) : [];
    expect(service.map(([key]) => key)).toEqual([name]);
    expect(Object.entries(service[0]?.[1].environment ?? {})).toEqual([[name, 'value']]);
    expect(Object.entries(service[0]?.[1].labels ?? {})).toEqual([[name, 'label']]);
  });
});

it('a cancelled load rejects with the reason', async () => {
  const controller = new AbortController();
  controller.abort();
  await expect(loadFiles({ 'compose.yaml': 'services: {}' }, { signal: controller.signal })).rejects.toThrow(/abort/i);
});

it('there is a corpus to mutate', () => {
  expect(texts.length).toBeGreaterThan(200);
});
