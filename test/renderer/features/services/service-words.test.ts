import { describe, expect, it } from 'vitest';
import { serviceExplanation } from '../../../../src/renderer/features/services/service-explanation.ts';
import { shortImage } from '../../../../src/renderer/features/services/short-image.ts';
import type { ServiceView } from '../../../../src/shared/models/stack.ts';

describe('serviceExplanation', () => {
  const service: ServiceView = {
    name: 'web',
    image: 'web:1',
    state: 'stopped',
    dependsOn: ['db', 'cache'],
    containers: [
      { id: 'c', name: 'web-1', image: 'web:1', state: 'exited', health: 'none', status: 'exited (unhealthy)', exitCode: 137 },
    ],
  };
  it.each<[string, Partial<ServiceView>, string]>([
    ['what is known comes first', { state: 'unhealthy', detail: 'Probe 4 said: HTTP 503' }, 'Probe 4 said: HTTP 503'],
    ['a service that starts waits for others', { state: 'starting' }, 'Waiting for db, cache'],
    ['a stopped one says how it ended', { state: 'stopped' }, 'Ended with exit code 137'],
    ['a failed one has the engine’s own words', { state: 'failed' }, 'exited (unhealthy)'],
    ['a healthy one needs no words', { state: 'healthy' }, ''],
    ['one that was never made has none', { state: 'missing', containers: [] }, ''],
  ])('%s', (_what, facts, words) => {
    expect(serviceExplanation({ ...service, ...facts })).toBe(words);
  });
});

describe('shortImage', () => {
  it.each([
    ['postgres:15', 'postgres:15'],
    ['library/postgres:15', 'library/postgres:15'],
    ['127.0.0.1:5000/slipway/web:1', 'slipway/web:1'],
    ['registry.example.org/team/web:1', 'team/web:1'],
    ['localhost/web', 'web'],
    [`ghcr.io/team/web@sha256:${'0123456789abcdef'.repeat(4)}`, 'team/web@01234567'],
  ])('%s: %s', (image, short) => {
    expect(shortImage(image)).toBe(short);
  });
});
