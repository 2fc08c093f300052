import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { Engine } from '../../engine/engine.ts';

/** Where a helper container has its one program. */
export const helperProgram = '/volume-helper';

/**
 * Makes sure that the engine has the image of our helper containers and returns its reference. It comes from no
 * registry: it holds nothing but an empty `/v` and, where `program` is given (a static Linux executable for the
 * engine's processor), that program.
 */
export async function ensureHelperImage(engine: Engine, program: Buffer | undefined, { signal }: Cancellable = {}): Promise<string> {
  const tar = await imageTar(program);
  const reference = `slipway/volume-helper:${createHash('sha256').update(tar).digest('hex').slice(0, 12)}`;
  try {
    await engine.images.inspect(reference, { signal });
  } catch (error) {
    if (!(error instanceof Fault) || error.problem.code !== 'image.not-found') throw error;
    await engine.images.import(Readable.from([tar]), reference, { signal, changes: [`CMD ["${helperProgram}"]`] });
  }
  return reference;
}

async function imageTar(program: Buffer | undefined): Promise<Buffer> {
  // A fixed time, so that the same content has the same name.
  const mtime = new Date(0);
  const tar = pack();
  tar.entry({ name: 'v/', type: 'directory', mode: 0o755, mtime });
  if (program) tar.entry({ name: helperProgram.slice(1), mode: 0o755, mtime }, program);
  tar.finalize();
  return buffer(tar);
}
