import { createMemoryEngine } from '../../../../../src/main/core/engine/memory/create-memory-engine.ts';
import { engineContract } from '../contract/engine-contract.ts';
import { all } from '../contract/support.ts';

engineContract('memory engine', async () => {
  const { engine, world } = createMemoryEngine();
  const registry = 'registry.test';
  const image = 'slipway-test/contract:1';
  const pullable = `${registry}/contract/layers:1`;
  const foreign = `${registry}/contract/foreign:1`;
  world.registry.publish(image);
  await all(engine.images.pull(image));
  const pullableDigest = world.registry.publish(pullable, { layers: [40_000, 90_000] });
  world.registry.publish(foreign, { platform: { os: 'linux', architecture: 's390x' } });
  world.registry.unreachable.add('nobody.test');
  let port = 20_000;
  return {
    engine,
    image,
    pullable,
    pullableDigest,
    foreign,
    absent: `${registry}/contract/absent:1`,
    unreachable: 'nobody.test/none:1',
    occupyPort: () => {
      port += 1;
      world.occupiedPorts.add(`tcp/${String(port)}`);
      return Promise.resolve(port);
    },
    stop: () => engine.close(),
  };
});
