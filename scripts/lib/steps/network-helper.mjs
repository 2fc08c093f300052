import { staticProgram } from '../static-program.mjs';

/**
 * Builds the static program that tries names and ports inside a container's network, where it is older than its source.
 * A machine that can't build it is told so and goes on: networks are then shown, and cannot be tried.
 */
export function networkHelper() {
  return staticProgram('network-helper');
}
