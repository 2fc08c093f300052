import type { Readable } from 'node:stream';
import type { Cancellable } from '../../base/abort.ts';
import type { Engine } from '../../engine/engine.ts';
import { helperProgram } from './helper-image.ts';

/** How commands of the helper are told to a running container, and answered. */
export interface HelperLine {
  /** Runs a command on a directory of the container. */
  run(command: 'capture' | 'apply', directory: string, options: HelperInput): Promise<HelperRun>;
  /** Releases what the line holds on this machine; commands under way lose their input. */
  close(): Promise<void>;
}

export interface HelperInput extends Cancellable {
  /** Is piped to the command. */
  readonly input: Readable;
}

export interface HelperRun {
  readonly output: Readable;
  /** Rejects with `engine.lost` when the container or the engine went away, and when the call was aborted. */
  readonly exit: Promise<HelperExit>;
}

export interface HelperExit {
  readonly code: number;
  /** What it wrote to standard error, cut off where that is long. */
  readonly errors: string;
}

/** Bytes of a command's errors that are kept. */
export const maxErrorBytes = 4096;

/** The way that every engine has: commands are run beside the container's own, and their streams pass through the engine. */
export function execLine(engine: Engine, container: string): HelperLine {
  return {
    run: async (command, directory, { input, signal }) => {
      const spec = { command: [helperProgram, command, directory], user: '0', input };
      const { stdout, stderr, exit } = await engine.containers.execAttached(container, spec, { signal });
      let errors = '';
      stderr.on('data', (bytes: Buffer) => (errors = `${errors}${bytes.toString('utf8')}`.slice(0, maxErrorBytes)));
      const ended = exit.then((code) => ({ code, errors }));
      // Whoever reads the output hears of the failure there.
      ended.catch(() => undefined);
      return { output: stdout, exit: ended };
    },
    close: () => Promise.resolve(),
  };
}
