import type { Worker } from 'node:worker_threads';
import { Fault } from '../../base/fault.ts';
import type { Logger } from '../../base/logger.ts';
import { asBuffer, receiveBytes, sendBytes } from './byte-port.ts';
import type { JobIo } from './job-io.ts';
import { SpareThread } from './spare-thread.ts';
import type { JobInput, JobName, JobOutput, JobRunner } from './store-jobs.ts';
import type { FromThread, ToThread } from './thread-messages.ts';
import { fromWire, toWire } from './wire-error.ts';

/** How long a cancelled job may take to clean up before its thread is ended, in milliseconds. */
const cleanUpTime = 10_000;

/**
 * Runs each job in a thread that has no other. `worker` is the built form of worker.ts. A thread whose job succeeded
 * waits a while for the next one; one whose job failed or was cancelled is ended.
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
      thread.off('message', hear).off('error', fail).off('exit', end);
      then();
    };
    const fail = (error: Error): void => settle(() => reject(error));
    const end = (): void => settle(() => reject(threadEnded()));
    const hear = (message: FromThread): void => {
      switch (message.kind) {
        case 'read':
          void sendBytes(message.bytes, io.read(message.volume, message.known && asBuffer(message.known)), { moves: true });
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
    };
    io.signal.addEventListener('abort', abort, { once: true });
    thread.on('message', hear).on('error', fail).on('exit', end);
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
