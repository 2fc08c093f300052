import type { Logger } from '../../base/logger.ts';
import { connectDockerode } from '../dockerode/connect-dockerode.ts';

const patienceMs = 5_000;

/** Ids of an engine's bridge networks; none when it doesn't answer any more, for then there's nobody to ask. */
export async function networkIds(socket: string, logger: Logger): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(patienceMs);
  try {
    const engine = await connectDockerode({ address: `unix://${socket}`, origin: 'Slipway\'s own engine' }, { signal, logger });
    try {
      const networks = await engine.networks.list({ signal });
      return networks.filter(({ driver }) => driver === 'bridge').map(({ id }) => id);
    } finally {
      await engine.close();
    }
  } catch (error) {
    logger.warn('the networks of the private engine are not known', { error: String(error) });
    return [];
  }
}
