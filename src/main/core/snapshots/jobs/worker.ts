import { once } from 'node:events';
import { MessageChannel, type MessagePort, parentPort } from 'node:worker_threads';
import type { Logger } from '../../base/logger.ts';
import { receiveBytes, sendBytes } from './byte-port.ts';
import type { JobIo } from './job-io.ts';
import { type JobInput, type JobName, runJob, storeJobs } from './store-jobs.ts';
import type { FromThread, LogLevel, ToThread } from './thread-messages.ts';
import { fromWire, toWire, type WireError } from './wire-error.ts';

/**
 * Entry of the thread that runs jobs of a snapshot store, one at a time: hashing, compression and parsing are kept away from the
 * thread that serves the window. `threadRunner` is the other end.
 */
const parent = parentPort;
if (!parent) throw new Error('worker.ts runs as a worker thread only');

const post = (message: FromThread, moved: readonly (MessagePort | ArrayBuffer)[] = []): void =>
  parent.postMessage(message, moved);

const log =
  (level: LogLevel): Logger[LogLevel] =>
  (message, fields) =>
    post({ kind: 'log', level, message, ...(fields ? { fields } : {}) });
const logger: Logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };

/** Of the job at hand. */
let cancel = new AbortController();

const io: Omit<JobIo, 'signal'> = {
  read: (volume, known) => {
    const { port1, port2 } = new MessageChannel();
    const isAlone = known?.buffer instanceof ArrayBuffer && known.byteLength === known.buffer.byteLength;
    post({ kind: 'read', volume, bytes: port2, ...(known ? { known } : {}) }, isAlone ? [port2, known.buffer] : [port2]);
    return receiveBytes(port1);
  },
  write: async (volume, content, options) => {
    const bytes = new MessageChannel();
    const written = new MessageChannel();
    post({ kind: 'write', volume, bytes: bytes.port2, written: written.port2 }, [bytes.port2, written.port2]);
    const answer = once(written.port1, 'message') as Promise<[WireError | undefined]>;
    const [[error]] = await Promise.all([answer, sendBytes(bytes.port1, content, options)]);
    written.port1.close();
    if (error) throw fromWire(error);
  },
  progress: (progress) => post({ kind: 'progress', progress }),
};

async function run<Name extends JobName>(job: Name, input: JobInput<Name>): Promise<void> {
  cancel = new AbortController();
  try {
    post({ kind: 'done', output: await runJob(storeJobs(logger), job, input, { ...io, signal: cancel.signal }) });
  } catch (error) {
    post({ kind: 'failed', error: toWire(error) });
  }
}

parent.on('message', (message: ToThread) => {
  if (message.kind === 'abort') cancel.abort();
  else void run(message.job, message.input as JobInput<typeof message.job>);
});
