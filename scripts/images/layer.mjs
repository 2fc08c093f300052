import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { finished, lastOutput } from './run.mjs';

/** Folders whose content belongs to the machine or to apt, never to an image. */
const emptied = new Set(['dev', 'proc', 'run', 'sys', 'tmp', 'var/cache/apt', 'var/lib/apt/lists', 'var/tmp']);
/** Files that the engine writes into every container. */
const engineOwned = new Set(['etc/hostname', 'etc/hosts', 'etc/resolv.conf']);

/**
 * @typedef {object} Layer
 * @property {string} digest of the compressed blob, `sha256:…`
 * @property {string} diffId of the tar inside it
 * @property {number} size of the compressed blob, in bytes
 */

/**
 * Writes what a tree adds to, changes in and removes from its base as one compressed layer into `blobs`, named by its
 * SHA-256. Removed files become whiteouts (OCI image specification, "Representing Changes").
 * gzip, because an engine of 2022 cannot read zstd layers.
 *
 * @param {{ tree: string, base?: string, blobs: string, signal: AbortSignal }} options
 * @returns {Promise<Layer>}
 */
export async function writeLayer({ tree, base, blobs, signal }) {
  const before = base === undefined ? new Map() : describeTree(base);
  const after = describeTree(tree);
  const changed = [...after].filter(([name, state]) => before.get(name) !== state).map(([name]) => name);
  const removed = [...before.keys()].filter((name) => !after.has(name) && !isRemovedParent(name, before, after));

  const scratch = `${tree}.layer`;
  const whiteouts = path.join(scratch, 'whiteouts');
  const lists = { changed: path.join(scratch, 'changed'), removed: path.join(scratch, 'removed') };
  await mkdir(whiteouts, { recursive: true });
  await writeFile(lists.changed, changed.join('\0'));
  await writeFile(lists.removed, (await writeWhiteouts(whiteouts, removed)).join('\0'));

  const blob = path.join(scratch, 'blob');
  const sources = ['-C', tree, `--files-from=${lists.changed}`, '-C', whiteouts, `--files-from=${lists.removed}`];
  const layer = await pack(sources, blob, signal);
  await rename(blob, path.join(blobs, layer.digest.slice('sha256:'.length)));
  await rm(scratch, { recursive: true });
  return layer;
}

/**
 * Every path of a tree with all that a layer records of it, parents before children.
 *
 * @param {string} tree
 * @returns {Map<string, string>}
 */
function describeTree(tree) {
  /** @type {Map<string, string>} */
  const found = new Map();
  const visit = (/** @type {string} */ folder) => {
    const entries = readdirSync(path.join(tree, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = path.join(folder, entry.name);
      if (engineOwned.has(name)) continue;
      const absolute = path.join(tree, name);
      const { mode, uid, gid, size, mtimeNs } = lstatSync(absolute, { bigint: true });
      const content = entry.isSymbolicLink() ? readlinkSync(absolute) : entry.isFile() ? size : '';
      found.set(name, [mode, uid, gid, mtimeNs, content].join(' '));
      if (entry.isDirectory() && !emptied.has(name)) visit(name);
    }
  };
  visit('');
  return found;
}

/**
 * A removed folder's whiteout hides all that was in it.
 *
 * @param {string} name
 * @param {Map<string, string>} before
 * @param {Map<string, string>} after
 */
function isRemovedParent(name, before, after) {
  const parent = path.dirname(name);
  return before.has(parent) && !after.has(parent);
}

/**
 * @param {string} folder
 * @param {readonly string[]} removed
 * @returns {Promise<string[]>} the names written, relative to `folder`
 */
async function writeWhiteouts(folder, removed) {
  await mkdir(folder, { recursive: true });
  const names = removed.map((name) => path.join(path.dirname(name), `.wh.${path.basename(name)}`));
  for (const name of names) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), '');
  }
  return names;
}

/**
 * @param {readonly string[]} sources tar's arguments that name the files
 * @param {string} blob file to write
 * @param {AbortSignal} signal
 * @returns {Promise<Layer>}
 */
async function pack(sources, blob, signal) {
  const format = ['--format=posix', '--pax-option=delete=atime,delete=ctime', '--numeric-owner'];
  const tar = spawn('tar', ['--create', ...format, '--no-recursion', '--null', ...sources], {
    signal,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const diff = createHash('sha256');
  const packed = createHash('sha256');
  await Promise.all([
    finished(tar, 'tar', lastOutput(tar.stderr), signal),
    pipeline(tar.stdout, hashing(diff), createGzip({ level: 1 }), hashing(packed), createWriteStream(blob)),
  ]);
  const { size } = await stat(blob);
  return { digest: `sha256:${packed.digest('hex')}`, diffId: `sha256:${diff.digest('hex')}`, size };
}

/** @param {import('node:crypto').Hash} hash */
function hashing(hash) {
  return new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}
