import { damaged } from '../format/damage.ts';
import { readIndexLine } from '../format/parse-index-line.ts';

/** Whether lines may be of types that are no entries: those stand in quotes, unless something is escaped. */
function mayBeNoEntry(lines: string): boolean {
  return lines.includes('"volume"') || lines.includes('"more"') || lines.includes('\\');
}

/**
 * Picks the entries of one volume out of a file index, piece after piece, as they stand there: each with its lines, not
 * parsed and held to no rule.
 */
export class EntryTexts {
  readonly #volume: string;
  #isOurs = false;
  /** The last entry of the pieces by now: it may go on in the next one. */
  #held: string | undefined;
  #isEnded = false;

  constructor(volume: string) {
    this.#volume = volume;
  }

  /** Nothing of the volume comes any more. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** The entries that are whole by this piece, which ends with a line but without its line feed. Raises `snapshot.damaged`. */
  add(piece: string): readonly string[] {
    const isPlain = !mayBeNoEntry(piece);
    if (isPlain && !this.#isOurs) return [];
    const texts = this.#held === undefined ? [] : [this.#held];
    this.#held = undefined;
    for (const line of piece.split('\n')) {
      const parsed = isPlain || !mayBeNoEntry(line) ? undefined : readIndexLine(line);
      if (parsed?.kind === 'volume') {
        this.#isEnded = this.#isOurs;
        if (this.#isEnded) return texts;
        this.#isOurs = parsed.name === this.#volume;
      } else if (this.#isOurs && parsed?.kind === 'more') {
        const file = texts.pop();
        if (file === undefined) throw damaged('The file index', 'a content list belongs to no file');
        texts.push(`${file}\n${line}`);
      } else if (this.#isOurs) {
        texts.push(line);
      }
    }
    this.#held = texts.pop();
    return texts;
  }

  /** What was held back when the last piece has been added. */
  rest(): readonly string[] {
    return this.#held === undefined ? [] : [this.#held];
  }
}
