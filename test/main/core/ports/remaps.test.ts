import { expect, test } from 'vitest';
import type { Project, Service } from '../../../../src/main/core/compose/project.ts';
import { applyRemaps } from '../../../../src/main/core/ports/remaps.ts';

const service = (ports: NonNullable<Service['ports']>): Service => ({ command: null, entrypoint: null, ports });

const project: Project = {
  name: 'p',
  services: {
    web: service([{ target: 80, published: '8080', protocol: 'tcp' }, { target: 80, published: '8081', protocol: 'tcp' }, { target: 443 }]),
    dns: service([{ target: 53, published: '53', protocol: 'udp' }, { target: 53, published: '53', protocol: 'tcp' }]),
    plain: { command: null, entrypoint: null },
  },
};

const publishedOf = (changed: Project, name: string): (string | undefined)[] => changed.services[name]?.ports?.map(({ published }) => published) ?? [];

test('moves the first publication of a container port, by protocol, and nothing else', () => {
  const changed = applyRemaps(project, [
    { service: 'web', containerPort: 80, protocol: 'tcp', hostPort: 9000 },
    { service: 'web', containerPort: 443, protocol: 'tcp', hostPort: 9443 },
    { service: 'dns', containerPort: 53, protocol: 'tcp', hostPort: 5353 },
  ]);
  expect(publishedOf(changed, 'web')).toEqual(['9000', '8081', '9443']);
  expect(publishedOf(changed, 'dns')).toEqual(['53', '5353']);
  expect(publishedOf(project, 'web')).toEqual(['8080', '8081', undefined]);
});

test('remaps of what is no longer published are ignored', () => {
  const gone = { containerPort: 1, protocol: 'tcp', hostPort: 1 } as const;
  expect(applyRemaps(project, [{ service: 'web', ...gone }, { service: 'plain', ...gone }, { service: 'nobody', ...gone }])).toEqual(project);
});
