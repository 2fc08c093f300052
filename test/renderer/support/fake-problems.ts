import type { EngineStatus } from '../../../src/shared/models/engine.ts';
import type { Problem } from '../../../src/shared/problem.ts';

export const connected: EngineStatus = {
  state: 'connected',
  name: 'ada-laptop',
  version: '28.5.1',
  address: 'unix:///var/run/docker.sock',
  origin: 'Docker context “default”',
  private: false,
};

export const unreachable: Problem = {
  code: 'engine.unreachable',
  message: 'No container engine answers on this machine.',
  hint: 'Start Docker or Podman, or let Slipway start an engine of its own.',
  detail: 'unix:///var/run/docker.sock: connect ENOENT\nunix:///run/user/1000/podman/podman.sock: connect ENOENT',
};

export const refusedLogin = (host: string): Problem => ({
  code: 'registry.unauthorized',
  message: `${host} does not accept this login.`,
  hint: 'Check user and password. Many registries want an access token instead of the password.',
});

export const portConflict: Problem = {
  code: 'port.conflict',
  message: 'Three ports that Sample needs are taken.',
  hint: 'Stop the programs that hold them, or change the ports of this environment.',
  data: {
    conflicts: [
      {
        hostPort: 8080,
        hostIp: '127.0.0.1',
        protocol: 'tcp',
        service: 'proxy',
        holder: { kind: 'process', name: 'nginx', pid: 812, user: 'www-data' },
        suggestion: 8081,
      },
      {
        hostPort: 5433,
        hostIp: '127.0.0.1',
        protocol: 'tcp',
        service: 'db',
        holder: { kind: 'container', name: 'other-db-1' },
      },
      {
        hostPort: 6380,
        hostIp: '0.0.0.0',
        protocol: 'tcp',
        service: 'cache',
        holder: { kind: 'service', name: 'twin', service: 'cache', environmentId: 'twin-1' },
        suggestion: 6381,
      },
    ],
  },
};
