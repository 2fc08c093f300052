import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Everything about a tree that a restore has to bring back, a line a thing; names as latin1, so that bytes count. */
export function readTree(directory: string): readonly string[] {
  const inodes = new Map<bigint, string>();
  const lines: string[] = [];
  const visit = (place: Buffer, name: string): void => {
    const stat = lstatSync(place, { bigint: true });
    const first = stat.isDirectory() ? undefined : inodes.get(stat.ino);
    inodes.set(stat.ino, first ?? name);
    const content = stat.isFile()
      ? createHash('sha256').update(readFileSync(place)).digest('hex')
      : stat.isSymbolicLink()
        ? readlinkSync(place, { encoding: 'buffer' }).toString('latin1')
        : '';
    lines.push(
      [name, stat.mode.toString(8), stat.uid, stat.gid, stat.mtimeNs, stat.isFile() ? stat.size : 0, stat.rdev, content, first ?? ''].join(' | '),
    );
    if (!stat.isDirectory()) return;
    for (const child of readdirSync(place, { encoding: 'buffer' }).sort((a, b) => Buffer.compare(a, b))) {
      visit(Buffer.concat([place, Buffer.from('/'), child]), `${name}/${child.toString('latin1')}`);
    }
  };
  visit(Buffer.from(directory), '');
  return lines;
}
