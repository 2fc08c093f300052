import { describe, expect, test } from 'vitest';
import { Fault } from '../../../../src/main/core/base/fault.ts';
import { aliasedDigest, digestAlias, parseImageReference } from '../../../../src/main/core/base/image-reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

const wellFormed: [text: string, registry: string, repository: string, tag: string | undefined, familiarName: string][] = [
  ['postgres', 'docker.io', 'library/postgres', 'latest', 'postgres:latest'],
  ['postgres:16-alpine', 'docker.io', 'library/postgres', '16-alpine', 'postgres:16-alpine'],
  ['docker.io/postgres:16', 'docker.io', 'library/postgres', '16', 'postgres:16'],
  ['index.docker.io/library/postgres', 'docker.io', 'library/postgres', 'latest', 'postgres:latest'],
  ['gdcc/dataverse:unstable', 'docker.io', 'gdcc/dataverse', 'unstable', 'gdcc/dataverse:unstable'],
  ['ghcr.io/team/app', 'ghcr.io', 'team/app', 'latest', 'ghcr.io/team/app:latest'],
  ['localhost/app:1', 'localhost', 'app', '1', 'localhost/app:1'],
  ['localhost:5000/app', 'localhost:5000', 'app', 'latest', 'localhost:5000/app:latest'],
  ['127.0.0.1:5000/a/b/c:x', '127.0.0.1:5000', 'a/b/c', 'x', '127.0.0.1:5000/a/b/c:x'],
  ['[::1]:5000/app', '[::1]:5000', 'app', 'latest', '[::1]:5000/app:latest'],
  ['registry/app', 'docker.io', 'registry/app', 'latest', 'registry/app:latest'],
  ['REGISTRY/app', 'REGISTRY', 'app', 'latest', 'REGISTRY/app:latest'],
  ['a__b/c.d-e--f:V_1.0-x', 'docker.io', 'a__b/c.d-e--f', 'V_1.0-x', 'a__b/c.d-e--f:V_1.0-x'],
  [`redis@${digest}`, 'docker.io', 'library/redis', undefined, `redis@${digest}`],
  [`quay.io/x/y:2@${digest}`, 'quay.io', 'x/y', '2', `quay.io/x/y:2@${digest}`],
];

const malformed = [
  '',
  ':latest',
  'UPPER',
  'team/Upper',
  'team//app',
  'team/app/',
  'app:',
  'app:-x',
  'app@sha256:short',
  `app@${digest}@${digest}`,
  'host_name.io/app',
  '-app',
  'a'.repeat(300),
  'b'.repeat(64).replaceAll('b', 'f'),
  'app:white space',
];

describe('image references', () => {
  test.each(wellFormed)('%s', (text, registry, repository, tag, familiarName) => {
    const parsed = parseImageReference(text);
    expect(parsed).toMatchObject({ registry, repository, familiarName });
    expect(parsed.tag).toBe(tag);
    expect(parsed.digest).toBe(text.includes('@') ? digest : undefined);
    expect(parseImageReference(parsed.familiarName)).toEqual(parsed);
  });

  test.each(malformed)('refuses %j', (text) => {
    expect(() => parseImageReference(text)).toThrow(Fault);
  });
});

describe('the tag that stands for a digest', () => {
  test.each([
    [`r.example:5000/team/app@${digest}`, `r.example:5000/team/app:${digest.replace(':', '-')}`],
    [`postgres:16@${digest}`, `postgres:${digest.replace(':', '-')}`],
    ['postgres:16', undefined],
  ])('%s', (reference, alias) => {
    expect(digestAlias(reference)).toBe(alias);
    if (alias !== undefined) expect(aliasedDigest(alias)).toBe(reference.replace(':16@', '@'));
  });

  test('no other tag is taken for one', () => {
    for (const tag of ['app:1', 'app:sha256-abc', 'r:5000/app']) expect(aliasedDigest(tag)).toBeUndefined();
  });
});
