import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { PortRemap } from '../../../../src/shared/models/environment.ts';
import type { PortEdit } from '../../../../src/shared/models/port.ts';
import type { Project } from '../../../../src/main/core/compose/project.ts';
import { editRemaps, portDifference } from '../../../../src/main/core/ports/port-edits.ts';
import { applyRemaps } from '../../../../src/main/core/ports/remaps.ts';

const project: Project = {
  name: 'shop',
  services: {
    web: { command: null, entrypoint: null, ports: [{ target: 80, published: '8080', protocol: 'tcp' }, { target: 80, published: '8081', protocol: 'tcp' }] },
    db: { command: null, entrypoint: null, ports: [{ target: 5432, published: '5432', protocol: 'tcp' }] },
    job: { command: null, entrypoint: null },
  },
};

const web: Omit<PortEdit, 'action'> = { service: 'web', containerPort: 80, protocol: 'tcp' };
const db: Omit<PortEdit, 'action'> = { service: 'db', containerPort: 5432, protocol: 'tcp' };

/** What is published after these changes, one after the other. */
function published(...edits: readonly PortEdit[]): string[] {
  const remaps = edits.reduce<PortRemap[]>((before, edit) => editRemaps(project, before, edit), []);
  return Object.entries(applyRemaps(project, remaps).services).flatMap(([name, { ports = [] }]) =>
    ports.map(({ host_ip: ip, published: port, target, protocol }) => `${name} ${ip === undefined ? '' : `${ip}:`}${port ?? 'any'}:${target ?? ''}/${protocol ?? ''}`),
  );
}

const untouched = ['web 8080:80/tcp', 'web 8081:80/tcp', 'db 5432:5432/tcp'];

describe('a change of a port', () => {
  test('moves it, and keeps the address when the port changes and the port when the address does', () => {
    expect(published({ ...db, action: 'publish', hostPort: 5433 })).toContain('db 5433:5432/tcp');
    expect(published({ ...db, action: 'publish', hostIp: '0.0.0.0' })).toContain('db 0.0.0.0:5432:5432/tcp');
    expect(published({ ...db, action: 'publish', hostPort: 5433 }, { ...db, action: 'publish', hostIp: '0.0.0.0' }, { ...db, action: 'publish', hostPort: 5434 })).toContain('db 0.0.0.0:5434:5432/tcp');
  });

  test('means the one of several publications that has this host port, also after it was moved', () => {
    const second = { ...web, action: 'publish', current: 8081, hostPort: 9001 } as const;
    expect(published(second)).toEqual(['web 8080:80/tcp', 'web 9001:80/tcp', 'db 5432:5432/tcp']);
    expect(published(second, { ...web, action: 'publish', current: 9001, hostPort: 9002 })).toEqual(['web 8080:80/tcp', 'web 9002:80/tcp', 'db 5432:5432/tcp']);
    expect(published(second, { ...web, action: 'remove', current: 8080 })).toEqual(['web 9001:80/tcp', 'db 5432:5432/tcp']);
  });

  test('adds what the files do not publish, changes it and takes it away again', () => {
    const add = { service: 'job', containerPort: 53, protocol: 'udp', action: 'publish', hostPort: 5353 } as const;
    expect(published(add)).toEqual([...untouched, 'job 5353:53/udp']);
    expect(published(add, { ...add, hostPort: 5354 })).toEqual([...untouched, 'job 5354:53/udp']);
    expect(published(add, { ...add, action: 'remove' })).toEqual(untouched);
  });

  test('leaves one out, and brings back what the files say', () => {
    expect(published({ ...db, action: 'remove' })).toEqual(['web 8080:80/tcp', 'web 8081:80/tcp']);
    expect(published({ ...db, action: 'remove' }, { ...db, action: 'reset' })).toEqual(untouched);
    expect(published({ ...db, action: 'publish', hostPort: 1 }, { ...db, action: 'reset' })).toEqual(untouched);
  });

  test.each<[string, PortEdit]>([
    ['There is no service cache.', { ...db, service: 'cache', action: 'publish', hostPort: 80 }],
    ['Port 0 does not exist.', { ...db, action: 'publish', hostPort: 0 }],
    ['Port 65536 does not exist.', { ...db, action: 'publish', hostPort: 65_536 }],
    ['Port 70000 does not exist.', { ...db, containerPort: 70_000, action: 'publish', hostPort: 80 }],
    ['“fe80::zz” is not an IP address.', { ...db, action: 'publish', hostIp: 'fe80::zz' }],
    ['Service job does not publish port 1/tcp.', { ...db, service: 'job', containerPort: 1, action: 'remove' }],
  ])('is refused with what to do: %s', (message, edit) => {
    expect(() => editRemaps(project, [], edit)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'port.invalid', message, hint: expect.stringMatching(/./) as string }) as object }),
    );
  });
});

describe('the difference', () => {
  const remaps = editRemaps(project, editRemaps(project, [], { ...db, action: 'remove' }), { ...web, action: 'publish', current: 8081, hostPort: 9001, hostIp: '::1' });

  test('tells what the files say and what is used', () => {
    expect(portDifference(project, remaps).changes).toEqual([
      { service: 'web', containerPort: 80, protocol: 'tcp', before: '127.0.0.1:8081', after: '[::1]:9001' },
      { service: 'db', containerPort: 5432, protocol: 'tcp', before: '127.0.0.1:5432' },
    ]);
    expect(portDifference(project, [])).toEqual({ changes: [], override: '' });
  });

  test('is a Compose file whose ports take the place of those of the files', () => {
    const { override } = portDifference(project, remaps);
    expect(override).toContain('ports: !override');
    expect(override).toContain('ports: !reset []');
    const ports = (parse(override.replaceAll(/!(override|reset)/g, '')) as { services: Record<string, { ports: object[] }> }).services;
    expect(ports['web']?.ports).toEqual([
      { target: 80, published: '8080', protocol: 'tcp' },
      { target: 80, published: '9001', protocol: 'tcp', host_ip: '::1' },
    ]);
    expect(ports['db']?.ports).toEqual([]);
  });
});
