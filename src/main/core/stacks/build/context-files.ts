import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import type { Cancellable } from '../../base/abort.ts';
import type { BuildDirectory, BuildEntry } from '../../engine/buildkit.ts';
import type { IgnoreRules } from './docker-ignore.ts';
import { followPaths, type WantedPaths } from './followed-paths.ts';

/** Files up to this size are read at once. */
const wholeBytes = 256 * 1024;

/** A directory without what its `.dockerignore` leaves out. Sockets, pipes and devices are left out, too. */
export function contextFiles(directory: string, ignore: IgnoreRules): BuildDirectory {
  return {
    entries: async function* entries({ only, signal }) {
      const wanted = await followPaths(directory, only);
      yield* walk({ directory, ignore, wanted, signal }, '', []);
    },
  };
}

interface Walk extends Cancellable {
  readonly directory: string;
  readonly ignore: IgnoreRules;
  readonly wanted: WantedPaths;
}

/** `above` are the directories that are only sent when something below is: the last was found last. */
async function* walk(of: Walk, inside: string, above: BuildEntry[]): AsyncGenerator<BuildEntry> {
  of.signal?.throwIfAborted();
  const names = (await readdir(path.join(of.directory, inside))).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const name of names) {
    const relative = inside === '' ? name : `${inside}/${name}`;
    const wanted = of.wanted(relative);
    if (wanted === 'no') continue;
    const entry = await entryOf(of.directory, relative);
    if (!entry) continue;
    const sent = wanted === 'yes' && !of.ignore.ignored(relative);
    if (sent) {
      yield* above;
      above.length = 0;
      yield entry;
    }
    if (entry.kind !== 'directory') continue;
    if (sent) yield* walk(of, relative, above);
    else if (wanted === 'above' || of.ignore.hasExceptions) {
      above.push(entry);
      yield* walk(of, relative, above);
      // Nothing below was sent.
      if (above.at(-1) === entry) above.pop();
    }
  }
}

async function entryOf(directory: string, relative: string): Promise<BuildEntry | undefined> {
  const file = path.join(directory, relative);
  const found = await lstat(file, { bigint: true });
  const kind = found.isFile() ? 'file' : found.isDirectory() ? 'directory' : found.isSymbolicLink() ? 'link' : undefined;
  if (!kind) return undefined;
  return {
    path: relative,
    kind,
    mode: Number(found.mode & 0o7777n),
    sizeBytes: Number(found.size),
    modifiedNs: found.mtimeNs,
    ...(kind === 'link' ? { target: (await readlink(file)).split(path.sep).join('/') } : {}),
    read: () => contentOf(file, Number(found.size)),
  };
}

async function* contentOf(file: string, sizeBytes: number): AsyncGenerator<Uint8Array> {
  if (sizeBytes > wholeBytes) yield* createReadStream(file, { highWaterMark: wholeBytes }) as AsyncIterable<Buffer>;
  else yield await readFile(file);
}

/** A directory of one file that need not be on the disk. Its time stands for its content: BuildKit knows files by both. */
export function oneFile(name: string, text: string): BuildDirectory {
  const content = Buffer.from(text);
  const modifiedNs = createHash('sha256').update(content).digest().readBigUInt64BE() >> 4n;
  const entry: BuildEntry = {
    path: name,
    kind: 'file',
    mode: 0o644,
    sizeBytes: content.length,
    modifiedNs,
    read: async function* read() {
      await Promise.resolve();
      yield content;
    },
  };
  return {
    entries: async function* entries() {
      await Promise.resolve();
      yield entry;
    },
  };
}
