import type { Node } from '../source/node.ts';
import type { AssembleContext } from './context.ts';

/** Whether a file's name is an address in a Git repository or a registry. */
export function isRemote(file: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/)/i.test(file);
}

/** Reports that remote files are not read: what runs on a person's machine must be on that machine to be looked at. */
export function refuseRemote(file: string, at: Node, { diagnostics }: AssembleContext): void {
  diagnostics.error(at.at, `${file} is not on this machine.`, 'Fetch it first, and name the local copy.');
}
