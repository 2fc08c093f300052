import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { Cancellable } from '../../../base/abort.ts';
import type { RepositoryCalls } from './repository-calls.ts';

const pieceBytes = 256 * 1024;

/** An upload as the registry knows it. */
export interface Upload {
  readonly location: string;
  /** What the registry holds of it, in bytes. */
  readonly offset: number;
}

export type Sending = Cancellable & {
  /** How much of the blob has gone so far, in bytes. */
  readonly onSent?: ((bytes: number) => void) | undefined;
};

/**
 * Begins an upload (distribution-spec, end-4a). Undefined: the registry had the blob in the repository `mountFrom` and
 * has copied it (end-11).
 */
export async function beginUpload(calls: RepositoryCalls, digest: string, mountFrom: string | undefined, { signal }: Cancellable): Promise<Upload | undefined> {
  const mount = mountFrom === undefined ? '' : `?mount=${digest}&from=${encodeURIComponent(mountFrom)}`;
  const call = { method: 'POST', headers: { 'content-length': '0' }, signal } as const;
  const answer = await calls.call(`${calls.path('blobs/uploads/')}${mount}`, 'write', call);
  if (answer.statusCode === 201) {
    answer.resume();
    return undefined;
  }
  if (answer.statusCode !== 202) throw await calls.refusal(answer, { writing: true });
  return uploadOf(calls, answer, 0);
}

/** Where an upload stands (end-13); undefined when the registry no longer knows it. */
export async function resumeUpload(calls: RepositoryCalls, { location }: Upload, { signal }: Cancellable): Promise<Upload | undefined> {
  const answer = await calls.call(location, 'write', { signal });
  answer.resume();
  const end = /^(?:bytes=)?0-(\d+)$/.exec([answer.headers.range ?? ''].flat()[0] ?? '')?.[1];
  if ((answer.statusCode !== 204 && answer.statusCode !== 202) || end === undefined) return undefined;
  // An empty upload is told as 0-0, as one of one byte is: nobody stops after one byte.
  return { location: answer.headers.location ?? location, offset: end === '0' ? 0 : Number(end) + 1 };
}

/** Sends the next part (end-5). */
export async function sendPart(calls: RepositoryCalls, upload: Upload, part: Buffer, options: Sending): Promise<Upload> {
  const end = upload.offset + part.length;
  const headers = { 'content-range': `${upload.offset}-${end - 1}` };
  const answer = await sendBytes(calls, { method: 'PATCH', location: upload.location, content: part, headers, from: upload.offset }, options);
  if (answer.statusCode !== 202) throw await calls.refusal(answer, { writing: true });
  return uploadOf(calls, answer, end);
}

/** Ends an upload (end-6), with all of its content where no part was sent before. */
export async function finishUpload(calls: RepositoryCalls, { location }: Upload, digest: string, content: Buffer, options: Sending): Promise<void> {
  const place = `${location}${location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`;
  const answer = await sendBytes(calls, { method: 'PUT', location: place, content, headers: {}, from: 0 }, options);
  if (answer.statusCode !== 201) throw await calls.refusal(answer, { writing: true });
  answer.resume();
}

interface Content {
  readonly method: 'PATCH' | 'PUT';
  readonly location: string;
  readonly content: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Where in the blob the content begins. */
  readonly from: number;
}

function sendBytes(calls: RepositoryCalls, { method, location, content, headers, from }: Content, { signal, onSent }: Sending): Promise<IncomingMessage> {
  const pieces = function* (): Generator<Buffer> {
    for (let at = 0; at < content.length; at += pieceBytes) {
      if (at > 0) onSent?.(from + at);
      yield content.subarray(at, at + pieceBytes);
    }
    if (content.length > 0) onSent?.(from + content.length);
  };
  return calls.call(location, 'write', {
    method,
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(content.length), ...headers },
    body: () => Readable.from(pieces(), { objectMode: false }),
    signal,
  });
}

function uploadOf(calls: RepositoryCalls, answer: IncomingMessage, offset: number): Upload {
  answer.resume();
  if (answer.headers.location === undefined) throw calls.broken('gave no address for an upload');
  return { location: answer.headers.location, offset };
}
