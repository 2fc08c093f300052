import { expect, test } from 'vitest';
import type { Project } from '../../../../src/main/core/compose/project.ts';
import { withPortAddresses } from '../../../../src/main/core/ports/environment-addresses.ts';
import { applyRemaps } from '../../../../src/main/core/ports/remaps.ts';

const project: Project = {
  name: 'shop',
  services: {
    proxy: { command: null, entrypoint: null, ports: [{ target: 80, published: '8080', protocol: 'tcp' }, { target: 81 }] },
    web: { command: null, entrypoint: null, environment: { SITE_URL: 'http://localhost:${port:proxy:80}/', EMPTY: null, OTHER: '${port:proxy:81} ${port:gone:1}' } },
  },
};

test('an address that a program is told follows a remap; what is not known stays and is named', () => {
  const moved = applyRemaps(project, [{ service: 'proxy', containerPort: 80, protocol: 'tcp', hostPort: 9000 }]);
  const { project: addressed, unresolved } = withPortAddresses(moved);
  expect(addressed.services['web']?.environment).toEqual({ SITE_URL: 'http://localhost:9000/', EMPTY: null, OTHER: '${port:proxy:81} ${port:gone:1}' });
  expect(unresolved).toEqual(['web: OTHER']);
});

test('a project without such values is the same object', () => {
  const plain: Project = { name: 'p', services: { a: { command: null, entrypoint: null, environment: { A: '1' } } } };
  expect(withPortAddresses(plain).project).toBe(plain);
});
