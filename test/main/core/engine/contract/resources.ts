import { describe, expect, test } from 'vitest';
import type { EngineUnderTest } from './engine-under-test.ts';
import { expectProblem, unique } from './support.ts';

export function resourcesContract(given: () => EngineUnderTest): void {
  describe('volumes', () => {
    test('are created once, listed by label, inspected and removed', async () => {
      const { volumes } = given().engine;
      const name = unique('vol');
      const made = await volumes.create({ name, labels: { 'test.volume': name } });
      expect(made).toMatchObject({ name, driver: 'local', labels: { 'test.volume': name } });
      expect((await volumes.create({ name, labels: { changed: 'yes' } })).labels).toEqual({ 'test.volume': name });
      expect((await volumes.list({ labels: [`test.volume=${name}`] })).map((volume) => volume.name)).toEqual([name]);
      expect(await volumes.list({ labels: ['test.volume=none'] })).toEqual([]);
      expect((await volumes.inspect(name)).createdAt?.getTime()).toBeGreaterThan(0);
      await volumes.remove(name);
      await volumes.remove(name);
      await expectProblem(volumes.inspect(name), 'volume.not-found');
    });

    test('stay while a container holds them, and name it', async () => {
      const { engine, image } = given();
      const [volume, holder] = [unique('held'), unique('holder')];
      const id = await engine.containers.create({ name: holder, Image: image, HostConfig: { Binds: [`${volume}:/v`] } });
      const problem = await expectProblem(engine.volumes.remove(volume), 'volume.in-use');
      expect(problem.data).toMatchObject({ containers: [holder] });
      expect(problem.message).toContain(holder);
      await engine.containers.remove(id);
      await engine.volumes.remove(volume);
    });
  });

  describe('networks', () => {
    test('are created, listed by label, inspected and removed', async () => {
      const { networks } = given().engine;
      const name = unique('net');
      const id = await networks.create({
        name,
        internal: true,
        labels: { 'test.network': name },
        ipam: { config: [{ subnet: '10.231.7.0/24', gateway: '10.231.7.1' }] },
      });
      const expected = { id, name, driver: 'bridge', internal: true, subnets: ['10.231.7.0/24'], labels: { 'test.network': name } };
      expect(await networks.inspect(name)).toMatchObject(expected);
      expect(await networks.list({ labels: ['test.network'] })).toContainEqual(expect.objectContaining(expected));
      await expectProblem(networks.create({ name: unique('overlap'), ipam: { config: [{ subnet: '10.231.7.0/25' }] } }), 'network.conflict');
      await expectProblem(networks.create({ name }), 'network.conflict');
      await networks.remove(id);
      await networks.remove(id);
      await expectProblem(networks.inspect(name), 'engine.not-found');
    });

    test('connect and disconnect a running container, and stay while it is attached', async () => {
      const { engine, image } = given();
      const network = unique('later');
      await engine.networks.create({ name: network });
      const id = await engine.containers.create({ name: unique('guest'), Image: image });
      await engine.containers.start(id);
      await engine.networks.connect(network, id, { Aliases: ['guest-alias'] });
      expect((await engine.containers.inspect(id)).networks[network]?.aliases).toContain('guest-alias');
      await expectProblem(engine.networks.remove(network), 'network.conflict');
      await engine.networks.disconnect(network, id);
      expect((await engine.containers.inspect(id)).networks[network]).toBeUndefined();
      await engine.networks.remove(network);
      await engine.containers.remove(id, { force: true });
    });
  });

  describe('the engine', () => {
    test('tells about itself and its disk', async () => {
      const { engine } = given();
      const info = await engine.info();
      expect(info.id).not.toBe('');
      expect(info.apiVersion).toMatch(/^1\.\d+$/);
      expect(info.platform).toMatchObject({ os: 'linux', architecture: expect.stringMatching(/^(amd64|arm64)$/) as string });
      expect(info.cpus).toBeGreaterThan(0);
      expect(info.memoryBytes).toBeGreaterThan(1e6);
      expect((await engine.diskUsage()).imagesBytes).toBeGreaterThan(0);
    });
  });
}
