import { foreignZstd } from '../foreign-zstd.mjs';
import { programPath, staticProgram } from '../static-program.mjs';

/** What building it for this machine's processor needs. */
export const helperPackages = ['gcc', 'libc6-dev', 'libzstd-dev'];

const name = 'volume-helper';

/** Where the helper for an engine's processor lies, by the Engine API's names (`amd64`, `arm64`). @param {string} architecture */
export const helperPath = (architecture) => programPath(name, architecture);

/**
 * Builds the static program that reads volumes inside the engine, where it is older than its sources. Snapshots work
 * without it, only slower, by the engine's archive endpoint: so a machine that can't build it is told so and goes on.
 *
 * @param {(text: string) => void} [log]
 */
export function volumeHelper(log = () => undefined) {
  return staticProgram(name, {
    libraries: ['-lzstd', '-lm', '-lpthread'],
    crossOptions: (architecture) => foreignZstd(architecture, log),
  });
}
