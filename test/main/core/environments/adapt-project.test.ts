import { describe, expect, it } from 'vitest';
import { adaptProject } from '../../../../src/main/core/environments/adapt-project.ts';
import type { Project } from '../../../../src/main/core/compose/project.ts';

const asImage = { command: null, entrypoint: null };
const project: Project = {
  name: 'copy',
  services: {
    db: {
      ...asImage,
      image: 'db:1',
      build: { context: '.' },
      container_name: 'the-db',
      networks: { back: { ipv4_address: '10.1.0.5', aliases: ['store'] } },
      volumes: [
        { type: 'volume', source: 'data', target: '/data' },
        { type: 'volume', target: '/cache' },
        { type: 'bind', source: '/srv/files', target: '/files' },
      ],
    },
    web: { ...asImage, image: 'web:1', networks: { front: null } },
  },
  volumes: { data: { name: 'production-data', external: true }, logs: { name: 'nfs', driver_opts: { type: 'nfs' } } },
  networks: {
    back: { name: 'fixed', ipam: { config: [{ subnet: '10.1.0.0/24' }] }, internal: true, driver_opts: { 'com.docker.network.bridge.name': 'br1' } },
    front: { name: 'proxy', external: true, ipam: {} },
  },
};
const cloneOf = { environmentId: 'e', environmentName: 'shop', anonymousVolumes: [{ service: 'db', target: '/cache' }] };

describe('a clone’s project', () => {
  const cloned = adaptProject(project, { cloneOf });

  it('has no container name, volume or network that another project could have', () => {
    expect(cloned.services['db']).not.toHaveProperty('container_name');
    expect(cloned.volumes).toEqual({ data: { name: 'copy_data' }, logs: { name: 'copy_logs' }, db_cache: { name: 'copy_db_cache' } });
    expect(cloned.networks).toEqual({ back: { name: 'copy_back', ipam: {}, internal: true }, front: { name: 'copy_front', ipam: {} } });
  });

  it('keeps aliases and gives up fixed addresses', () => {
    expect(cloned.services['db']?.networks).toEqual({ back: { aliases: ['store'] } });
    expect(cloned.services['web']?.networks).toEqual({ front: null });
  });

  it('names the volumes that the files leave anonymous, once', () => {
    expect(cloned.services['db']?.volumes).toEqual([
      { type: 'volume', source: 'data', target: '/data' },
      { type: 'bind', source: '/srv/files', target: '/files' },
      { type: 'volume', source: 'db_cache', target: '/cache' },
    ]);
  });

  it('mounts what is this machine’s read-only when asked to', () => {
    const careful = adaptProject(project, { cloneOf: { ...cloneOf, readOnlyBinds: true } });
    expect(careful.services['db']?.volumes).toContainEqual({ type: 'bind', source: '/srv/files', target: '/files', read_only: true });
  });
});

it('runs an image chosen for the environment instead of the files’ one, and does not build it', () => {
  const adapted = adaptProject(project, { images: { db: 'db:2', gone: 'x' } });
  expect(adapted.services['db']).toMatchObject({ image: 'db:2', container_name: 'the-db' });
  expect(adapted.services['db']).not.toHaveProperty('build');
  expect(adapted.services['web']).toBe(project.services['web']);
  expect(Object.keys(adapted.services)).toEqual(['db', 'web']);
});
