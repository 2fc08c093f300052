import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadProject } from '../../src/main/core/compose/load.ts';
import { readSlipwayExtension } from '../../src/main/core/compose/slipway-extension.ts';

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

  it('has environment profiles of which each can be chosen: default first, with checks', async () => {
    const extension = readSlipwayExtension(await load(name));
    expect(extension.title).toEqual(expect.any(String));
    expect(extension.links).not.toEqual([]);
    expect(Object.keys(extension.profiles)[0]).toBe('default');
    for (const { checks } of Object.values(extension.profiles)) expect(checks).not.toEqual({});
  });

  it('sets, asks for and enables in its environment profiles only what its file has', async () => {
    const loaded = await load(name);
    const text = readFileSync(path.join(environments, name, 'compose.yaml'), 'utf8');
    const profiles = Object.values(readSlipwayExtension(loaded).profiles);
    const variables = profiles.flatMap(({ env, ask }) => [...Object.keys(env), ...Object.keys(ask)]);
    expect(variables.filter((variable) => !text.includes(`\${${variable}:-`))).toEqual([]);
    const known = Object.values(loaded.disabledServices).flatMap((service) => service.profiles ?? []);
    expect(profiles.flatMap((profile) => profile.profiles).filter((profile) => !known.includes(profile))).toEqual([]);
  });

  it('runs its checks in services that it has', async () => {
    const loaded = await load(name);
    const checks = Object.values(readSlipwayExtension(loaded).profiles).flatMap((profile) => Object.values(profile.checks));
    const services = checks.flatMap(({ command, log }) => (command ?? log)?.service ?? []);
    expect(services.filter((service) => !(service in loaded.project.services))).toEqual([]);
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
