import { isNoSpace } from '../../base/errno.ts';
import { Fault } from '../../base/fault.ts';

/** Turns what the file system raised about a store into a Fault a person understands; other errors stay as they are. */
export function storageFault(error: unknown, directory: string): unknown {
  if (!(error instanceof Error) || error instanceof Fault || !('code' in error)) return error;
  if (isNoSpace(error)) {
    return new Fault(
      {
        code: 'snapshot.no-space',
        message: `There is no space left for snapshots in ${directory}.`,
        hint: 'Remove old snapshots and prune, or free space on that disk. Snapshots taken before are not affected.',
        detail: error.message,
      },
      { cause: error },
    );
  }
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'EIO':
    case 'EMFILE':
      return new Fault(
        {
          code: 'storage.failed',
          message: `The snapshot store ${directory} can't be used.`,
          hint: 'Check that the folder belongs to you, is writable and that its disk works.',
          detail: error.message,
        },
        { cause: error },
      );
    default:
      return error;
  }
}
