import { remembered } from './cache.mjs';

const hour = 3_600_000;

/**
 * Whether a web server answers at all, whatever it answers. A bounded try; a "no" is remembered for the given time.
 *
 * @param {string} name
 * @param {string} url
 * @param {number} [rememberMs]
 */
export async function reachable(name, url, rememberMs = hour) {
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
