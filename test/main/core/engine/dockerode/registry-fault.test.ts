import { expect, test } from 'vitest';
import { registryFault } from '../../../../../src/main/core/engine/dockerode/registry-fault.ts';
import type { ProblemCode } from '../../../../../src/shared/problem.ts';

const cases: [ProblemCode, string][] = [
  ['image.not-found', 'manifest for registry.example/app:9 not found: manifest unknown: manifest unknown'],
  ['image.not-found', 'Error response from daemon: failed to resolve reference "r/app:9": r/app:9: not found: '],
  ['image.not-found', 'repository registry.example/none not found: name unknown'],
  ['registry.unauthorized', 'pull access denied for app, repository does not exist or may require \'docker login\': denied: requested access to the resource is denied'],
  ['registry.unauthorized', 'Head "https://registry.example/v2/app/manifests/1": no basic auth credentials'],
  ['registry.unauthorized', 'unauthorized: authentication required'],
  ['registry.unauthorized', 'Get "https://registry-1.docker.io/v2/x/manifests/y": unauthorized: incorrect username or password'],
  ['registry.rate-limited', 'toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading.'],
  ['registry.tls', 'Get "https://registry.example/v2/": x509: certificate signed by unknown authority'],
  ['registry.tls', 'Get "https://registry.example:5000/v2/": http: server gave HTTP response to HTTPS client'],
  ['registry.unreachable', 'Get "https://registry.example/v2/": dial tcp: lookup registry.example: no such host'],
  ['registry.unreachable', 'Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused'],
  ['registry.unreachable', 'Get "https://registry.example/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)'],
  ['registry.unreachable', 'received unexpected HTTP status: 503 Service Unavailable'],
  ['registry.unreachable', 'unexpected EOF'],
  ['image.wrong-platform', 'no matching manifest for linux/arm64/v8 in the manifest list entries'],
  ['engine.no-space', 'failed to register layer: write /usr/lib/x: no space left on device'],
  ['image.not-found', 'error parsing HTTP 404 response body: unexpected end of JSON input: ""'],
  ['registry.unauthorized', 'error parsing HTTP 403 response body: invalid character \'<\' looking for beginning of value: "<html>"'],
  ['registry.rate-limited', 'error parsing HTTP 429 response body: unexpected end of JSON input: ""'],
  ['image.pull-failed', 'filesystem layer verification failed for digest sha256:12ab'],
];

test.each(cases)('%s: %s', (code, text) => {
  const { problem } = registryFault(text, 'registry.example/app:9', 'registry.example');
  expect(problem).toMatchObject({ code, detail: text, data: { reference: 'registry.example/app:9', registry: 'registry.example' } });
  expect(problem.hint ?? '').not.toBe('');
});
