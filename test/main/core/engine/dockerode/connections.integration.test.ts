import { chmod, mkdir, writeFile, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { silentLogger } from '../../../../../src/main/core/base/logger.ts';
import { connectDockerode } from '../../../../../src/main/core/engine/dockerode/connect-dockerode.ts';
import type { Engine, EngineEndpoint } from '../../../../../src/main/core/engine/engine.ts';
import { importBusybox } from '../../../../support/images.ts';
import { run } from '../../../../support/run.ts';
import { tempDir } from '../../../../support/temp.ts';
import { all, expectProblem, unique } from '../contract/support.ts';
import { startSocketProxy, startTlsDoor, type SocketProxy } from './socket-proxy.ts';

const image = 'slipway-test/connections:1';
const connect = (address: string, more: Partial<EngineEndpoint> = {}): Promise<Engine> =>
  connectDockerode({ address, origin: 'test', ...more }, { logger: silentLogger });

describe('connections to a daemon', () => {
  let proxy: SocketProxy;
  let engine: Engine;
  let id = '';

  beforeAll(async () => {
    await importBusybox(inject('engineSocket'), image);
    proxy = await startSocketProxy(inject('engineSocket'));
    engine = await connect(proxy.address);
    id = await engine.containers.create({ name: unique('connections'), Image: image });
    await engine.containers.start(id);
  });
  afterAll(async () => {
    await engine.containers.remove(id, { force: true });
    await engine.close();
    await proxy.stop();
  });

  const aborting: [string, (signal: AbortSignal) => Promise<unknown>][] = [
    ['wait', (signal) => engine.containers.wait(id, { signal })],
    ['logs', (signal) => all(engine.containers.logs(id, { follow: true, signal }))],
    ['stats', (signal) => all(engine.containers.stats(id, { signal }))],
    ['exec', (signal) => engine.containers.exec(id, { command: ['sleep', '20'] }, { signal })],
    ['readArchive', async (signal) => all(await engine.containers.readArchive(id, '/', { signal }).then(slowly))],
    ['writeArchive', (signal) => engine.containers.writeArchive(id, '/tmp', new Readable({ read: () => undefined }), { signal })],
    ['events', (signal) => all(engine.events.watch({ signal })).then(() => signal.throwIfAborted())],
  ];

  test.each(aborting)('an aborted %s leaves none open', async (_, call) => {
    const abort = new AbortController();
    const idle = proxy.open();
    setTimeout(() => abort.abort(), 300);
    await expect(call(abort.signal)).rejects.toMatchObject({ name: 'AbortError' });
    await vi.waitFor(() => expect(proxy.open()).toBeLessThanOrEqual(idle), 10_000);
  });

  test('a stream that its reader leaves early is closed', async () => {
    const idle = proxy.open();
    for await (const event of engine.events.watch({})) if (event.kind === 'connected') break;
    for await (const _ of engine.containers.stats(id)) break;
    (await engine.containers.readArchive(id, '/')).destroy();
    await vi.waitFor(() => expect(proxy.open()).toBeLessThanOrEqual(idle), 10_000);
  });

  test('are used again: a hundred calls in turn need one', async () => {
    for (let call = 0; call < 100; call += 1) await engine.containers.inspect(id);
    expect(proxy.open()).toBeLessThanOrEqual(8);
  });

  test('that break in the middle of a call are told as a lost engine; then as an unreachable one', async () => {
    const calls = [
      engine.containers.wait(id),
      all(engine.containers.logs(id, { follow: true })),
      engine.containers.exec(id, { command: ['sleep', '20'] }),
      engine.containers.writeArchive(id, '/tmp', new Readable({ read: () => undefined })),
    ].map((call) => expectProblem(call, 'engine.lost'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await proxy.cut();
    await Promise.all(calls);
    const problem = await expectProblem(engine.containers.list(), 'engine.unreachable');
    expect(problem.data).toMatchObject({ endpoint: proxy.address });
    await proxy.reopen();
    expect((await engine.containers.list()).some((container) => container.id === id)).toBe(true);
  });

  test('of events are made again, and what happened meanwhile is told', async () => {
    const abort = new AbortController();
    const seen: string[] = [];
    const volume = unique('meanwhile');
    const watching = (async () => {
      for await (const event of engine.events.watch({ signal: abort.signal })) {
        seen.push('id' in event ? `${event.kind} ${event.action} ${event.id}` : event.kind);
      }
    })();
    // Others use the same engine: their events come between.
    const connections = (): string[] => seen.filter((kind) => !kind.includes(' '));
    await vi.waitFor(() => expect(connections()).toEqual(['connected']), 10_000);
    await proxy.cut();
    await vi.waitFor(() => expect(connections()).toEqual(['connected', 'disconnected']), 10_000);
    const direct = await connect(`unix://${inject('engineSocket')}`);
    await direct.volumes.create({ name: volume });
    await proxy.reopen();
    await vi.waitFor(() => expect(seen).toContain(`volume create ${volume}`), 10_000);
    expect(connections()).toEqual(['connected', 'disconnected', 'connected']);
    expect(seen.indexOf(`volume create ${volume}`)).toBeGreaterThan(seen.lastIndexOf('connected'));
    abort.abort();
    await watching;
    await direct.volumes.remove(volume);
    await direct.close();
  });

  test('long lines of a log arrive whole', async () => {
    const command = ['sh', '-c', 'head -c 100000 /dev/zero | tr "\\0" x; echo; echo end'];
    const writer = await engine.containers.create({ name: unique('long'), Image: image, Cmd: command });
    await engine.containers.start(writer);
    await engine.containers.wait(writer);
    const lines = await all(engine.containers.logs(writer));
    expect(lines.map(({ text }) => text.length)).toEqual([100_000, 3]);
    await engine.containers.remove(writer);
  });
});

describe('ways to a daemon', () => {
  test('over TCP with TLS, both sides proving who they are', async () => {
    const { ca, server, client } = await certificates();
    const door = await startTlsDoor(inject('engineSocket'), { ...server, ca, requestCert: true, rejectUnauthorized: true });
    onTestFinished(door.stop);
    const address = `tcp://127.0.0.1:${String(door.port)}`;
    const engine = await connect(address, { tls: { ca, ...client, verify: true } });
    expect((await engine.info()).apiVersion).toMatch(/^1\./);
    await engine.close();
    await expectProblem(connect(address, { tls: { verify: true } }), 'engine.unreachable');
    const unproven = connect(address, { tls: { ca, verify: true } }).then((open) => open.info());
    expect((await expectProblem(unproven, 'engine.unreachable')).message).toContain('certificates');
  });

  test('over ssh, with the person\'s own ssh', async () => {
    const bin = await tempDir('bin');
    const script = `#!/usr/bin/env node
      const { connect } = require('node:net');
      require('node:fs').appendFileSync('${bin}/calls', process.argv.slice(2).join(' ') + '\\n');
      const socket = connect({ path: '${inject('engineSocket')}', allowHalfOpen: true });
      process.stdin.pipe(socket).pipe(process.stdout);
      socket.on('close', () => process.exit(0));`;
    await writeFile(path.join(bin, 'ssh'), script);
    await chmod(path.join(bin, 'ssh'), 0o755);
    vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    const engine = await connect('ssh://me@far.example:2222');
    expect((await engine.info()).kind).toBe('docker');
    const attached = await engine.containers.list();
    expect(Array.isArray(attached)).toBe(true);
    await engine.close();
    expect(await readFile(path.join(bin, 'calls'), 'utf8')).toMatch(/-l me -p 2222 .*-- far\.example docker system dial-stdio/);
  });

  test('that ssh refuses is told with what ssh said', async () => {
    const bin = await tempDir('bin');
    await writeFile(path.join(bin, 'ssh'), '#!/bin/sh\necho "Permission denied (publickey)." >&2\nexit 255\n');
    await chmod(path.join(bin, 'ssh'), 0o755);
    vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    const problem = await expectProblem(connect('ssh://far.example'), 'engine.unreachable');
    expect(problem.detail).toContain('publickey');
  });

  test('do not follow a DOCKER_HOST that is none of their business', async () => {
    vi.stubEnv('DOCKER_HOST', 'tcp://192.0.2.1:2375');
    onTestFinished(() => void vi.unstubAllEnvs());
    const engine = await connect(`unix://${inject('engineSocket')}`);
    await engine.close();
    vi.stubEnv('DOCKER_HOST', 'tcp://:::');
    await expectProblem(connect(`unix://${inject('engineSocket')}`), 'usage.invalid');
  });

  test('that end at nothing, at a file, at a stranger or at an old engine', async () => {
    const directory = await tempDir('ways');
    await expectProblem(connect(`unix://${directory}/none.sock`), 'engine.unreachable');
    await writeFile(path.join(directory, 'file.sock'), '');
    await expectProblem(connect(`unix://${directory}/file.sock`), 'engine.unreachable');
    await mkdir(path.join(directory, 'web'));
    const server = createServer((_, response) => response.setHeader('Api-Version', version).end('OK'));
    let version = 'none';
    await new Promise<void>((resolve) => server.listen(`${directory}/web/server.sock`, resolve));
    onTestFinished(() => void server.close());
    await expectProblem(connect(`unix://${directory}/web/server.sock`), 'engine.unsupported');
    version = '1.23';
    await expectProblem(connect(`unix://${directory}/web/server.sock`), 'engine.unsupported');
    version = '1.24';
    await (await connect(`unix://${directory}/web/server.sock`)).close();
  });
});

/** Never reads, so that the daemon has to wait. */
async function* slowly(stream: Readable): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    yield chunk as Buffer;
    await new Promise((resolve) => setTimeout(resolve, 10_000).unref());
  }
}

async function certificates() {
  const directory = await tempDir('certificates');
  const at = (name: string): string => path.join(directory, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await run('openssl', ['req', '-x509', ...newKey, '-days', '2', '-subj', '/CN=ca', '-keyout', at('ca.key'), '-out', at('ca.pem')]);
  await writeFile(at('ext'), 'subjectAltName=IP:127.0.0.1\n');
  const issue = async (name: string) => {
    await run('openssl', ['req', ...newKey, '-subj', `/CN=${name}`, '-keyout', at(`${name}.key`), '-out', at(`${name}.csr`)]);
    const authority = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial'];
    await run('openssl', ['x509', '-req', '-in', at(`${name}.csr`), ...authority, '-days', '2', '-extfile', at('ext'), '-out', at(`${name}.pem`)]);
    return { cert: await readFile(at(`${name}.pem`), 'utf8'), key: await readFile(at(`${name}.key`), 'utf8') };
  };
  return { ca: await readFile(at('ca.pem'), 'utf8'), server: await issue('server'), client: await issue('client') };
}
