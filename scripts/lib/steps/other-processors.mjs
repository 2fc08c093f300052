import { SetUpError } from '../report.mjs';
import { crossPackages } from '../static-program.mjs';
import { debianPackages } from './debian-packages.mjs';

/**
 * Installs compilers for the other processors that engines run on, and what runs such programs here. It never fails:
 * where they can't be had, the helpers for those processors are left out, and the tests that run them skipped.
 *
 * @param {(text: string) => void} log
 */
export async function otherProcessors(log) {
  try {
    return await debianPackages([...crossPackages, 'qemu-user'], log);
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    return `left out: ${error.message}`;
  }
}
