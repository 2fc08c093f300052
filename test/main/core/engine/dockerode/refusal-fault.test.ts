import { describe, expect, test } from 'vitest';
import { refusalFault } from '../../../../../src/main/core/engine/dockerode/refusal-fault.ts';
import type { ProblemCode } from '../../../../../src/shared/problem.ts';

const attempt = { doing: 'start the container web', subject: 'web', missing: 'engine.not-found' } as const;

/** What engines of several makes and ages have said, and what is to be made of it. */
const cases: [code: ProblemCode, status: number, text: string, data?: object][] = [
  [
    'port.conflict',
    500,
    'driver failed programming external connectivity on endpoint web (0d5c): Bind for 0.0.0.0:8080 failed: port is already allocated',
    { hostPort: 8080, hostIp: '0.0.0.0', protocol: 'tcp' },
  ],
  [
    'port.conflict',
    500,
    'driver failed programming external connectivity on endpoint web (0d5c): Error starting userland proxy: listen tcp4 127.0.0.1:5432: bind: address already in use',
    { hostPort: 5432, hostIp: '127.0.0.1', protocol: 'tcp' },
  ],
  [
    'port.conflict',
    500,
    'driver failed programming external connectivity on endpoint web (0d5c): Error starting userland proxy: listen udp4 0.0.0.0:53: bind: address already in use',
    { hostPort: 53, protocol: 'udp' },
  ],
  [
    'port.conflict',
    500,
    'failed to set up container networking: driver failed programming external connectivity on endpoint web (0d5c): failed to bind host port for 127.0.0.1:8080:172.18.0.2:80/tcp: address already in use',
    { hostPort: 8080, hostIp: '127.0.0.1' },
  ],
  ['port.conflict', 500, 'failed to bind host port [::1]:8080/tcp: address already in use', { hostPort: 8080, hostIp: '::1' }],
  [
    'port.conflict',
    500,
    'Ports are not available: exposing port TCP 0.0.0.0:80 -> 0.0.0.0:0: listen tcp 0.0.0.0:80: bind: address already in use',
    { hostPort: 80 },
  ],
  ['port.conflict', 500, 'rootlessport listen tcp 0.0.0.0:8080: bind: address already in use', { hostPort: 8080 }],
  [
    'port.conflict',
    500,
    'Ports are not available: listen tcp 0.0.0.0:50051: bind: An attempt was made to access a socket in a way forbidden by its access permissions.',
    { hostPort: 50051 },
  ],
  ['port.invalid', 500, 'Error starting userland proxy: listen tcp4 0.0.0.0:80: bind: permission denied', { hostPort: 80 }],
  [
    'port.invalid',
    500,
    'Error starting userland proxy: listen tcp4 192.0.2.1:8080: bind: cannot assign requested address',
    { hostPort: 8080, hostIp: '192.0.2.1' },
  ],
  ['bind.source-missing', 400, 'invalid mount config for type "bind": bind source path does not exist: /home/me/conf', { source: '/home/me/conf' }],
  [
    'bind.source-missing',
    500,
    "error while creating mount source path '/host_mnt/x': mkdir /host_mnt/x: operation not permitted",
    { source: '/host_mnt/x' },
  ],
  ['bind.source-missing', 500, 'statfs /home/me/conf: no such file or directory', { source: '/home/me/conf' }],
  ['engine.no-space', 500, 'mkdir /var/lib/docker/overlay2/x: no space left on device'],
  ['network.conflict', 403, 'Pool overlaps with other one on this address space'],
  ['network.conflict', 400, 'invalid pool request: Pool overlaps with other one on this address space'],
  ['network.conflict', 500, 'could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network'],
  ['network.conflict', 409, 'network with name front already exists'],
  ['network.conflict', 403, 'error while removing network: network front id 12ab has active endpoints'],
  ['volume.in-use', 409, `remove data: volume is in use - [${'a'.repeat(64)}]`, { containers: ['a'.repeat(64)] }],
  ['engine.unsupported', 400, 'client version 1.51 is too new. Maximum supported API version is 1.41'],
  ['engine.unsupported', 400, 'client version 1.24 is too old. Minimum supported API version is 1.44, please upgrade your client to a newer version'],
  ['image.wrong-platform', 404, 'image with reference a:1 was found but does not match the specified platform: wanted linux/arm64, actual: linux/amd64'],
  ['image.not-found', 404, 'No such image: postgres:16', { reference: 'postgres:16' }],
  ['engine.not-found', 404, 'No such container: web', { subject: 'web' }],
  ['engine.conflict', 409, 'Conflict. The container name "/web" is already in use by container "12ab". You have to remove (or rename) that container.', { subject: 'web' }],
  ['engine.conflict', 409, 'Container 12ab is not running'],
  ['engine.rejected', 500, 'OCI runtime create failed: exec: "nope": executable file not found in $PATH'],
  ['engine.rejected', 500, ''],
];

describe('what the daemon says', () => {
  test.each(cases)('%s: %i %s', (code, status, text, data) => {
    const { problem } = refusalFault({ status, text }, attempt);
    expect(problem).toMatchObject({ code, detail: text, ...(data && { data }) });
    expect(problem.message).toMatch(/[.…]$/);
    expect(problem.hint).toMatch(/[.…]$/);
  });
});
