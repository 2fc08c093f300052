import { PassThrough, type Readable } from 'node:stream';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import { aboutContainer } from './attempt.ts';
import type { EngineRequest, Transport } from './transport.ts';

/** Enough to keep the daemon writing while the reader works on the piece before. */
const bufferBytes = 256 * 1024;

/** See `Containers.readArchive`. */
export async function readArchive(
  transport: Transport,
  id: string,
  path: string,
  { signal }: Cancellable,
): Promise<Readable> {
  const attempt = { ...aboutContainer(`read ${path} from`, id), subject: path };
  return readBody(transport, { path: `/containers/${encodeURIComponent(id)}/archive`, query: { path }, attempt, signal });
}

/** See `Containers.writeArchive`. The source is destroyed when the upload fails, for nobody else would. */
export async function writeArchive(
  transport: Transport,
  id: string,
  path: string,
  tar: Readable,
  { signal }: Cancellable,
): Promise<void> {
  const attempt = { ...aboutContainer(`write to ${path} in`, id), subject: path };
  const request = { method: 'PUT', path: `/containers/${encodeURIComponent(id)}/archive`, query: { path } } as const;
  await upload(transport, { ...request, attempt, signal }, tar, (whole) => transport.run(whole));
}

/** A body as a stream whose errors are Faults; destroying it closes the connection. */
export async function readBody(transport: Transport, request: EngineRequest): Promise<Readable> {
  const response = await transport.stream(request);
  const body = new PassThrough({ highWaterMark: bufferBytes });
  response.on('error', (error) => body.destroy(transport.failure(error, request)));
  body.on('close', () => response.destroy());
  return response.pipe(body);
}

/** Sends a stream; tells the failure of the source from that of the daemon, and leaves neither open. */
export async function upload<T>(
  transport: Transport,
  request: EngineRequest,
  source: Readable,
  send: (request: EngineRequest) => Promise<T>,
): Promise<T> {
  let broken: Error | undefined;
  source.once('error', (error) => (broken = error));
  try {
    return await send({ ...request, upload: source });
  } catch (error) {
    // An Error of the source breaks the connection too; the first cause is the one to tell.
    if (broken && !request.signal?.aborted) throw broken;
    if (error instanceof Fault && error.problem.code === 'engine.lost') throw await stillThere(transport, request, error);
    throw error;
  } finally {
    source.destroy();
  }
}

/** A daemon that stops reading an upload closes the connection, and its reason can be lost with it. */
async function stillThere(transport: Transport, request: EngineRequest, lost: Fault): Promise<Fault> {
  try {
    await transport.run({ path: '/_ping', attempt: { doing: 'reach the engine' }, signal: AbortSignal.timeout(2000) });
  } catch {
    return lost;
  }
  return new Fault(
    {
      code: 'engine.rejected',
      message: `The engine stopped reading in the middle and could not ${request.attempt.doing}.`,
      hint: 'The data may be damaged, or the place it goes to read-only or full.',
      ...(lost.problem.detail !== undefined && { detail: lost.problem.detail }),
    },
    { cause: lost },
  );
}
