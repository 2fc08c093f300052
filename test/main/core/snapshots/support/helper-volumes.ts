import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import path from 'node:path';
import type { VolumeSession } from '../../../../../src/main/core/snapshots/transport.ts';
import { DirectoryVolumes } from './directory-volumes.ts';

/** "Volumes" that are directories of this machine, read and written by the volume helper, started as `command`. */
export class HelperVolumes extends DirectoryVolumes {
  readonly #command: readonly string[];

  constructor(directory: string, command: readonly string[]) {
    super(directory);
    this.#command = command;
  }

  override async open(): Promise<VolumeSession> {
    const at = (volume: string): string => path.join(this.directory, volume);
    return {
      ...(await super.open()),
      format: 'packed',
      read: (volume, { known } = {}) => Readable.from(oneOf(capture(this.#command, at(volume), known))),
      apply: async (volume, instructions) => {
        await run(this.#command, ['apply', at(volume)], instructions);
      },
    };
  }
}

/** The records of everything below a directory. `known` is what they may leave out (src/volume-helper/WIRE.md). */
export function capture(command: readonly string[], directory: string, known: Buffer = Buffer.alloc(16)): Promise<Buffer> {
  return run(command, ['capture', directory], [known]);
}

async function run([program = '', ...before]: readonly string[], args: readonly string[], input: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<Buffer> {
  const child = spawn(program, [...before, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  const [output, code] = await Promise.all([buffer(child.stdout), ended, pipeline(Readable.from(input, { objectMode: false }), child.stdin)]);
  if (code !== 0) throw new Error(`the volume helper ended with ${code}`);
  return output;
}

async function* oneOf(bytes: Promise<Buffer>): AsyncGenerator<Buffer> {
  yield await bytes;
}
