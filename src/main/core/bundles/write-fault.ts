import { isNoSpace } from '../base/errno.ts';
import { Fault, isAbort } from '../base/fault.ts';

/** What to raise for a failure while files were written to `place`: Faults and aborts as they are. */
export function writeFault(error: unknown, place: string): unknown {
  if (error instanceof Fault || isAbort(error) || !(error instanceof Error) || !('code' in error)) return error;
  if (isNoSpace(error)) {
    return new Fault(
      { code: 'storage.no-space', message: `There is no room left for ${place}.`, hint: 'Free some space, or choose another disk.', detail: error.message },
      { cause: error },
    );
  }
  return new Fault(
    { code: 'storage.failed', message: `${place} could not be written.`, hint: 'Check that the folder is there and that you may write to it.', detail: error.message },
    { cause: error },
  );
}
