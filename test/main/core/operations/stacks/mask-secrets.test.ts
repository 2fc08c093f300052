import { describe, expect, it } from 'vitest';
import type { Project } from '../../../../../src/main/core/compose/project.ts';
import { maskSecrets } from '../../../../../src/main/core/operations/stacks/mask-secrets.ts';

const project: Project = {
  name: 'shop',
  services: {
    web: {
      command: null,
      entrypoint: null,
      environment: {
        POSTGRES_PASSWORD: 'hunter2',
        API_KEY: 'k',
        EMPTY_TOKEN: '',
        PASSWORD_FILE: '/run/secrets/db',
        DATABASE_URL: 'postgres://app:hunter2@db:5432/app',
        LOG_LEVEL: 'debug',
      },
    },
  },
  secrets: { cert: { name: 'cert', content: 'hunter2' } },
};

describe('masking secrets', () => {
  const text = JSON.stringify(maskSecrets(project));

  it('leaves no secret in clear', () => {
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('"k"');
  });

  it('keeps what is none: plain values, paths, empty values, the rest of an address', () => {
    expect(text).toContain('"LOG_LEVEL":"debug"');
    expect(text).toContain('/run/secrets/db');
    expect(text).toContain('"EMPTY_TOKEN":""');
    expect(text).toContain('postgres://app:********@db:5432/app');
  });
});
