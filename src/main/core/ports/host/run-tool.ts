import { execFile } from 'node:child_process';
import { type Cancellable, withTimeout } from '../../base/abort.ts';
import { abortReason } from '../../base/abort-reason.ts';

const patienceMs = 5_000;

/** What a small program of the operating system printed; undefined when it is not there, failed or took too long. */
export function runTool(file: string, args: readonly string[], { signal }: Cancellable): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    execFile(file, [...args], { signal: withTimeout(signal, patienceMs), windowsHide: true }, (error, stdout) => {
      if (signal?.aborted) reject(abortReason(signal));
      else resolve(error && stdout === '' ? undefined : stdout);
    });
  });
}
