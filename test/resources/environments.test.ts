import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadProject } from '../../src/main/core/compose/load.ts';

const environments = path.resolve(import.meta.dirname, '../../resources/environments');
const names = readdirSync(environments);

const load = (name: string, profiles: readonly string[] = []) =>
  loadProject({ directory: path.join(environments, name), profiles, environment: {} });

describe.each(names)('the ready-made environment %s', (name) => {
  it('loads without an error or a warning', async () => {
    const { project, diagnostics } = await load(name, ['*']);
    expect(diagnostics).toEqual([]);
    expect(project.name).toBe(name);
  });

  it('has a health check for everything that keeps running', async () => {
    const { project } = await load(name);
    const lasting = Object.entries(project.services).filter(([, service]) => service.restart !== 'no');
    expect(lasting.filter(([, service]) => !service.healthcheck).map(([service]) => service)).toEqual([]);
  });

  it('keeps the files that it mounts beside it', async () => {
    const { project } = await load(name, ['*']);
    const mounts = Object.values(project.services).flatMap((service) => service.volumes ?? []);
    const sources = mounts.filter((mount) => mount.type === 'bind').map((mount) => mount.source ?? '');
    expect(sources).not.toEqual([]);
    expect(sources.filter((source) => !existsSync(source))).toEqual([]);
  });

  it('names only ports that it publishes in its links and checks', async () => {
    const { project, extensions } = await load(name, ['*']);
    const text = JSON.stringify(extensions['x-slipway']);
    const named = [...text.matchAll(/\$\{port:([^:}]+):(\d+)\}/g)].map(([, service, port]) => `${service}:${port}`);
    const published = Object.entries(project.services).flatMap(([service, { ports = [] }]) =>
      ports.filter((port) => port.published !== undefined).map((port) => `${service}:${port.target}`),
    );
    expect(named).not.toEqual([]);
    expect(named.filter((port) => !published.includes(port))).toEqual([]);
  });
});

describe('the sample', () => {
  it('takes its images from the registry that the variable names', async () => {
    const directory = path.join(environments, 'sample');
    const { project } = await loadProject({ directory, environment: { SLIPWAY_SAMPLE_REGISTRY: '127.0.0.1:7000' } });
    const images = Object.values(project.services).map((service) => service.image ?? '');
    expect(images.filter((image) => !image.startsWith('127.0.0.1:7000/slipway/'))).toEqual([]);
  });

  it('takes public images, and none of ours but the one it builds, with compose.hub.yaml', async () => {
    const directory = path.join(environments, 'sample');
    const files = ['compose.yaml', 'compose.hub.yaml'].map((file) => path.join(directory, file));
    const { project } = await loadProject({ files, profiles: ['*'], environment: {} });
    const services = Object.values(project.services);
    expect(services.filter((service) => service.image?.startsWith('127.0.0.1'))).toEqual([]);
    const built = services.filter((service) => service.image === 'slipway/sample-web:1');
    expect(built.map((service) => path.basename(service.build?.context ?? ''))).toEqual(['app', 'app']);
  });
});
