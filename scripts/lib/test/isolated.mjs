import { run } from '../run.mjs';

/**
 * A command to put before one that starts Docker engines: it runs that in a network namespace of its own, where only
 * the loopback device exists. So the engines' bridges and firewall rules never meet those of an engine that this
 * machine runs, no port is taken, and all of it is gone with the last process. Empty where that cannot be had.
 *
 * @returns {Promise<readonly string[]>}
 */
export async function isolated() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return [];
  const prefix = ['unshare', '--net', '--', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
  const [command = '', ...args] = prefix;
  return run(command, [...args, 'true']).then(
    () => prefix,
    () => [],
  );
}
