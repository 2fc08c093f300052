import { expect, test } from 'vitest';
import type { Port } from '../../../../src/main/core/compose/project.ts';
import { wantedPort } from '../../../../src/main/core/ports/wanted-port.ts';

interface Case {
  readonly what: string;
  readonly port: Port;
  readonly expected: object;
}

const cases: readonly Case[] = [
  { what: 'a plain port, on the loopback address', port: { target: 80, published: '8080' }, expected: { containerPort: 80, protocol: 'tcp', hostIp: '127.0.0.1', hostPorts: [8080] } },
  { what: 'an address of its own', port: { target: 80, published: '8080', host_ip: '0.0.0.0' }, expected: { hostIp: '0.0.0.0' } },
  { what: 'a range to choose from', port: { target: 80, published: '8080-8082' }, expected: { hostPorts: [8080, 8081, 8082] } },
  { what: 'any port', port: { target: 53, protocol: 'udp' }, expected: { protocol: 'udp', hostPorts: [] } },
  { what: 'any port, written 0', port: { target: 53, published: '0' }, expected: { hostPorts: [] } },
];

test.each(cases)('reads $what', ({ port, expected }) => {
  expect(wantedPort('web', port)).toMatchObject({ service: 'web', ...expected });
});

const broken: readonly { readonly what: string; readonly port: Port }[] = [
  { what: 'container port 0', port: { target: 0, published: '80' } },
  { what: 'container port 65536', port: { target: 65_536, published: '80' } },
  { what: 'host port 65536', port: { target: 80, published: '65536' } },
  { what: 'a range that falls', port: { target: 80, published: '81-80' } },
  { what: 'an unknown protocol', port: { target: 80, published: '80', protocol: 'icmp' } },
];

test.each(broken)('$what is a Problem that says what to do', ({ port }) => {
  expect(() => wantedPort('web', port)).toThrow(
    expect.objectContaining({ problem: expect.objectContaining({ code: 'port.invalid', hint: expect.any(String) as string, data: { service: 'web' } }) as object }),
  );
});
