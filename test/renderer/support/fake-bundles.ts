import type { BundleContents, BundlePlan } from '../../../src/shared/models/bundle.ts';
import type { CaptureResult } from '../../../src/shared/models/capture.ts';
import type { DiskReport } from '../../../src/shared/models/disk.ts';

const images = [
  { references: ['127.0.0.1:5000/sample/web:1'], id: `sha256:${'a1'.repeat(32)}`, platform: 'linux/amd64', bytes: 182_000_000, addedBytes: 182_000_000, complete: true },
  { references: ['127.0.0.1:5000/sample/db:15'], id: `sha256:${'b2'.repeat(32)}`, platform: 'linux/amd64', bytes: 417_000_000, addedBytes: 301_000_000, complete: true },
];

export function bundlePlanOf(choice: { images: boolean; withSecrets: boolean; snapshots: readonly string[] }): BundlePlan {
  const snapshots = choice.snapshots.map((id) => ({ id, name: 'three notes', createdAt: '2026-03-01T10:00:00.000Z', bytes: 24_000_000, addedBytes: 24_000_000 }));
  const parts = choice.images ? images : [];
  return {
    environmentName: 'sample',
    files: [{ path: 'compose.yaml', bytes: 2_100 }, { path: 'web.env', bytes: 120 }],
    ask: choice.withSecrets ? [] : ['secrets/db.txt'],
    leftOut: [{ path: '/etc/hosts', why: 'it lies outside of the environment’s folder' }],
    images: parts,
    missingImages: [],
    snapshots,
    totalBytes: [...parts, ...snapshots].reduce((sum, { addedBytes }) => sum + addedBytes, 2_220),
  };
}

export const bundleOnDisk: BundleContents = {
  id: `sha256:${'c3'.repeat(32)}`,
  file: '/home/ada/Downloads/shop.slipway',
  bytes: 210_000_000,
  createdAt: '2026-03-01T10:00:00.000Z',
  environmentName: 'shop',
  files: [{ path: 'compose.yaml', bytes: 2_100 }],
  ask: ['secrets/db.txt'],
  lock: {},
  images,
  snapshots: [],
};

export const captured: CaptureResult = {
  projectName: 'shop',
  engine: { name: 'prod-1', version: '26.1.5', address: 'ssh://ops@prod-1' },
  services: [
    { name: 'db', image: 'postgres:16', containers: 1 },
    { name: 'web', image: 'registry.example/shop/web:4.2', containers: 2 },
    { name: 'worker', image: 'shop-worker', containers: 1 },
  ],
  lock: { 'postgres:16': `sha256:${'d4'.repeat(32)}`, 'registry.example/shop/web:4.2': `sha256:${'e5'.repeat(32)}` },
  withoutDigest: ['shop-worker'],
  ask: [{ variable: 'POSTGRES_PASSWORD', title: 'POSTGRES_PASSWORD of db' }],
  secretFiles: [],
  volumes: [{ key: 'data', name: 'shop_data' }],
  binds: [{ service: 'web', source: '/srv/shop/site.conf', here: './binds/web/etc/site.conf' }],
  compose: 'name: shop\nservices:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}\n',
};

const unusedImage = { createdAt: '2026-02-01T10:00:00.000Z', environments: [], containers: [], unused: true };

export const diskReport: DiskReport = {
  imagesBytes: 1_240_000_000,
  containersBytes: 12_000_000,
  volumesBytes: 84_000_000,
  buildCacheBytes: 310_000_000,
  images: [
    { ...unusedImage, id: `sha256:${'b2'.repeat(32)}`, references: ['127.0.0.1:5000/sample/db:15'], bytes: 417_000_000, environments: ['sample'], containers: ['sample-db-1'], fromRegistry: true, unused: false },
    { ...unusedImage, id: `sha256:${'f6'.repeat(32)}`, references: ['solr:9.3'], bytes: 580_000_000, fromRegistry: true },
    { ...unusedImage, id: `sha256:${'07'.repeat(32)}`, references: ['my-experiment:latest'], bytes: 96_000_000, fromRegistry: false },
  ],
  reclaimableBytes: 580_000_000,
  localReclaimableBytes: 40_000_000,
  volumes: [{ name: 'sample_notes', bytes: 61_000_000, environment: 'sample' }, { name: 'old_data', bytes: 23_000_000 }],
  snapshots: { count: 3, bytes: 44_000_000, unreferencedBytes: 0 },
  unreadable: [],
};
