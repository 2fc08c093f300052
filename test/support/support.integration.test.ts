import { readFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { expect, inject, onTestFinished, test } from 'vitest';
import { engineRequest } from './engine-http.ts';
import { importBusybox, pushImage, removeImage, tagImage } from './images.ts';
import { startDockerd } from './private-dockerd.ts';
import { startRegistry } from './registry-server.ts';
import { run } from './run.ts';

const engineSocket = inject('engineSocket');

async function runContainer(socket: string, image: string, command: string[] | undefined, hostConfig: object = {}): Promise<string> {
  const created = JSON.parse(
    await engineRequest(socket, 'POST', '/containers/create', {
      body: { Image: image, Cmd: command, HostConfig: hostConfig, ExposedPorts: { '80/tcp': {} } },
    }),
  ) as { Id: string };
  await engineRequest(socket, 'POST', `/containers/${created.Id}/start`);
  return created.Id;
}

/** What a process runs; '' when it has ended, reaped or not. */
function commandOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
}

test('an imported image goes through the registry and runs with a published port', async () => {
  const reference = `${inject('registryAddress')}/support/busybox:1`;
  await importBusybox(engineSocket, 'support/busybox:1', { files: { 'www/index.html': 'hello from the container\n' } });
  await tagImage(engineSocket, 'support/busybox:1', reference);
  const digest = await pushImage(engineSocket, reference);
  await removeImage(engineSocket, reference);
  await removeImage(engineSocket, 'support/busybox:1');
  await engineRequest(engineSocket, 'POST', `/images/create?fromImage=${encodeURIComponent(`${inject('registryAddress')}/support/busybox`)}&tag=1`);
  expect(await engineRequest(engineSocket, 'GET', `/images/${reference}/json`)).toContain(digest);

  const id = await runContainer(engineSocket, reference, ['httpd', '-f', '-h', '/www'], {
    PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
  });
  onTestFinished(async () => {
    await engineRequest(engineSocket, 'DELETE', `/containers/${id}?force=true`);
  });
  const container = JSON.parse(await engineRequest(engineSocket, 'GET', `/containers/${id}/json`)) as {
    NetworkSettings: { Ports: Record<string, { HostPort: string }[]> };
  };
  const port = container.NetworkSettings.Ports['80/tcp']?.[0]?.HostPort ?? '';
  await expect.poll(async () => (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('hello from the container\n');
});

test('a second engine, killed with a container and a network of its own, comes back and leaves nothing behind', async () => {
  const engine = await startDockerd({ name: 'second' });
  let stopped = false;
  onTestFinished(() => (stopped ? undefined : engine.stop()));
  await importBusybox(engine.socket);
  const network = JSON.parse(await engineRequest(engine.socket, 'POST', '/networks/create', { body: { Name: 'own' } })) as { Id: string };
  const id = await runContainer(engine.socket, 'slipway-test/busybox:1', undefined, { NetworkMode: 'own' });
  const { State } = JSON.parse(await engineRequest(engine.socket, 'GET', `/containers/${id}/json`)) as { State: { Pid: number } };
  expect(await run('ip', ['-o', 'link'])).toContain(`br-${network.Id.slice(0, 12)}`);

  await engine.kill();
  await expect(engineRequest(engine.socket, 'GET', '/_ping')).rejects.toThrow();
  await engine.start();
  expect(await engineRequest(engine.socket, 'GET', '/images/json')).toContain('slipway-test/busybox:1');
  const second = await runContainer(engine.socket, 'slipway-test/busybox:1', undefined, { NetworkMode: 'own' });
  expect(await commandOf(State.Pid)).not.toContain('trap exit');
  const after = JSON.parse(await engineRequest(engine.socket, 'GET', `/containers/${second}/json`)) as { State: { Pid: number } };

  expect(await commandOf(after.State.Pid)).toContain('trap exit');
  await engine.kill();
  await engine.stop();
  stopped = true;
  expect(await run('ip', ['-o', 'link'])).not.toContain(`br-${network.Id.slice(0, 12)}`);
  const directory = engine.socket.replace('/docker.sock', '');
  expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(directory);
  expect(await run('iptables-save', [])).not.toContain(`br-${network.Id.slice(0, 12)}`);
  expect(await commandOf(after.State.Pid)).not.toContain('trap exit');
});

test('a registry asks for the password it was given and serves TLS of its own authority', async () => {
  const registry = await startRegistry({ htpasswd: { ann: 'secret' }, tls: true });
  onTestFinished(() => registry.stop());
  const ca = await readFile(registry.caFile ?? '', 'utf8');
  const status = (auth?: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      httpsRequest({ host: '127.0.0.1', port: registry.port, path: '/v2/', ca, ...(auth ? { auth } : {}) }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
  expect(await status()).toBe(401);
  expect(await status('ann:wrong')).toBe(401);
  expect(await status('ann:secret')).toBe(200);
  await expect(fetch(`https://${registry.address}/v2/`)).rejects.toThrow();
});
