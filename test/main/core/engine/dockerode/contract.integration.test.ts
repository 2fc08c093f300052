import { createServer, type AddressInfo, type Server } from 'node:net';
import { inject } from 'vitest';
import { silentLogger } from '../../../../../src/main/core/base/logger.ts';
import { connectDockerode } from '../../../../../src/main/core/engine/dockerode/connect-dockerode.ts';
import { importBusybox, pushImage, removeImage } from '../../../../support/images.ts';
import { engineRequest } from '../../../../support/engine-http.ts';
import { engineContract } from '../contract/engine-contract.ts';
import { makeTar } from '../contract/support.ts';

engineContract('dockerode engine', async () => {
  const socket = inject('engineSocket');
  const registry = inject('registryAddress');
  const image = 'slipway-test/contract:1';
  const pullable = `${registry}/contract/layers:1`;
  const foreign = `${registry}/contract/foreign:1`;
  await importBusybox(socket, image);
  await buildTwoLayers(socket, pullable);
  const pullableDigest = await pushImage(socket, pullable);
  await buildForeign(socket, foreign);
  await pushImage(socket, foreign);
  for (const reference of [pullable, foreign]) await removeImage(socket, reference);
  const engine = await connectDockerode({ address: `unix://${socket}`, origin: 'test' }, { logger: silentLogger });
  const servers: Server[] = [];
  return {
    engine,
    image,
    pullable,
    pullableDigest,
    foreign,
    unreachable: '127.0.0.1:1/none:1',
    absent: `${registry}/contract/absent:1`,
    occupyPort: async () => {
      const server = createServer();
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return (server.address() as AddressInfo).port;
    },
    stop: async () => {
      await engine.close();
      for (const server of servers) server.close();
    },
  };
});

/** Two layers of random bytes, so that their transfer can be seen. */
async function buildTwoLayers(socket: string, reference: string): Promise<void> {
  const content = (): string => Array.from({ length: 200_000 }, () => Math.random().toString(36)).join('');
  const context = await makeTar([
    { name: 'Dockerfile', content: 'FROM scratch\nCOPY one /one\nCOPY two /two\n' },
    { name: 'one', content: content() },
    { name: 'two', content: content() },
  ]);
  await engineRequest(socket, 'POST', `/build?t=${encodeURIComponent(reference)}`, { body: context });
}

/** An image for a processor that no test machine has. */
async function buildForeign(socket: string, reference: string): Promise<void> {
  const context = await makeTar([{ name: 'Dockerfile', content: 'FROM scratch\nCOPY Dockerfile /file\n' }]);
  await engineRequest(socket, 'POST', `/build?platform=linux%2Fs390x&t=${encodeURIComponent(reference)}`, { body: context });
}
