import path from 'node:path';
import { plainCandidate, type EngineCandidate, type Surroundings } from './candidate.ts';

/** Where engines listen when nobody said otherwise; Docker's own places first. */
export function usualSockets(surroundings: Surroundings): EngineCandidate[] {
  return addresses(surroundings).map(([address, origin]) => plainCandidate({ address, origin }));
}

function addresses({ environment, home, platform, uid }: Surroundings): [string, string][] {
  const inHome = (...parts: string[]): string => `unix://${path.posix.join(home, ...parts)}`;
  if (platform === 'win32') {
    return [
      ['npipe:////./pipe/docker_engine', 'Docker\'s pipe'],
      ['npipe:////./pipe/dockerDesktopLinuxEngine', 'Docker Desktop\'s pipe'],
      ['npipe:////./pipe/podman-machine-default', 'Podman\'s pipe'],
    ];
  }
  const system: [string, string] = ['unix:///var/run/docker.sock', 'default socket'];
  const desktop: [string, string][] = [
    [inHome('.docker/run/docker.sock'), 'Docker Desktop\'s socket'],
    [inHome('.docker/desktop/docker.sock'), 'Docker Desktop\'s socket'],
  ];
  const virtualMachines: [string, string][] = [
    [inHome('.colima/default/docker.sock'), 'Colima\'s socket'],
    [inHome('.rd/docker.sock'), 'Rancher Desktop\'s socket'],
    [inHome('.orbstack/run/docker.sock'), 'OrbStack\'s socket'],
  ];
  if (platform === 'darwin') {
    return [system, ...desktop, ...virtualMachines, [inHome('.local/share/containers/podman/machine/podman.sock'), 'Podman\'s socket']];
  }
  const runtime = environment['XDG_RUNTIME_DIR'] ?? (uid === undefined ? undefined : `/run/user/${String(uid)}`);
  const rootless: [string, string][] = runtime
    ? [
        [`unix://${runtime}/docker.sock`, 'rootless Docker\'s socket'],
        [`unix://${runtime}/podman/podman.sock`, 'rootless Podman\'s socket'],
      ]
    : [];
  return [system, ...rootless, ...desktop, ...virtualMachines, ['unix:///run/podman/podman.sock', 'Podman\'s socket']];
}
