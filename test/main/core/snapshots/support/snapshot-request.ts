import type { CaptureRequest } from '../../../../../src/main/core/snapshots/capture.ts';

export const environment = { id: 'env-1', name: 'shop', project: 'shop' };

export const metadata: CaptureRequest['metadata'] = {
  kind: 'manual',
  consistency: 'stopped',
  images: { 'db:1': `sha256:${'1'.repeat(64)}` },
  engine: { name: 'test', version: '1', platform: 'linux/amd64' },
  resolvedConfig: { services: { db: { image: 'db:1' } } },
};

export function volumeToCapture(name: string): CaptureRequest['volumes'][number] {
  return { key: name, name, driver: 'local', driverOptions: {}, labels: { 'com.docker.compose.volume': name } };
}
