import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Cancellable } from '../../base/abort.ts';
import { abortReason } from '../../base/abort-reason.ts';
import { Fault } from '../../base/fault.ts';

/** Runs one of the system's network tools and returns its output. */
export type RunTool = (program: string, args: readonly string[], options?: Cancellable) => Promise<string>;

/** The tools lie in `sbin`, which a desktop session's PATH often lacks. */
const systemFolders = '/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin';

export function systemPath(environment: Readonly<Record<string, string | undefined>>): string {
  return [environment['PATH'], systemFolders].filter(Boolean).join(':');
}

/** Raises `engine.unreachable`: these tools are only run to bring the app's own engine up or to clear up after it. */
export function toolRunner(path: string): RunTool {
  return async (program, args, { signal } = {}) => {
    try {
      const { stdout } = await promisify(execFile)(program, args, { env: { PATH: path, LC_ALL: 'C' }, ...(signal && { signal }) });
      return stdout;
    } catch (error) {
      if (signal?.aborted) throw abortReason(signal);
      const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
      throw new Fault(
        {
          code: 'engine.unreachable',
          message: `Slipway's own engine needs "${program} ${args.join(' ')}", which failed.`,
          hint: 'Slipway\'s own engine needs root and the packages iproute2 and iptables.',
          detail: said || String(error),
        },
        { cause: error },
      );
    }
  };
}
