import { formatBytes } from '../../../shared/format-bytes.ts';
import type { ImageChanges, ImageState, ServiceImage } from '../../../shared/models/image-check.ts';
import type { RehearsalReport } from '../../../shared/models/rehearsal.ts';
import { count } from '../../ui/format.ts';
import type { StateLook } from '../../ui/state-look.ts';

export const imageLooks: Readonly<Record<ImageState, StateLook>> = {
  'up-to-date': { label: 'Up to date', color: 'teal' },
  newer: { label: 'Newer available', color: 'blue' },
  missing: { label: 'Not here', color: 'orange' },
  drifted: { label: 'Drifted', color: 'orange' },
  unknown: { label: 'Unknown', color: 'gray' },
};

export const verdictLooks: Readonly<Record<RehearsalReport['verdict'], StateLook>> = {
  works: { label: 'It works', color: 'teal' },
  fails: { label: 'It fails', color: 'red' },
};

/** A digest or image as a person recognises it: `postgres@1a2b3c4d5e6f`. */
export function shortDigest(text: string): string {
  return text.replace(/sha256:([0-9a-f]{12})[0-9a-f]*/, '$1');
}

/** What a person can make of an image's state. */
export function stateWords({ state, problem, locked, changes }: ServiceImage): string {
  if (problem) return problem.message;
  switch (state) {
    case 'newer':
      return changes ? changeWords(changes) : '';
    case 'missing':
      return 'Pulled at the next start.';
    case 'drifted':
      return locked ? 'Runs another image than the lock says. Start it again to apply the lock.' : 'Runs an older image than the engine has. Start it again to apply that.';
    case 'up-to-date':
    case 'unknown':
      return '';
  }
}

/** How a newer image differs: "1 of 4 layers new, 1.2 MB; 31 MB → 31.4 MB". */
export function changeWords({ layers, newLayers, newBytes, sizeBefore, sizeAfter, labels }: ImageChanges): string {
  const size = sizeBefore === undefined ? formatBytes(sizeAfter) : `${formatBytes(sizeBefore)} → ${formatBytes(sizeAfter)}`;
  const labelWords = labels.length === 0 ? [] : [`${count(labels.length, 'label')} changed`];
  return [`${newLayers} of ${count(layers, 'layer')} new, ${formatBytes(newBytes)}`, size, ...labelWords].join('; ');
}

/** "1 newer, 1 drifted"; what is up to date goes without saying. */
export function checkWords(found: readonly ServiceImage[]): string {
  const states = ['newer', 'drifted', 'missing', 'unknown'] as const;
  const parts = states.flatMap((state) => {
    const number = found.filter((one) => one.state === state).length;
    return number === 0 ? [] : [`${number} ${imageLooks[state].label.toLowerCase()}`];
  });
  return parts.length === 0 ? 'All images are up to date' : parts.join(', ');
}
