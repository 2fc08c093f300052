import type { SourceLocation } from '../../../../shared/problem.ts';

/** One text that was read, kept to turn offsets into lines and columns when a finding is reported. */
export class Source {
  readonly file: string;
  readonly text: string;
  #lineStarts: readonly number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** Line and column, both from 1, of a character offset. */
  position(offset: number): { line: number; column: number } {
    this.#lineStarts ??= lineStarts(this.text);
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Where in a text something stands. */
export interface Place {
  readonly source: Source;
  readonly offset: number;
}

/** The place as a person reads it; `path` is the path of the value in the document. */
export function toLocation({ source, offset }: Place, path?: string): SourceLocation {
  const location = { file: source.file, ...source.position(offset) };
  return path ? { ...location, path } : location;
}
