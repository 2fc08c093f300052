import { appendFileSync } from 'node:fs';
import type { WebContents } from 'electron';

/** Marks of the start, for benchmarks. */
export interface Trace {
  /** Notes that something has happened now. */
  mark(name: string): void;
  /** Notes the marks that the page makes (`performance.mark('slipway:NAME')`) as `page-NAME`. */
  followPage(contents: WebContents): Promise<void>;
}

export const noTrace: Trace = { mark: () => undefined, followPage: () => Promise.resolve() };

/** Appends a line of JSON a mark to `file`: `{"name":"window-shown","ms":412}`, in milliseconds since the process began. */
export class FileTrace implements Trace {
  readonly #file: string;
  readonly #beganAt: number;

  constructor(file: string, beganAt: number) {
    this.#file = file;
    this.#beganAt = beganAt;
  }

  mark(name: string): void {
    this.#write(name, Date.now());
  }

  async followPage(contents: WebContents): Promise<void> {
    await new Promise<void>((resolve) => contents.once('did-finish-load', () => resolve()));
    const at: unknown = await contents.executeJavaScript(firstInteractive);
    if (typeof at === 'number') this.#write('page-interactive', at);
  }

  #write(name: string, at: number): void {
    appendFileSync(this.#file, `${JSON.stringify({ name, ms: Math.round(at - this.#beganAt) })}\n`);
  }
}

/** Runs in the page: resolves with the moment, in milliseconds since 1970, at which it could first be used. */
const firstInteractive = `new Promise((resolve) => {
  new PerformanceObserver((list) => {
    const mark = list.getEntriesByName('slipway:interactive')[0];
    if (mark) resolve(performance.timeOrigin + mark.startTime);
  }).observe({ type: 'mark', buffered: true });
})`;
