import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { copyTree } from '../../../scripts/images/debian-tree.mjs';
import { writeLayer } from '../../../scripts/images/layer.mjs';
import { tempDir } from '../../support/temp.ts';

const { signal } = new AbortController();

async function makeTrees(): Promise<{ base: string; tree: string; blobs: string }> {
  const directory = await tempDir();
  const [base, tree, blobs] = ['base', 'tree', 'blobs'].map((name) => path.join(directory, name)) as [string, string, string];
  await mkdir(blobs);
  await mkdir(path.join(base, 'etc'), { recursive: true });
  await mkdir(path.join(base, 'opt/old/deep'), { recursive: true });
  await writeFile(path.join(base, 'etc/kept'), 'kept');
  await writeFile(path.join(base, 'etc/changed'), 'before');
  await writeFile(path.join(base, 'opt/old/deep/file'), '');
  await copyTree(base, tree, signal);
  return { base, tree, blobs };
}

const readBlob = (blobs: string, digest: string): Promise<Buffer> => readFile(path.join(blobs, digest.replace('sha256:', '')));

function listOf(tar: Buffer): string[] {
  const names = execFileSync('tar', ['--list'], { input: tar, encoding: 'utf8' });
  return names.split('\n').filter((name) => name !== '' && !name.endsWith('/'));
}

describe.runIf(process.platform === 'linux')('writeLayer', () => {
  it('has what was added and changed, and a whiteout for what was removed', async () => {
    const { base, tree, blobs } = await makeTrees();
    await writeFile(path.join(tree, 'etc/changed'), 'after, longer');
    await writeFile(path.join(tree, 'etc/added -C odd'), '');
    await symlink('kept', path.join(tree, 'etc/link'));
    await rm(path.join(tree, 'opt/old'), { recursive: true });
    const layer = await writeLayer({ tree, base, blobs, signal });
    const names = listOf(gunzipSync(await readBlob(blobs, layer.digest)));
    expect(names.sort()).toEqual(['etc/added -C odd', 'etc/changed', 'etc/link', 'opt/.wh.old']);
  });

  it('names itself and its content by their digests and tells its size', async () => {
    const { tree, blobs } = await makeTrees();
    const layer = await writeLayer({ tree, blobs, signal });
    const blob = await readBlob(blobs, layer.digest);
    const sha256 = (data: Buffer) => `sha256:${createHash('sha256').update(data).digest('hex')}`;
    expect(layer).toEqual({ digest: sha256(blob), diffId: sha256(gunzipSync(blob)), size: blob.length });
  });

  it("leaves out the machine's own files", async () => {
    const { base, tree, blobs } = await makeTrees();
    for (const folder of ['proc', 'var/lib/apt/lists']) {
      await mkdir(path.join(tree, folder), { recursive: true });
      await writeFile(path.join(tree, folder, 'mine'), '');
    }
    await writeFile(path.join(tree, 'etc/resolv.conf'), '');
    const layer = await writeLayer({ tree, base, blobs, signal });
    expect(listOf(gunzipSync(await readBlob(blobs, layer.digest)))).toEqual([]);
  });
});
