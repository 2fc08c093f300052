import { afterEach, describe, expect, test } from 'vitest';
import type { ContainerSpec } from '../../../../../src/main/core/engine/containers.ts';
import type { EngineUnderTest } from './engine-under-test.ts';
import { expectProblem, unique } from './support.ts';

export function containersContract(given: () => EngineUnderTest): void {
  describe('containers', () => {
    const made: string[] = [];
    const create = async (spec: Partial<ContainerSpec> = {}): Promise<string> => {
      const { engine, image } = given();
      const id = await engine.containers.create({ name: unique('box'), Image: image, ...spec });
      made.push(id);
      return id;
    };
    const start = async (spec: Partial<ContainerSpec> = {}): Promise<string> => {
      const id = await create(spec);
      await given().engine.containers.start(id);
      return id;
    };
    afterEach(async () => {
      const { containers } = given().engine;
      await Promise.all(made.splice(0).map((id) => containers.remove(id, { force: true, volumes: true })));
    });

    test('are created, started, stopped and removed, each step twice without harm', async () => {
      const { containers } = given().engine;
      const name = unique('cycle');
      const id = await create({ name, Labels: { 'test.cycle': name } });
      expect(await containers.inspect(id)).toMatchObject({ id, name, state: 'created', labels: { 'test.cycle': name } });
      await containers.start(id);
      await containers.start(id);
      expect(await containers.inspect(name)).toMatchObject({ id, state: 'running', health: 'none' });
      await containers.stop(id, { graceSeconds: 5 });
      await containers.stop(id, { graceSeconds: 5 });
      const stopped = await containers.inspect(id);
      expect(stopped).toMatchObject({ state: 'exited', pid: 0 });
      expect(stopped.finishedAt?.getTime()).toBeGreaterThanOrEqual(stopped.startedAt?.getTime() ?? Infinity);
      await containers.remove(id);
      await containers.remove(id);
      await expectProblem(containers.inspect(id), 'engine.not-found');
    });

    test('are not left by a creation that was cancelled, however far it was', async () => {
      const { engine, image } = given();
      const value = unique('cancelled');
      const rejected: unknown[] = [];
      for (let wait = 0; wait < 12; wait++) {
        const abort = new AbortController();
        setTimeout(() => abort.abort(), wait);
        const making = engine.containers.create({ name: unique('never'), Image: image, Labels: { 'test.cancelled': value } }, { signal: abort.signal });
        const id = await making.catch((error: unknown) => void rejected.push(error));
        if (id !== undefined) made.push(id);
        expect((await engine.containers.list({ labels: [`test.cancelled=${value}`] })).map((container) => container.id)).toEqual(id === undefined ? [] : [id]);
        if (id !== undefined) await engine.containers.remove(id);
      }
      for (const error of rejected) expect(error).toMatchObject({ name: 'AbortError' });
    });

    test('are listed by label, stopped ones too', async () => {
      const { containers } = given().engine;
      const value = unique('v');
      const [running, stopped] = [await start({ Labels: { 'test.list': value } }), await create({ Labels: { 'test.list': value } })];
      await create({ Labels: { 'test.list': 'other' } });
      const listed = await containers.list({ labels: [`test.list=${value}`] });
      expect(new Set(listed.map(({ id }) => id))).toEqual(new Set([running, stopped]));
      expect(listed.find(({ id }) => id === running)).toMatchObject({ state: 'running', image: given().image });
      expect((await containers.list({ labels: ['test.list', `test.list=${unique('none')}`] })).length).toBe(0);
    });

    test('do not change the specification that they are made from', async () => {
      const spec = Object.freeze({
        name: unique('frozen'),
        Image: given().image,
        Labels: Object.freeze({ a: 'b' }),
        HostConfig: Object.freeze({ Memory: 64 * 1024 * 1024 }),
        platform: Object.freeze((await given().engine.images.inspect(given().image)).platform),
      });
      const before = structuredClone(spec);
      const id = await create(spec);
      expect(spec).toEqual(before);
      expect((await given().engine.containers.inspect(id)).hostConfig.Memory).toBe(64 * 1024 * 1024);
    });

    test('report a taken name, an unknown image and an unknown id', async () => {
      const { engine, image } = given();
      const name = unique('taken');
      await create({ name });
      await expectProblem(engine.containers.create({ name, Image: image }), 'engine.conflict');
      await expectProblem(engine.containers.create({ name: unique('x'), Image: 'slipway-test/none:1' }), 'image.not-found');
      const { containers } = engine;
      const nobody = unique('nobody');
      await expectProblem(containers.start(nobody), 'engine.not-found');
      await expectProblem(containers.stop(nobody), 'engine.not-found');
      await expectProblem(containers.kill(nobody), 'engine.not-found');
      await expectProblem(containers.wait(nobody), 'engine.not-found');
    });

    test('are renamed', async () => {
      const { containers } = given().engine;
      const id = await create();
      const name = unique('renamed');
      await containers.rename(id, name);
      expect((await containers.inspect(name)).id).toBe(id);
    });

    test('are paused and go on', async () => {
      const { containers } = given().engine;
      const id = await start();
      await containers.pause(id);
      expect((await containers.inspect(id)).state).toBe('paused');
      await containers.unpause(id);
      expect((await containers.inspect(id)).state).toBe('running');
      await expectProblem(containers.unpause(id), 'engine.rejected');
    });

    test('tell their exit code to whoever waits, and at once when stopped already', async () => {
      const { containers } = given().engine;
      const id = await create({ Cmd: ['sh', '-c', 'exit 3'] });
      const running = await start();
      const waiting = containers.wait(running);
      await containers.start(id);
      expect(await containers.wait(id)).toBe(3);
      expect(await containers.wait(id)).toBe(3);
      expect((await containers.inspect(id)).exitCode).toBe(3);
      await containers.kill(running);
      expect(await waiting).toBe(137);
    });

    test('show the ports that they publish, and refuse a port of another container', async () => {
      const { containers } = given().engine;
      const publish = (hostPort: string): Partial<ContainerSpec> => ({
        ExposedPorts: { '80/tcp': {}, '81/tcp': {} },
        HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: hostPort }] } },
      });
      const first = await start(publish(''));
      const { ports } = await containers.inspect(first);
      const port = ports.find(({ containerPort }) => containerPort === 80)?.hostPort ?? 0;
      expect(port).toBeGreaterThan(0);
      expect(ports.find(({ containerPort }) => containerPort === 81)).toEqual({ containerPort: 81, protocol: 'tcp' });
      const listed = (await containers.list()).find(({ id }) => id === first);
      expect(listed?.ports).toContainEqual({ containerPort: 80, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: port });

      const second = await create(publish(String(port)));
      const problem = await expectProblem(containers.start(second), 'port.conflict');
      expect(problem.data).toMatchObject({ hostPort: port, protocol: 'tcp', hostIp: '127.0.0.1' });
    });

    test('refuse a port that another program of this machine holds', async () => {
      const { engine, occupyPort } = given();
      const port = await occupyPort();
      const id = await create({
        ExposedPorts: { '80/tcp': {} },
        HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] } },
      });
      expect((await expectProblem(engine.containers.start(id), 'port.conflict')).data).toMatchObject({ hostPort: port });
    });

    test('refuse to mount a path that does not exist', async () => {
      const source = '/nonexistent/slipway-contract';
      const call = create({ HostConfig: { Mounts: [{ Type: 'bind', Source: source, Target: '/data' }] } }).then((id) =>
        given().engine.containers.start(id),
      );
      expect((await expectProblem(call, 'bind.source-missing')).data).toMatchObject({ source });
    });

    test('are removed though somebody else does so, too, or they end at that moment', async () => {
      const { containers } = given().engine;
      for (let round = 0; round < 6; round += 1) {
        const id = await start({ Cmd: ['sleep', '60'] });
        const killed = containers.kill(id, { signalName: 'KILL' }).catch(() => undefined);
        await Promise.all([containers.remove(id, { force: true }), containers.remove(id, { force: true }), killed]);
        await expectProblem(containers.inspect(id), 'engine.not-found');
      }
    });

    test('remove their anonymous volumes only when asked, and never named ones', async () => {
      const { containers, volumes } = given().engine;
      const named = unique('vol');
      await volumes.create({ name: named });
      const spec = { Volumes: { '/anonymous': {} }, HostConfig: { Binds: [`${named}:/named`] } };
      const id = await start(spec);
      const { mounts } = await containers.inspect(id);
      expect(mounts.find(({ target }) => target === '/named')).toMatchObject({ type: 'volume', name: named, readOnly: false });
      const anonymous = mounts.find(({ target }) => target === '/anonymous')?.name ?? '';
      await containers.remove(id, { force: true, volumes: true });
      await expectProblem(volumes.inspect(anonymous), 'volume.not-found');
      expect((await volumes.inspect(named)).name).toBe(named);
      await volumes.remove(named);
    });

    test('join every network that their specification names', async () => {
      const { containers, networks } = given().engine;
      const names = [unique('front'), unique('back')];
      for (const name of names) await networks.create({ name });
      const id = await start({
        HostConfig: { NetworkMode: names[0] ?? '' },
        NetworkingConfig: { EndpointsConfig: Object.fromEntries(names.map((name) => [name, { Aliases: ['web'] }])) },
      });
      const joined = (await containers.inspect(id)).networks;
      expect(new Set(Object.keys(joined))).toEqual(new Set(names));
      for (const name of names) {
        expect(joined[name]?.aliases).toContain('web');
        expect(joined[name]?.ipAddress).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
        expect(Object.keys((await networks.inspect(name)).containers)).toEqual([id]);
      }
      await containers.remove(id, { force: true });
      for (const name of names) await networks.remove(name);
    });

    test('are measured', async () => {
      const { containers } = given().engine;
      const id = await start();
      const samples = [];
      for await (const sample of containers.stats(id, { once: true })) samples.push(sample);
      expect(samples).toHaveLength(1);
      expect(samples[0]?.memoryBytes).toBeGreaterThan(0);
      expect(samples[0]?.memoryLimitBytes).toBeGreaterThan(samples[0]?.memoryBytes ?? 0);
    });

    test('end an aborted wait promptly with the reason', async () => {
      const { containers } = given().engine;
      const id = await start();
      const abort = new AbortController();
      const began = performance.now();
      setTimeout(() => abort.abort(), 50);
      await expect(containers.wait(id, { signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' });
      expect(performance.now() - began).toBeLessThan(1500);
      await expect(containers.list({ signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' });
    });
  });
}
