import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import type { Cancellable } from '../base/abort.ts';
import { Fault } from '../base/fault.ts';
import type { Engine } from './engine.ts';

/** An image of ours that comes from no registry: it holds one program and nothing else but empty directories. */
export interface HelperImage {
  readonly repository: string;
  /** Where the program lies in the image; the image's command. */
  readonly program: string;
  /** A static Linux executable for the engine's processor. Left out: an image only to mount volumes in. */
  readonly executable?: Buffer | undefined;
  readonly directories?: readonly string[];
}

/**
 * Makes sure that the engine has the image and returns its reference, whose tag is made of the content: another
 * version of the program is another image.
 */
export async function ensureHelperImage(engine: Engine, image: HelperImage, { signal }: Cancellable = {}): Promise<string> {
  const tar = await imageTar(image);
  const reference = `${image.repository}:${createHash('sha256').update(tar).digest('hex').slice(0, 12)}`;
  try {
    await engine.images.inspect(reference, { signal });
  } catch (error) {
    if (!(error instanceof Fault) || error.problem.code !== 'image.not-found') throw error;
    await engine.images.import(Readable.from([tar]), reference, { signal, changes: [`CMD ["${image.program}"]`] });
  }
  return reference;
}

async function imageTar({ program, executable, directories = [] }: HelperImage): Promise<Buffer> {
  // A fixed time, so that the same content has the same name.
  const mtime = new Date(0);
  const tar = pack();
  for (const directory of directories) tar.entry({ name: `${directory}/`, type: 'directory', mode: 0o755, mtime });
  if (executable) tar.entry({ name: program.slice(1), mode: 0o755, mtime }, executable);
  tar.finalize();
  return buffer(tar);
}
