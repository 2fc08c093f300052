import { Worker } from 'node:worker_threads';

/** How long a thread waits for its next job, in milliseconds: a restore is several, and starting one costs half a second. */
const idleTime = 10_000;

/**
 * Threads for one job at a time, of which at most one waits for the next. A waiting thread keeps no process from ending,
 * and ends after a while. `removeAllListeners` must not be called on a Worker: it takes away Node's own, without which
 * no message of the thread arrives any more.
 */
export class SpareThread {
  readonly #worker: URL;
  #idle: { readonly thread: Worker; readonly timer: NodeJS.Timeout } | undefined;

  /** `worker` is the built form of worker.ts. */
  constructor(worker: URL) {
    this.#worker = worker;
  }

  /** Starts a thread for the job that comes soon, unless one waits already. */
  prepare(): void {
    if (!this.#idle) this.give(this.#start());
  }

  /** The thread that waits, or a new one. */
  take(): Worker {
    const { thread, timer } = this.#idle ?? {};
    this.#idle = undefined;
    clearTimeout(timer);
    if (!thread) return this.#start();
    thread.ref();
    return thread;
  }

  /** Lets a thread whose job has succeeded wait; its last user listens to it no more. */
  give(thread: Worker): void {
    if (this.#idle) {
      void thread.terminate();
      return;
    }
    const timer = setTimeout(() => {
      this.#drop(thread);
      void thread.terminate();
    }, idleTime);
    timer.unref();
    thread.unref();
    this.#idle = { thread, timer };
  }

  #start(): Worker {
    const thread = new Worker(this.#worker, { name: 'snapshots' });
    // One that ends while it waits, or can't be started, is told by the job that comes next: it starts another.
    return thread.on('error', () => this.#drop(thread)).on('exit', () => this.#drop(thread));
  }

  #drop(thread: Worker): void {
    if (this.#idle?.thread !== thread) return;
    clearTimeout(this.#idle.timer);
    this.#idle = undefined;
  }
}
