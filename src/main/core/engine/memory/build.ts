import type { Readable } from 'node:stream';
import type { BuildOptions, BuildOutput } from '../images.ts';
import { rejected } from './faults.ts';
import { FileTree, normalPath } from './file-tree.ts';
import { findImage } from './images.ts';
import { applyChanges, digestOf, emptyConfig, type MemoryImage } from './memory-image.ts';
import { runProgram } from './programs.ts';
import { unpackFiles } from './tar-files.ts';
import type { World } from './world.ts';

/** Builds from a Dockerfile of one stage; `RUN` runs programs of the memory engine and changes no file. */
export async function* buildImage(
  world: World,
  context: Readable,
  options: BuildOptions,
): AsyncGenerator<BuildOutput, MemoryImage> {
  const sent = new FileTree(await unpackFiles(context));
  const dockerfile = sent.get(normalPath(options.dockerfile ?? 'Dockerfile'))?.content.toString();
  if (dockerfile === undefined) throw rejected('build the image', 'the context has no Dockerfile.');
  const lines = dockerfile.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  let base: Pick<MemoryImage, 'config' | 'labels'> = { config: emptyConfig, labels: {} };
  let files = new FileTree();
  for (const [index, line] of lines.entries()) {
    options.signal?.throwIfAborted();
    yield { text: `Step ${String(index + 1)}/${String(lines.length)} : ${line}\n` };
    const [instruction = '', ...args] = line.split(/\s+/);
    switch (instruction.toUpperCase()) {
      case 'FROM':
        if (args[0] !== 'scratch') {
          const parent = findImage(world, args[0] ?? '');
          base = parent;
          files = parent.files.copy();
        }
        break;
      case 'ARG':
        break;
      case 'COPY':
      case 'ADD':
        copy(sent, files, args[0] ?? '', args[1] ?? '');
        break;
      case 'RUN':
        await runStep(world, line, args.join(' '));
        break;
      default:
        base = applyChanges(base, [line]);
    }
  }
  const id = digestOf({ dockerfile, sent: [...sent.entries()].map(([path, { content }]) => [path, content.toString('base64')]), args: options.args });
  return {
    id,
    platform: options.platform ?? world.platform,
    labels: { ...base.labels, ...options.labels },
    config: base.config,
    layers: [{ digest: digestOf({ layer: id }), bytes: files.bytes }],
    files,
    createdAt: world.clock.now(),
    tags: new Set(),
    digests: new Set(),
  };
}

function copy(from: FileTree, to: FileTree, source: string, target: string): void {
  const base = normalPath(source);
  if (!from.get(base)) throw rejected('build the image', `${source} is not in the build context.`);
  const place = normalPath(target.endsWith('/') ? `${target}${base.slice(base.lastIndexOf('/') + 1)}` : target);
  for (const [path, node] of from.entries(base)) to.set(normalPath(`${place}/${path.slice(base.length)}`), node);
}

async function runStep(world: World, line: string, script: string): Promise<void> {
  const signal = new AbortController().signal;
  const silent = { out: () => undefined, err: () => undefined, readFile: () => undefined };
  const input = (async function* (): AsyncGenerator<Buffer> {})();
  const code = await runProgram(['sh', '-c', script], world.programs, { environment: {}, input, signal, ...silent });
  if (code !== 0) throw rejected('build the image', `the step "${line}" ended with code ${String(code)}.`);
}
