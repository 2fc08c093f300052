import { Worker } from 'node:worker_threads';
import { Fault } from '../../base/fault.ts';
import type { Logger } from '../../base/logger.ts';
import { receiveBytes, sendBytes } from './byte-port.ts';
import type { JobIo } from './job-io.ts';
import type { JobInput, JobName, JobOutput, JobRunner } from './store-jobs.ts';
import type { FromThread, ToThread } from './thread-messages.ts';
import { fromWire, toWire } from './wire-error.ts';

/** How long a cancelled job may take to clean up before its thread is ended, in milliseconds. */
const cleanUpTime = 10_000;

/** How long a thread waits for its next job, in milliseconds: a restore is several, and starting one costs half a second. */
const idleTime = 10_000;

/**
 * Runs each job in a thread that has no other. `worker` is the built form of worker.ts. A thread whose job succeeded
 * waits a while for the next one; it keeps no process from ending.
 */
export function threadRunner(worker: URL, logger: Logger): JobRunner {
  const spare = new SpareThread(worker);
  return {
    prepare: () => spare.prepare(),
    run: async <Name extends JobName>(job: Name, input: JobInput<Name>, io: JobIo): Promise<JobOutput<Name>> => {
      io.signal.throwIfAborted();
      const thread = spare.take();
      try {
        // The two ends are built from one source: what the job returned is what its type says.
        const output = (await converse(thread, { kind: 'run', job, input }, io, logger)) as JobOutput<Name>;
        spare.give(thread);
        return output;
      } catch (error) {
        await thread.terminate();
        throw error;
      }
    },
  };
}

/** At most one thread that waits for a job. */
class SpareThread {
  readonly #worker: URL;
  #idle: { readonly thread: Worker; readonly timer: NodeJS.Timeout } | undefined;

  constructor(worker: URL) {
    this.#worker = worker;
  }

  prepare(): void {
    if (!this.#idle) this.give(new Worker(this.#worker, { name: 'snapshots' }));
  }

  take(): Worker {
    const { thread, timer } = this.#idle ?? {};
    this.#idle = undefined;
    clearTimeout(timer);
    if (!thread) return new Worker(this.#worker, { name: 'snapshots' });
    thread.removeAllListeners();
    thread.ref();
    return thread;
  }

  give(thread: Worker): void {
    thread.removeAllListeners();
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
    // One that failed to start is told by the job that comes next: it starts another.
    thread.on('error', () => this.#drop(thread)).on('exit', () => this.#drop(thread));
    this.#idle = { thread, timer };
  }

  #drop(thread: Worker): void {
    if (this.#idle?.thread !== thread) return;
    clearTimeout(this.#idle.timer);
    this.#idle = undefined;
  }
}

function converse(thread: Worker, run: ToThread, io: JobIo, logger: Logger): Promise<unknown> {
  const post = (message: ToThread): void => thread.postMessage(message);
  return new Promise((resolve, reject) => {
    let deadline: NodeJS.Timeout | undefined;
    const abort = (): void => {
      post({ kind: 'abort' });
      deadline = setTimeout(() => settle(() => reject(fromWire({ kind: 'abort' }))), cleanUpTime);
    };
    const settle = (then: () => void): void => {
      clearTimeout(deadline);
      io.signal.removeEventListener('abort', abort);
      then();
    };
    io.signal.addEventListener('abort', abort, { once: true });
    thread.on('message', (message: FromThread) => {
      switch (message.kind) {
        case 'read':
          void sendBytes(message.bytes, io.read(message.volume, message.known && Buffer.from(message.known)));
          break;
        case 'write':
          void io
            .write(message.volume, receiveBytes(message.bytes))
            .then(() => undefined, toWire)
            .then((answer) => message.written.postMessage(answer));
          break;
        case 'progress':
          io.progress(message.progress);
          break;
        case 'log':
          logger[message.level](message.message, message.fields);
          break;
        case 'done':
          settle(() => resolve(message.output));
          break;
        case 'failed':
          settle(() => reject(fromWire(message.error)));
          break;
      }
    });
    thread.on('error', (error) => settle(() => reject(error)));
    thread.on('exit', () => settle(() => reject(threadEnded())));
    post(run);
  });
}

function threadEnded(): Fault {
  return new Fault({
    code: 'internal.unexpected',
    message: 'The thread that works on snapshots ended without a result.',
    hint: 'Try again. If it happens again, the machine may be short of memory.',
  });
}
