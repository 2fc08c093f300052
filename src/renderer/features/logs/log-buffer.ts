import type { ServiceLogLine } from '../../../shared/models/log.ts';

/** As many lines as the window keeps; the oldest make way. */
export const lineLimit = 20_000;

/**
 * `lines` and `more` together, in the order in which they were written, no longer than the limit. Services are read
 * side by side, so lines of one may come before earlier ones of another. Neither array is changed.
 */
export function appendLines(
  lines: readonly ServiceLogLine[],
  more: readonly ServiceLogLine[],
  limit: number = lineLimit,
): readonly ServiceLogLine[] {
  const kept = Math.max(0, limit - more.length);
  const older = lines.length > kept ? lines.slice(lines.length - kept) : lines;
  const all = [...older, ...more.slice(-limit)];
  return inOrder(all) ? all : all.sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

function inOrder(lines: readonly ServiceLogLine[]): boolean {
  return lines.every((line, index) => index === 0 || Date.parse(lines[index - 1]?.at ?? line.at) <= Date.parse(line.at));
}

/** The lines that contain every word of `search`, in any case; all of them when it is empty. */
export function searchLines(lines: readonly ServiceLogLine[], search: string): readonly ServiceLogLine[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return lines;
  return lines.filter(({ text, service }) => {
    const hay = `${service} ${text}`.toLowerCase();
    return words.every((word) => hay.includes(word));
  });
}
