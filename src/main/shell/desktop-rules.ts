import path from 'node:path';

const schemes = new Set(['http:', 'https:', 'mailto:']);

/** Whether an address may be handed to the system's browser or mail program. */
export function openable(url: string): boolean {
  return URL.canParse(url) && schemes.has(new URL(url).protocol);
}

/** Names that Compose finds by itself in a folder. */
const discovered = new Set(['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml']);

/**
 * What choosing a file means: a file that Compose would have found by itself stands for its folder, so that override
 * files beside it count as well; any other file is meant as itself.
 */
export function composePick(file: string): string {
  return discovered.has(path.basename(file)) ? path.dirname(file) : file;
}
