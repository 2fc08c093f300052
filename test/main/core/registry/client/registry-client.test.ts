import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { RegistryClient } from '../../../../../src/main/core/registry/client/registry-client.ts';
import type { RegistryAuth } from '../../../../../src/main/core/engine/images.ts';
import { all, expectProblem } from '../../engine/contract/support.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, host: string) => Promise<void> | void;

/** A registry that answers as a test says. */
async function fakeRegistry(answer: Answer): Promise<string> {
  const server = createServer((request, response) => void answer(request, response, host));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return host;
}

function clientOf(registry: string, auth?: Partial<RegistryAuth>, now = () => new Date()): RegistryClient {
  const client = new RegistryClient({ registry }, { auth: auth && { serverAddress: registry, ...auth }, clock: { now } });
  onTestFinished(() => client.close());
  return client;
}

/** Wants a bearer token, which `give` hands out. */
function withTokens(give: (request: IncomingMessage) => Promise<object | undefined> | object | undefined, valid: () => string): Answer {
  return async (request, response, host) => {
    if (request.url?.startsWith('/token') === true) {
      const token = await give(request);
      response.writeHead(token ? 200 : 401).end(JSON.stringify(token ?? {}));
    } else if (request.headers.authorization === `Bearer ${valid()}`) {
      response.end(JSON.stringify({ tags: ['1'] }));
    } else {
      const challenge = `Bearer realm="http://${host}/token",service="fake",scope="repository:app:pull"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
    }
  };
}

test('a token is fetched with the login, kept while it lives, and fetched anew when it has ended', async () => {
  const asked: (string | undefined)[] = [];
  let now = new Date('2024-05-06T07:00:00Z');
  const registry = await fakeRegistry(
    withTokens(
      (request) => {
        asked.push(`${String(request.url)} ${String(request.headers.authorization)}`);
        return { token: `t${String(asked.length)}`, expires_in: 100 };
      },
      () => `t${String(asked.length)}`,
    ),
  );
  const client = clientOf(registry, { username: 'ada', password: 'x' }, () => now);
  await all(client.tags('app'));
  await all(client.tags('app'));
  const basic = `Basic ${Buffer.from('ada:x').toString('base64')}`;
  expect(asked).toEqual([`/token?service=fake&scope=repository%3Aapp%3Apull ${basic}`]);
  now = new Date(now.getTime() + 120_000);
  await all(client.tags('app'));
  expect(asked).toHaveLength(2);
});

test('an identity token is exchanged, never sent to the registry itself', async () => {
  let sent = '';
  const registry = await fakeRegistry(
    withTokens(
      async (request) => {
        sent = `${String(request.method)} ${await text(request)}`;
        return { access_token: 'fresh' };
      },
      () => 'fresh',
    ),
  );
  expect((await all(clientOf(registry, { identityToken: 'long-lived' }).tags('app'))).flat()).toEqual(['1']);
  expect(sent).toMatch(/^POST .*grant_type=refresh_token.*refresh_token=long-lived/);
});

test('a refused login and a token that is never good enough end at once', async () => {
  const refusing = await fakeRegistry(withTokens(() => undefined, () => 'never'));
  await expectProblem(all(clientOf(refusing, { username: 'a', password: 'b' }).tags('app')), 'registry.unauthorized');
  const insatiable = await fakeRegistry(withTokens(() => ({ token: 'x' }), () => 'never'));
  await expectProblem(all(clientOf(insatiable).tags('app')), 'registry.unauthorized');
});

test('a redirect to another host does not carry the login along', async () => {
  let carried: string | undefined = 'not asked';
  const config = JSON.stringify({ os: 'linux', architecture: 'amd64' });
  const digest = `sha256:${createHash('sha256').update(config).digest('hex')}`;
  const storage = await fakeRegistry((request, response) => {
    carried = request.headers.authorization;
    response.end(config);
  });
  const manifest = { mediaType: 'application/vnd.oci.image.manifest.v1+json', config: { mediaType: 'x', digest, size: config.length }, layers: [] };
  const registry = await fakeRegistry((request, response) => {
    if (request.url?.includes('/blobs/') === true) response.writeHead(307, { location: `http://${storage}/blob` }).end();
    else response.end(JSON.stringify(manifest));
  });
  const image = await clientOf(registry, { registryToken: 'secret' }).inspect('app', '1');
  expect(image.variants[0]?.platform).toEqual({ os: 'linux', architecture: 'amd64' });
  expect(carried).toBeUndefined();
});

test('thousands of tags come page by page, by relative and absolute links', async () => {
  const registry = await fakeRegistry((request, response, host) => {
    const last = Number(new URL(request.url ?? '', `http://${host}`).searchParams.get('last') ?? 0);
    const next = `/v2/app/tags/list?n=1000&last=${String(last + 1000)}`;
    const link = last === 0 ? next : `http://${host}${next}`;
    if (last < 4000) response.setHeader('link', `<${link}>; rel="next"`);
    response.end(JSON.stringify({ tags: Array.from({ length: 1000 }, (_, index) => `t${String(last + index)}`) }));
  });
  const pages = await all(clientOf(registry).tags('app'));
  expect(pages).toHaveLength(5);
  expect(new Set(pages.flat()).size).toBe(5000);
});

const bad: [name: string, code: Parameters<typeof expectProblem>[1], answer: Answer][] = [
  ['429', 'registry.rate-limited', (_, response) => void response.writeHead(429).end()],
  ['500', 'registry.unreachable', (_, response) => void response.writeHead(500).end('<html>oops</html>')],
  ['403', 'registry.unauthorized', (_, response) => void response.writeHead(403).end()],
  ['an answer that breaks off', 'registry.unreachable', (_, response) => void response.writeHead(200, { 'content-length': '100' }).write('x', () => response.destroy())],
  ['what is no JSON', 'registry.unreachable', (_, response) => void response.end('<html>')],
  ['what is no image', 'registry.unreachable', (_, response) => void response.end('{"a":1}')],
  ['another content than its digest says', 'image.digest-mismatch', (_, response) => void response.setHeader('docker-content-digest', `sha256:${'0'.repeat(64)}`).end('{}')],
  ['endless redirects', 'registry.unreachable', (request, response) => void response.writeHead(302, { location: request.url }).end()],
];

test.each(bad)('%s is a problem of its own', async (_, code, answer) => {
  const registry = await fakeRegistry(answer);
  await expectProblem(clientOf(registry).inspect('app', '1'), code);
});
