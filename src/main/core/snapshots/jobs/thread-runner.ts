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

/** Runs each job in a thread of its own, that ends with it. `worker` is the built form of worker.ts. */
export function threadRunner(worker: URL, logger: Logger): JobRunner {
  return {
    run: async <Name extends JobName>(job: Name, input: JobInput<Name>, io: JobIo): Promise<JobOutput<Name>> => {
      io.signal.throwIfAborted();
      const thread = new Worker(worker, { name: `snapshot ${job}` });
      try {
        // The two ends are built from one source: what the job returned is what its type says.
        return (await converse(thread, { kind: 'run', job, input }, io, logger)) as JobOutput<Name>;
      } finally {
        await thread.terminate();
      }
    },
  };
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
