import { remembered } from './cache.mjs';

/**
 * Whether a web server answers at all, whatever it answers. A bounded try; its answer is remembered for the given time.
 *
 * @param {string} name
 * @param {string} url
 * @param {number} rememberMs
 */
export async function reachable(name, url, rememberMs) {
  const answer = await remembered(name, rememberMs, async () => {
    try {
      await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(4_000) });
      return 'yes';
    } catch {
      return 'no';
    }
  });
  return answer === 'yes';
}
