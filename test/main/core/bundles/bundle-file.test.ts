import { createHash } from 'node:crypto';
import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { extract } from 'tar-stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { type BundleManifest, isInnerPath } from '../../../../src/main/core/bundles/bundle-manifest.ts';
import { BundleWriter } from '../../../../src/main/core/bundles/bundle-writer.ts';
import { openBundle, verifyBundle } from '../../../../src/main/core/bundles/open-bundle.ts';
import { readTarHeader, writeTarHeader } from '../../../../src/main/core/base/tar-header.ts';
import { expectProblem } from '../engine/contract/support.ts';
import { tempDir } from '../../../support/temp.ts';

const environment: BundleManifest['environment'] = {
  id: 'e1',
  name: 'shop',
  projectName: 'shop',
  composeProfiles: [],
  values: {},
  portRemaps: [],
  directory: '',
  composeFiles: ['compose.yaml'],
  envFiles: [],
};

const empty: BundleManifest = {
  slipwayBundle: 1,
  createdAt: '2026-01-02T03:04:05.000Z',
  environment,
  files: [],
  ask: [],
  lock: {},
  images: [],
  overrides: {},
  lockedProfiles: [],
  snapshots: [],
};

async function* pieces(text: string): AsyncGenerator<Buffer> {
  for (const piece of text.match(/.{1,3}/gs) ?? []) yield await Promise.resolve(Buffer.from(piece));
}

let file: string;
beforeEach(async () => {
  file = path.join(await tempDir('bundle'), 'shop.slipway');
});

/** A bundle with one file; its document is changed by `change`. */
async function bundleWith(change: (manifest: BundleManifest) => object = (manifest) => manifest): Promise<void> {
  const writer = await BundleWriter.create(file);
  const blob = await writer.add(pieces('services: {}'), {});
  const manifest = { ...empty, files: [{ ...blob, path: 'compose.yaml', executable: false }] };
  await writer.finish(change(manifest) as BundleManifest, []);
}

describe('a bundle file', () => {
  it('gives back what was put into it', async () => {
    await bundleWith();
    const bundle = await openBundle(file);
    const [compose] = bundle.manifest.files;
    expect(compose && (await buffer(bundle.read(compose))).toString()).toBe('services: {}');
    expect(bundle.bytes).toBe((await stat(file)).size);
    await expect(verifyBundle(bundle)).resolves.toBeUndefined();
  });

  it('is a tar that other programs read', async () => {
    await bundleWith();
    const names: string[] = [];
    const entries = extract();
    entries.end(await readFile(file));
    for await (const entry of entries) {
      names.push(entry.header.name);
      entry.resume();
    }
    expect(names).toEqual(['oci-layout', expect.stringMatching(/^blobs\/sha256\/[0-9a-f]{64}$/), 'index.json', 'slipway-bundle.json']);
  });

  it('keeps equal layers once, compressed, under the digest of what they hold', async () => {
    const writer = await BundleWriter.create(file);
    const first = await writer.addLayer(pieces('layer content'), { skip: new Set() });
    const again = await writer.addLayer(pieces('layer content'), { skip: new Set() });
    const skipped = await writer.addLayer(pieces('known there'), { skip: new Set([sha256('known there')]) });
    const last = await writer.add(pieces('after'), {});
    await writer.finish({ ...empty, files: [{ ...last, path: 'compose.yaml', executable: false }] }, []);
    expect(first.diffId).toBe(sha256('layer content'));
    expect(again).toEqual({ diffId: first.diffId, blob: expect.objectContaining(first.blob ?? {}) as unknown });
    expect(skipped).toEqual({ diffId: sha256('known there') });
    const bundle = await openBundle(file);
    expect(gunzipSync(await buffer(bundle.read(first.blob ?? { digest: '', size: 0 }))).toString()).toBe('layer content');
    expect((await buffer(bundle.read(last))).toString()).toBe('after');
    expect(() => bundle.place({ digest: sha256('known there'), size: 11 })).toThrow(/lacks the blob/);
  });

  it('leaves nothing behind when it is abandoned', async () => {
    const writer = await BundleWriter.create(file);
    await writer.add(pieces('half'), {});
    await writer.abandon();
    await expect(stat(`${file}.part`)).rejects.toThrow('ENOENT');
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });

  it('is refused wherever it is cut off', async () => {
    await bundleWith();
    const { size } = await stat(file);
    const whole = await readFile(file);
    for (const cut of [size - 1024, size - 1600, 700, 520]) {
      await writeFile(file, whole);
      await truncate(file, cut);
      await expectProblem(openBundle(file), 'bundle.damaged');
    }
  });

  it('is refused when one of its bytes was changed', async () => {
    await bundleWith();
    const bytes = await readFile(file);
    bytes.write('S', bytes.indexOf('services: {}'));
    await writeFile(file, bytes);
    const problem = await expectProblem(verifyBundle(await openBundle(file)), 'bundle.damaged');
    expect(problem.message).toContain('does not match its checksum');
  });

  it.each(['../evil', '/etc/passwd', 'a/../../b', 'C:/x', 'a\\b', 'a//b', './a', 'nul\0', 'trailing.'])('does not lead out: %j', async (hostile) => {
    await bundleWith((manifest) => ({ ...manifest, files: manifest.files.map((one) => ({ ...one, path: hostile })) }));
    await expectProblem(openBundle(file), 'bundle.damaged');
  });

  it('is refused when a file stands where another needs a folder, or twice', async () => {
    for (const others of [['a', 'a/b'], ['a', 'a']]) {
      await bundleWith((manifest) => ({ ...manifest, files: others.map((name) => ({ ...manifest.files[0], path: name })) }));
      await expectProblem(openBundle(file), 'bundle.damaged');
    }
  });

  it('tells other files and newer versions from damage', async () => {
    await writeFile(file, 'not a tar at all');
    await expectProblem(openBundle(file), 'bundle.unsupported');
    await bundleWith((manifest) => ({ ...manifest, slipwayBundle: 2 }));
    await expectProblem(openBundle(file), 'bundle.unsupported');
    await expectProblem(openBundle(`${file}.absent`), 'usage.invalid');
  });
});

describe('inner paths', () => {
  it('stay inside whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', '.', '..', '', '/', '\\', ':', ' '), { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        if (isInnerPath(text)) expect(path.resolve('/root', text).startsWith('/root/')).toBe(true);
      }),
    );
  });
});

describe('tar headers', () => {
  it('tell what was written, also for more than 8 GiB', () => {
    for (const size of [0, 1, 8 ** 11 - 1, 8 ** 11, 2 ** 40]) {
      expect(readTarHeader(writeTarHeader({ name: 'blobs/x', size }))).toEqual({ name: 'blobs/x', size, kind: 'file' });
    }
    expect(readTarHeader(Buffer.alloc(512))).toBe('end');
  });
});

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
