import { describe, expect, test } from 'vitest';
import type { Project } from '../../../../../src/main/core/compose/project.ts';
import type { Network } from '../../../../../src/main/core/engine/networks.ts';
import { parseLinuxIpv6Routes, parseLinuxRoutes, parseNetstatRoutes, parseWindowsRoutes } from '../../../../../src/main/core/ports/host/system-host-routes.ts';
import { parseSubnet, subnetsOverlap } from '../../../../../src/main/core/ports/networks/subnet.ts';
import { clashText, raiseSubnetConflicts, subnetClashes } from '../../../../../src/main/core/ports/networks/subnet-clashes.ts';

const project = (...subnets: string[]): Project => ({
  name: 'shop',
  services: {},
  networks: Object.fromEntries(subnets.map((subnet, index) => [`net${index}`, { name: `shop_net${index}`, ipam: { config: [{ subnet }] } }])),
});

const network = (name: string, ...subnets: string[]): Network => ({ id: name, name, driver: 'bridge', scope: 'local', internal: false, labels: {}, subnets });

test.each([
  ['172.20.0.0/16', '172.20.5.0/24', true],
  ['172.20.0.0/16', '172.21.0.0/16', false],
  ['10.0.0.1', '10.0.0.0/8', true],
  ['10.1.2.3/8', '10.200.0.0/16', true],
  ['fd00::/8', 'fd12:3456::/32', true],
  ['2001:db8::1', '2001:db8::/127', true],
  ['::ffff:10.0.0.0/104', '10.0.0.0/8', false],
])('%s and %s overlap: %s', (one, other, expected) => {
  const [a, b] = [parseSubnet(one), parseSubnet(other)];
  expect(a && b && subnetsOverlap(a, b)).toBe(expected);
});

test.each(['', '10.0.0.0/33', '10.0.0/8', 'fd00::/129', 'x/8', '10.0.0.0/8/8', '10.0.0.0/-1'])('“%s” is no subnet', (text) => {
  expect(parseSubnet(text)).toBeUndefined();
});

describe('clashes', () => {
  const routes = [
    { subnet: '0.0.0.0/0', device: 'eth0' },
    { subnet: '172.18.0.0/16', device: 'br-1' },
    { subnet: '10.8.0.0/16', device: 'tun0' },
  ];

  test('with a route of the machine are warned of, in words that name both', () => {
    const clashes = subnetClashes({ project: project('10.8.3.0/24', '10.9.0.0/24'), networks: [], routes });
    expect(clashes.map(clashText)).toEqual(['Network net0 wants the subnet 10.8.3.0/24, but this machine reaches 10.8.0.0/16 through tun0: its addresses may become unreachable.']);
    expect(() => raiseSubnetConflicts(clashes)).not.toThrow();
  });

  test('with networks of the engine are all refused together, once each though they are routes as well', () => {
    const clashes = subnetClashes({ project: project('172.18.1.0/24', '172.18.2.0/24'), networks: [network('other', '172.18.0.0/16')], routes });
    expect(clashes).toHaveLength(2);
    expect(() => raiseSubnetConflicts(clashes)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'network.conflict', message: expect.stringMatching(/net0.*other.*net1.*other/) as string, data: { clashes } }) as object }),
    );
  });

  test('of a network that exists, or is made by somebody else, are none', () => {
    const existing = { project: project('172.18.1.0/24'), networks: [network('shop_net0', '172.18.1.0/24')], routes };
    expect(subnetClashes(existing)).toEqual([]);
    const external: Project = { name: 'p', services: {}, networks: { net: { name: 'theirs', external: true, ipam: { config: [{ subnet: '10.8.0.0/16' }] } } } };
    expect(subnetClashes({ project: external, networks: [], routes })).toEqual([]);
  });
});

test('routing tables of all systems are understood', () => {
  const linux = ['Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU', 'eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0', 'tun0\t0000080A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0'].join('\n');
  expect(parseLinuxRoutes(linux)).toEqual([{ subnet: '0.0.0.0/0', device: 'eth0' }, { subnet: '10.8.0.0/16', device: 'tun0' }]);
  const ipv6 = `fd000000000000000000000000000000 08 ${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00000100 1 0 1 wg0\n${'fe80'.padEnd(32, '0')} 40 ${'0'.repeat(32)} 00 ${'0'.repeat(32)} 100 1 0 1 eth0`;
  expect(parseLinuxIpv6Routes(ipv6)).toEqual([{ subnet: 'fd00:0000:0000:0000:0000:0000:0000:0000/8', device: 'wg0' }]);
  expect(parseNetstatRoutes('Destination Gateway Flags Netif\ndefault 192.168.1.1 UGSc en0\n10.8/16 10.8.0.1 UGSc utun3\n192.168.1 link#4 UCS en0')).toEqual([
    { subnet: '10.8.0.0/16', device: 'utun3' },
    { subnet: '192.168.1.0/24', device: 'en0' },
  ]);
  expect(parseWindowsRoutes('       10.8.0.0      255.255.0.0         On-link          10.8.0.2    281')).toEqual([{ subnet: '10.8.0.0/16', device: '10.8.0.2' }]);
});
