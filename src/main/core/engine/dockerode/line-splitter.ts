import type { LogLine } from '../containers.ts';

const maxLineBytes = 1024 * 1024;
const newline = 0x0a;
/** The daemon cuts longer lines into messages of this size, each with a time stamp of its own. */
const messageBytes = 16 * 1024;
const stampPattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) /;
const longestStamp = 40;

/** Makes lines of one stream of a log that was asked for with time stamps. */
export class LineSplitter {
  private readonly stream: LogLine['stream'];
  private rest: Buffer = Buffer.alloc(0);
  private line: Buffer[] = [];
  private lineBytes = 0;
  private at: Date | undefined;

  constructor(stream: LogLine['stream']) {
    this.stream = stream;
  }

  /** Lines that `chunk` completes. */
  *write(chunk: Buffer): Generator<LogLine> {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    for (;;) {
      const end = this.rest.indexOf(newline);
      if (end >= 0) {
        this.append(this.rest.subarray(0, end));
        this.rest = this.rest.subarray(end + 1);
        yield* this.flush();
      } else if (this.rest.length >= messageBytes + longestStamp) {
        // A long line without an end yet: take whole messages, so that a stamp is never cut in two.
        this.append(this.rest.subarray(0, this.messageLength()));
        this.rest = this.rest.subarray(this.messageLength());
        if (this.lineBytes >= maxLineBytes) yield* this.flush();
      } else return;
    }
  }

  /** The last line, where it has no end. */
  *end(): Generator<LogLine> {
    if (this.rest.length === 0 && this.line.length === 0) return;
    this.append(this.rest);
    this.rest = Buffer.alloc(0);
    yield* this.flush();
  }

  private messageLength(): number {
    return stampLength(this.rest) + messageBytes;
  }

  private append(piece: Buffer): void {
    let left = piece;
    do {
      const stamp = stampLength(left);
      if (stamp > 0 && this.at === undefined) this.at = new Date(left.toString('latin1', 0, stamp - 1));
      const data = left.subarray(stamp, stamp + messageBytes);
      left = left.subarray(stamp + messageBytes);
      this.line.push(data);
      this.lineBytes += data.length;
    } while (left.length > 0);
  }

  private *flush(): Generator<LogLine> {
    const text = Buffer.concat(this.line).toString('utf8').replace(/\r$/, '');
    yield { stream: this.stream, at: this.at ?? new Date(0), text };
    this.line = [];
    this.lineBytes = 0;
    this.at = undefined;
  }
}

/** Length of the time stamp and its space at the start of `data`; 0 where there is none. */
function stampLength(data: Buffer): number {
  return stampPattern.exec(data.toString('latin1', 0, longestStamp))?.[0].length ?? 0;
}
