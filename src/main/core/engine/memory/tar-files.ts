import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { extract, pack } from 'tar-stream';
import { Fault } from '../../base/fault.ts';
import { normalPath, type FileNode } from './file-tree.ts';

/** A tar of files under the given names. */
export function packFiles(files: Iterable<readonly [string, FileNode]>): Readable {
  const tar = pack();
  for (const [path, { content, ...node }] of files) {
    const name = node.type === 'directory' ? `${path}/` : path;
    tar.entry({ ...node, name, size: content.length }, content);
  }
  tar.finalize();
  return Readable.from(tar as AsyncIterable<Buffer>, { objectMode: false });
}

/** All files of a tar, by normal path, in order. Raises `engine.rejected` for what is no tar, the source's error as it is. */
export async function unpackFiles(tar: Readable): Promise<[string, FileNode][]> {
  const files: [string, FileNode][] = [];
  let broken: Error | undefined;
  const unpacked = extract();
  tar.once('error', (error) => {
    broken = error;
    unpacked.destroy(error);
  });
  try {
    for await (const entry of tar.pipe(unpacked)) {
      const { name, type, mode, uid, gid, mtime, linkname } = entry.header;
      const kind = type === 'directory' || type === 'symlink' || type === 'link' ? type : 'file';
      const node: FileNode = { type: kind, mode: mode & 0o7777, uid, gid, mtime, content: await buffer(entry) };
      files.push([normalPath(name), linkname ? { ...node, linkname } : node]);
    }
  } catch (error) {
    if (broken) throw broken;
    throw new Fault(
      {
        code: 'engine.rejected',
        message: 'The engine could not unpack the archive.',
        hint: 'The data is damaged or is no tar archive.',
        detail: String(error),
      },
      { cause: error },
    );
  } finally {
    tar.destroy();
  }
  return files;
}
