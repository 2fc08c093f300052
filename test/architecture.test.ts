import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

/**
 * Layers, most specific folder first, and the layers that each may import besides itself.
 * Siblings in one layer name each other only where it says so.
 */
const layers: Record<string, readonly string[]> = {
  'src/shared': [],
  'src/main/core/base': ['src/shared'],
  'src/main/core/compose': ['src/shared', 'src/main/core/base'],
  'src/main/core/engine': ['src/shared', 'src/main/core/base'],
  ...Object.fromEntries(
    ['registry', 'stacks', 'snapshots', 'ports', 'bundles', 'capture', 'checks'].map((name) => [
      `src/main/core/${name}`,
      ['src/shared', 'src/main/core/base', 'src/main/core/compose', 'src/main/core/engine'],
    ]),
  ),
  'src/main/core/jobs': ['src/shared', 'src/main/core/base'],
  'src/main/core/environments': ['src/shared', ...below()],
  'src/main/core/operations': ['src/shared', ...below(), 'src/main/core/jobs', 'src/main/core/environments'],
  'src/main/core': ['src/shared', ...below(), 'src/main/core/jobs', 'src/main/core/environments', 'src/main/core/operations'],
  'src/main/api': ['src/shared', 'src/main/core', ...below(), 'src/main/core/jobs', 'src/main/core/environments', 'src/main/core/operations'],
  'src/main/shell': ['src/shared', 'src/main/core', 'src/main/api', ...below(), 'src/main/core/environments', 'src/main/core/jobs', 'src/main/core/operations'],
  'src/main': ['src/shared', 'src/main/core', 'src/main/api', 'src/main/shell', ...below(), 'src/main/core/environments'],
  'src/cli': ['src/shared', 'src/main/core', ...below(), 'src/main/core/environments', 'src/main/core/jobs', 'src/main/core/operations'],
  'src/preload': ['src/shared'],
  'src/renderer': ['src/shared'],
};

/** Packages and Node modules that only one place may name. */
const confined: readonly { readonly module: RegExp; readonly within: readonly string[] }[] = [
  { module: /^electron$/, within: ['src/main/shell', 'src/main/index.ts', 'src/preload'] },
  { module: /^electron-store$/, within: ['src/main/shell', 'src/main/index.ts'] },
  { module: /^dockerode$/, within: ['src/main/core/engine/dockerode'] },
  { module: /^react|^@mantine|^@tanstack|^wouter|^@xyflow|^@xterm/, within: ['src/renderer'] },
];

function below(): string[] {
  return ['base', 'compose', 'engine', 'registry', 'stacks', 'snapshots', 'ports', 'bundles', 'capture', 'checks'].map((name) => `src/main/core/${name}`);
}

interface SourceFile {
  readonly name: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const sources: readonly SourceFile[] = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => {
    const text = readFileSync(path.join(root, 'src', name), 'utf8');
    const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
    return { name: path.posix.join('src', name.split(path.sep).join('/')), text, imports };
  });

function layerOf(file: string): string {
  const layer = Object.keys(layers)
    .filter((folder) => file.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0];
  if (!layer) throw new Error(`${file} lies in no layer of the architecture`);
  return layer;
}

function isWithin(file: string, places: readonly string[]): boolean {
  return places.some((place) => file === place || file.startsWith(`${place}/`));
}

describe('architecture', () => {
  it('has sources to look at', () => {
    expect(sources.length).toBeGreaterThan(20);
  });

  it('lets imports go one way, between layers', () => {
    const wrong = sources.flatMap(({ name, imports }) =>
      imports
        .filter((target) => target.startsWith('.'))
        .map((target) => path.posix.join(path.posix.dirname(name), target))
        .filter((target) => target.startsWith('src/'))
        .filter((target) => {
          const [from, to] = [layerOf(name), layerOf(target)];
          return from !== to && !layers[from]?.includes(to);
        })
        .map((target) => `${name} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps packages where they belong', () => {
    const wrong = sources.flatMap(({ name, imports }) =>
      imports.flatMap((target) =>
        confined
          .filter(({ module, within }) => module.test(target) && !isWithin(name, within))
          .map(() => `${name} imports ${target}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps Node out of what the window sees', () => {
    const wrong = sources
      .filter(({ name }) => isWithin(name, ['src/shared', 'src/renderer']))
      .flatMap(({ name, imports }) => imports.filter((target) => target.startsWith('node:')).map((target) => `${name} imports ${target}`));
    expect(wrong).toEqual([]);
  });

  it('reads process.env in composition roots only', () => {
    const roots = ['src/main/index.ts', 'src/main/core/open-local.ts', 'src/cli/slipway.ts'];
    const wrong = sources.filter(({ name, text }) => !roots.includes(name) && /\bprocess\.env\b/.test(withoutComments(text)));
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('has no barrels', () => {
    const wrong = sources.filter(({ text }) => /^export \* from/m.test(text));
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
}
