import { expect, test } from 'vitest';
import type { Project, Service } from '../../../../../src/main/core/compose/project.ts';
import { environmentNetworks } from '../../../../../src/main/core/ports/networks/environment-networks.ts';
import { adviceOn, parseReachability } from '../../../../../src/main/core/ports/networks/reachability.ts';

const service = (more: Partial<Service> = {}): Service => ({ command: null, entrypoint: null, ...more });

const project: Project = {
  name: 'shop',
  services: {
    proxy: service({ networks: { front: { aliases: ['www'] } } }),
    web: service({ networks: { front: null, back: null }, volumes: [{ type: 'volume', source: 'uploads', target: '/data' }, { type: 'bind', source: '/x', target: '/y' }] }),
    db: service({ networks: { back: null } }),
    debug: service({ network_mode: 'service:db' }),
    lone: service({ network_mode: 'none' }),
    plain: service(),
  },
  networks: {
    front: { name: 'shop_front', ipam: {} },
    back: { name: 'shop_back', internal: true, ipam: { config: [{ subnet: '10.9.0.0/24' }] } },
    default: { name: 'shop_default', ipam: {} },
    unused: { name: 'shop_unused', ipam: {} },
  },
};

test('before the start: what the files ask for, and who will reach whom', () => {
  const { networks, services } = environmentNetworks({ project, containers: [], networks: [] });
  expect(networks.map(({ key, driver, internal, exists, subnets, members }) => [key, driver, internal, exists, subnets, members.map((member) => member.service)])).toEqual([
    ['front', 'bridge', false, false, [], ['proxy', 'web']],
    ['back', 'bridge', true, false, ['10.9.0.0/24'], ['web', 'db']],
    ['default', 'bridge', false, false, [], ['plain']],
  ]);
  expect(networks[0]?.members[0]).toEqual({ service: 'proxy', running: false, aliases: ['proxy', 'www'] });
  expect(Object.fromEntries(services.map(({ service: name, reaches }) => [name, reaches]))).toEqual({
    proxy: ['web'],
    web: ['proxy', 'db', 'debug'],
    db: ['web', 'debug'],
    debug: ['web', 'db'],
    lone: [],
    plain: [],
  });
  expect(services.find((one) => one.service === 'web')?.volumes).toEqual([{ key: 'uploads', target: '/data' }]);
  expect(services.find((one) => one.service === 'debug')?.mode).toBe('db');
});

test('services that share each other’s network in a circle are on none', () => {
  const circle: Project = { name: 'p', services: { a: service({ network_mode: 'service:b' }), b: service({ network_mode: 'service:a' }) } };
  expect(environmentNetworks({ project: circle, containers: [], networks: [] }).services.map(({ networks }) => networks)).toEqual([[], []]);
});

const asked = { from: 'web', host: 'db', port: 5432 };
const known = { isService: true, shares: true, running: true };

test('what the helper prints is read, and failures are explained', () => {
  const open = parseReachability('resolved 1500\nclosed fd00::2 90 Connection refused\nopen 10.9.0.3 250\n', asked);
  expect(open).toEqual({
    ...asked,
    reachable: true,
    lookup: { milliseconds: 1.5 },
    attempts: [
      { address: 'fd00::2', milliseconds: 0.09, failure: 'Connection refused' },
      { address: '10.9.0.3', milliseconds: 0.25 },
    ],
  });
  expect(adviceOn(open, known)).toBeUndefined();
  const unresolved = parseReachability('unresolved 2000 Name or service not known\n', asked);
  expect(unresolved.lookup).toEqual({ milliseconds: 2, failure: 'Name or service not known' });
  expect(adviceOn(unresolved, { ...known, shares: false })).toContain('no common network');
  expect(adviceOn(unresolved, { ...known, running: false })).toContain('does not run');
  expect(adviceOn(unresolved, { ...known, isService: false })).toContain('cannot find the name');
  expect(adviceOn(parseReachability('resolved 1\nclosed 10.9.0.3 90 Connection refused\n', asked), known)).toContain('nothing listens on port 5432');
  expect(adviceOn(parseReachability('resolved 1\nclosed 10.9.0.3 90 Connection timed out\n', asked), known)).toContain('does not answer');
});
