import { readlink } from 'node:fs/promises';
import path from 'node:path';

/** Whether a relative path is asked for, leads to what is, or neither. */
export type WantedPaths = (relative: string) => 'yes' | 'above' | 'no';

/** More links than that in a row go round in circles. */
const mostLinks = 255;

/**
 * What of a directory a builder asks for by these paths: they themselves with all below, the links on the way, and what
 * those lead to inside the directory. Of a pattern the part before its first wildcard counts, which may be more.
 */
export async function followPaths(directory: string, only: readonly string[] | undefined): Promise<WantedPaths> {
  if (!only) return () => 'yes';
  const wanted = new Set<string>();
  for (const one of only) await follow(directory, plainPart(one), wanted);
  if (wanted.has('')) return () => 'yes';
  const above = new Set([...wanted].flatMap((one) => parentsOf(one)));
  return (relative) => {
    if (wanted.has(relative) || parentsOf(relative).some((parent) => wanted.has(parent))) return 'yes';
    return above.has(relative) ? 'above' : 'no';
  };
}

function plainPart(pattern: string): string {
  const parts = normal(pattern).split('/');
  const wild = parts.findIndex((part) => /[*?[\\]/.test(part));
  return (wild < 0 ? parts : parts.slice(0, wild)).join('/');
}

async function follow(directory: string, relative: string, wanted: Set<string>, links = 0): Promise<void> {
  if (wanted.has(relative)) return;
  const parts = relative === '' ? [] : relative.split('/');
  for (const index of parts.keys()) {
    const part = parts.slice(0, index + 1).join('/');
    const target = await readlink(path.join(directory, part)).catch(() => undefined);
    if (target === undefined || links >= mostLinks) continue;
    wanted.add(part);
    const led = path.isAbsolute(target) ? target : path.posix.join(path.posix.dirname(part), target.split(path.sep).join('/'));
    await follow(directory, normal([led, ...parts.slice(index + 1)].join('/')), wanted, links + 1);
    return;
  }
  wanted.add(relative);
}

/** Without leading slashes and dots; what climbs out of the directory ends at its top. */
function normal(given: string): string {
  return path.posix.join('/', given).replaceAll(/^\/+|\/+$/g, '');
}

function parentsOf(relative: string): string[] {
  const parts = relative.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}
