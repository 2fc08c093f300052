import { Live } from '../../../src/main/core/base/live.ts';
import type { DownloadPlan } from '../../../src/shared/models/download.ts';
import type { CertificateView, RegistryHealth, RegistryView, RemoteImageView, TagView } from '../../../src/shared/models/registry.ts';
import type { Problem } from '../../../src/shared/problem.ts';

export const ownCertificate: CertificateView = {
  subject: 'CN=Harbour authority',
  issuer: 'CN=Harbour authority',
  fingerprint: Array.from({ length: 32 }, (_, index) => ((index * 37 + 11) % 256).toString(16).padStart(2, '0').toUpperCase()).join(':'),
  validFrom: '2024-01-01T00:00:00.000Z',
  validTo: '2034-01-01T00:00:00.000Z',
  selfSigned: true,
};

const untrusted: Problem = {
  code: 'registry.tls',
  message: 'The certificate of the registry harbour.example:5000 is not trusted.',
  hint: 'Compare the certificate with what those who run the registry say, then trust it in Registries.',
  data: { host: 'harbour.example:5000', untrusted: true, certificates: [ownCertificate] },
};

const first: RegistryView[] = [
  {
    host: 'registry.example:5000',
    name: 'Team registry',
    mirrors: ['mirror.example'],
    plainHttp: false,
    trusted: [ownCertificate],
    kept: true,
    usedBy: ['Sample'],
    login: { username: 'ada', origin: "Slipway's own login", own: true },
    warnings: [],
  },
  { host: 'harbour.example:5000', name: 'harbour.example:5000', mirrors: [], plainHttp: false, trusted: [], kept: true, usedBy: [], warnings: [] },
  {
    host: 'docker.io',
    name: 'Docker Hub',
    mirrors: [],
    plainHttp: false,
    trusted: [],
    kept: false,
    usedBy: ['Dataverse', 'IoT platform'],
    login: { username: 'ada-hub', origin: '/home/ada/.docker/config.json', own: false },
    warnings: ['docker-credential-desktop is not installed; /home/ada/.docker/config.json says to ask it for the login to docker.io. Going on without it.'],
  },
];

export const fakeDownloads: DownloadPlan = {
  bytes: 143_400_000,
  complete: false,
  images: [
    { reference: 'registry.example:5000/notes/api:1.4', services: ['api', 'migrate'], engineBytes: 182_000_000, bytes: 12_400_000, totalBytes: 74_000_000 },
    { reference: 'registry.example:5000/platform/postgres:15', services: ['db'], bytes: 131_000_000, totalBytes: 131_000_000 },
    { reference: 'redis:7', services: ['cache'], engineBytes: 41_000_000, bytes: 0, totalBytes: 16_000_000 },
    { reference: 'harbour.example:5000/tools/web:2', services: ['proxy'], problem: untrusted },
  ],
};

/** The registries of the fake world. */
export class FakeRegistries {
  readonly list: Live<RegistryView[]>;

  constructor(empty: boolean) {
    this.list = new Live(empty ? first.slice(2).map((one) => ({ ...one, usedBy: [], warnings: [] })) : first);
  }

  change(host: string, change: (view: RegistryView) => RegistryView): void {
    this.list.update((all) => all.map((one) => (one.host === host ? change(one) : one)));
  }

  save({ host, name, ...change }: Partial<RegistryView> & { host: string }): void {
    if (!this.list.value.some((one) => one.host === host)) {
      this.list.update((all) => [{ host, name: name ?? host, mirrors: [], plainHttp: false, trusted: [], kept: true, usedBy: [], warnings: [] }, ...all]);
    }
    this.change(host, (view) => ({ ...view, ...change, name: name || view.name }));
  }

  health(): RegistryHealth[] {
    return this.list.value.map(({ host, trusted }) =>
      host === 'harbour.example:5000' && trusted.length === 0
        ? { host, state: 'unreachable', problem: untrusted, checkedAt: new Date().toISOString() }
        : { host, state: 'ok', latencyMs: host === 'docker.io' ? 184 : 12, checkedAt: new Date().toISOString() },
    );
  }

  repositories(): string[] {
    return ['notes/api', 'notes/proxy', 'notes/web', 'platform/base', 'platform/postgres'];
  }

  tags(): TagView[] {
    return ['latest', ...Array.from({ length: 4999 }, (_, index) => `${String(50 - Math.floor(index / 100))}.${String(99 - (index % 100))}.0`)].map((name) => ({ name }));
  }

  image(reference: string): RemoteImageView {
    return {
      reference,
      digest: `sha256:${'4f'.repeat(32)}`,
      variants: ['linux/amd64', 'linux/arm64/v8'].map((platform, index) => ({
        platform,
        digest: `sha256:${String(index + 1).repeat(64)}`,
        sizeBytes: 48_200_000 + index * 1_900_000,
        layers: [
          { digest: `sha256:${'a'.repeat(64)}`, sizeBytes: 31_000_000 },
          { digest: `sha256:${'b'.repeat(64)}`, sizeBytes: 17_200_000 },
        ],
        createdAt: '2025-11-03T09:30:00.000Z',
        labels: { 'org.opencontainers.image.title': 'Notes API', 'org.opencontainers.image.revision': '9f2c1e7' },
        history: ['ADD rootfs.tar /', 'COPY dist /app', 'CMD ["node", "/app/main.js"]'],
      })),
    };
  }
}
