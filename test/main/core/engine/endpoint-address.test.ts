import { expect, test } from 'vitest';
import { Fault } from '../../../../src/main/core/base/fault.ts';
import { parseEndpointAddress, type EndpointAddress } from '../../../../src/main/core/engine/endpoint-address.ts';

const cases: [string, EndpointAddress][] = [
  ['unix:///var/run/docker.sock', { kind: 'socket', path: '/var/run/docker.sock' }],
  ['unix:///home/a b/%20/docker.sock', { kind: 'socket', path: '/home/a b/%20/docker.sock' }],
  ['npipe:////./pipe/docker_engine', { kind: 'socket', path: '//./pipe/docker_engine' }],
  ['tcp://10.0.0.7:2376', { kind: 'tcp', host: '10.0.0.7', port: 2376 }],
  ['tcp://engine.example', { kind: 'tcp', host: 'engine.example', port: 2375 }],
  ['engine.example:2375', { kind: 'tcp', host: 'engine.example', port: 2375 }],
  ['tcp://[::1]:2375', { kind: 'tcp', host: '[::1]', port: 2375 }],
  ['https://engine.example', { kind: 'tcp', host: 'engine.example', port: 2376 }],
  ['ssh://me@host', { kind: 'ssh', host: 'host', user: 'me' }],
  ['ssh://host:2222/run/podman/podman.sock', { kind: 'ssh', host: 'host', port: 2222, socket: '/run/podman/podman.sock' }],
];

test.each(cases)('%s', (address, expected) => {
  expect(parseEndpointAddress(address)).toEqual(expected);
});

test('TLS has its own default port', () => {
  expect(parseEndpointAddress('tcp://engine.example', { tls: true })).toMatchObject({ port: 2376 });
});

test.each(['', 'unix://', 'ftp://host', 'tcp://', 'tcp://host:port', 'tcp:///path', '://'])('refuses %j', (address) => {
  expect(() => parseEndpointAddress(address)).toThrow(Fault);
});
