import { expect, test } from 'vitest';
import { parseChallenge } from '../../../../../src/main/core/registry/client/parse-challenge.ts';

test.each([
  [undefined, undefined],
  ['Negotiate', undefined],
  ['Bearer scope="x"', undefined],
  ['Basic realm="registry"', { scheme: 'basic' }],
  ['Bearer realm="https://auth.example/token"', { scheme: 'bearer', realm: 'https://auth.example/token' }],
  [
    'Bearer realm="https://a/t",service="registry.example",scope="repository:a/b:pull,push"',
    { scheme: 'bearer', realm: 'https://a/t', service: 'registry.example', scope: 'repository:a/b:pull,push' },
  ],
  ['bearer realm=https://a/t, service=s', { scheme: 'bearer', realm: 'https://a/t', service: 's' }],
])('%s', (header, expected) => {
  expect(parseChallenge(header)).toEqual(expected);
});
