import type { IndexedEntry } from '../format/index-line.ts';

/** What else than a file's bytes makes up an entry's content. */
export function contentKey({ entry }: IndexedEntry): string {
  switch (entry.type) {
    case 'file':
      return `file ${entry.size}`;
    case 'symlink':
    case 'hardlink':
      return `${entry.type} ${entry.target}`;
    case 'character':
    case 'block':
      return `${entry.type} ${entry.device.join()}`;
    default:
      return entry.type;
  }
}

/** Owner, mode and attributes. */
export function metadataKey({ entry: { mode, uid, gid, xattrs } }: IndexedEntry): string {
  return `${mode} ${uid} ${gid} ${xattrs ? JSON.stringify(Object.entries(xattrs).sort()) : ''}`;
}
