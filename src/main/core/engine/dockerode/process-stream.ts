import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { Duplex } from 'node:stream';

/** How much of what the program says about its failure is kept. */
const lastWords = 2000;

/** A program's standard input and output as one connection, which fails with the program's own words. */
export class ProcessStream extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams;
  #said = '';

  constructor(child: ChildProcessWithoutNullStreams) {
    super();
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#said = (this.#said + text).slice(-lastWords)));
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => this.destroy(error));
    // Its output ends before its status is known, and only that tells an end from a failure.
    child.on('close', (status) => {
      if (status === 0) this.push(null);
      else this.destroy(new Error(this.#said.trim() || `${child.spawnfile} ended with status ${String(status)}`));
    });
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  /** A program that reads no more is about to end, and will say why. */
  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#child.stdin.write(chunk, () => done());
  }

  override _final(done: () => void): void {
    this.#child.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#child.kill();
    done(error);
  }

  /** `http.Agent` sets up connections as if they were sockets; a program has nothing to set. */
  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    this.#child.ref();
    return this;
  }

  unref(): this {
    this.#child.unref();
    return this;
  }
}
