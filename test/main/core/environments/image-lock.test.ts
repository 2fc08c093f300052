import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockChanges, pinned, readImageLock, writeImageLock } from '../../../../src/main/core/environments/image-lock.ts';
import type { ImageLock } from '../../../../src/shared/models/image-check.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'slipway-lock-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const lockOf = (images: Record<string, string>): ImageLock => ({ version: 1, images, about: {} });

describe('a lock file', () => {
  it('is the same text whatever the order, an image a line, and is read as it was written', async () => {
    const [one, other] = [path.join(directory, 'one'), path.join(directory, 'other')];
    await writeImageLock(one, lockOf({ 'b:1': digest('b'), 'a:1': digest('a') }));
    await writeImageLock(other, lockOf({ 'a:1': digest('a'), 'b:1': digest('b') }));
    expect(await readFile(one, 'utf8')).toBe(await readFile(other, 'utf8'));
    expect((await readFile(one, 'utf8')).split('\n')).toContain(`    "a:1": "${digest('a')}",`);
    expect(await readImageLock(one)).toEqual(lockOf({ 'a:1': digest('a'), 'b:1': digest('b') }));
  });

  it('may be absent', async () => {
    expect(await readImageLock(path.join(directory, 'none'))).toBeUndefined();
  });

  it.each(['{', '[]', '{"version":2,"images":{}}', '{"version":1,"images":{"a":"latest"}}'])('is refused when it is %s', async (text) => {
    const file = path.join(directory, 'damaged');
    await writeFile(file, text);
    await expect(readImageLock(file)).rejects.toMatchObject({ problem: { code: 'project.invalid', location: { file } } });
  });
});

it('tells what locking again would change', () => {
  const before = lockOf({ 'a:1': digest('a'), 'b:1': digest('b'), 'c:1': digest('c') });
  const after = lockOf({ 'a:1': digest('a'), 'b:1': digest('d'), 'e:1': digest('e') });
  expect(lockChanges(before, after)).toEqual([
    { image: 'b:1', kind: 'changed', before: digest('b'), after: digest('d') },
    { image: 'c:1', kind: 'removed', before: digest('c') },
    { image: 'e:1', kind: 'added', after: digest('e') },
  ]);
  expect(lockChanges(undefined, lockOf({ 'a:1': digest('a') }))).toEqual([{ image: 'a:1', kind: 'added', after: digest('a') }]);
  const seed = (letter: string) => ({ ...lockOf({}), seed: { reference: 'data:1', digest: digest(letter) } });
  expect(lockChanges(seed('a'), seed('b'))).toEqual([{ image: 'data:1', kind: 'changed', before: digest('a'), after: digest('b') }]);
});

it.each([
  ['postgres', 'postgres'],
  ['postgres:16', 'postgres'],
  ['team/app:1', 'team/app'],
  ['127.0.0.1:5000/team/app', '127.0.0.1:5000/team/app'],
  ['127.0.0.1:5000/team/app:1', '127.0.0.1:5000/team/app'],
  [`ghcr.io/team/app:1@${digest('b')}`, 'ghcr.io/team/app'],
])('pins %s by its name and the digest alone', (reference, name) => {
  expect(pinned(reference, digest('a'))).toBe(`${name}@${digest('a')}`);
});
