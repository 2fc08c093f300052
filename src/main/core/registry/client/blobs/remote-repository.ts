import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { Cancellable } from '../../../base/abort.ts';
import { systemClock, type Clock } from '../../../base/clock.ts';
import type { RegistryAuth } from '../../../engine/images.ts';
import type { RegistryConnection } from '../../connect/registry-http.ts';
import { manifestTypes } from '../manifest-schema.ts';
import { beginUpload, finishUpload, resumeUpload, sendPart, type Sending, type Upload } from './blob-upload.ts';
import { Refusal } from './refusal.ts';
import { RepositoryCalls } from './repository-calls.ts';
import { Attempts, usualRetry, withRetries, type RetryPolicy } from './retry.ts';

/** Registries need not take larger manifests (distribution-spec, "Pushing Manifests"). */
const maxManifestBytes = 4 * 1024 * 1024;
/** Sent in one piece, in bytes. Stores of the S3 kind want at least 5 MiB a part. */
const usualPartBytes = 8 * 1024 * 1024;
/** A transfer in which nothing moved for so many milliseconds is begun again: registries take their time to store a blob. */
const silenceMs = 60_000;
/** So often a blob is begun anew because the registry lost or refused what was sent of it. */
const maxRestarts = 2;

export interface Blob {
  readonly digest: string;
  readonly size: number;
}

export interface RemoteManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface RepositoryOptions {
  readonly auth?: RegistryAuth | undefined;
  readonly clock?: Clock;
  readonly retry?: RetryPolicy;
  /** A repository of the same registry that probably holds some of what is sent: the registry copies it itself. */
  readonly mountFrom?: string | undefined;
  readonly partBytes?: number;
}

/**
 * Blobs and manifests of one repository, both ways (https://github.com/opencontainers/distribution-spec, "Push" and
 * "Pull"). What may pass (broken connections, 5xx, 429) is tried again, from where it broke off where the registry can
 * do that. Raises `registry.*`, `image.not-found`, `image.digest-mismatch`.
 */
export class RemoteRepository {
  readonly #calls: RepositoryCalls;
  readonly #name: string;
  readonly #retry: RetryPolicy;
  readonly #mountFrom: string | undefined;
  readonly #partBytes: number;
  /** Some registries take a blob only as a whole. */
  #inParts = true;

  constructor(connection: RegistryConnection, repository: string, options: RepositoryOptions = {}) {
    const { auth, clock = systemClock, retry = usualRetry, mountFrom, partBytes = usualPartBytes } = options;
    this.#mountFrom = mountFrom === repository ? undefined : mountFrom;
    this.#calls = new RepositoryCalls({ silenceMs, ...connection }, repository, { auth, clock, alsoRead: this.#mountFrom });
    this.#name = repository;
    this.#retry = retry;
    this.#partBytes = partBytes;
  }

  /** Whether the repository holds a blob. Asked with the right to write: who may only read is told so here. */
  has(digest: string, { signal }: Cancellable = {}): Promise<boolean> {
    const ask = async (): Promise<boolean> => {
      const answer = await this.#calls.call(this.#calls.path(`blobs/${digest}`), 'write', { method: 'HEAD', signal });
      answer.resume();
      if (answer.statusCode === 404) return false;
      if (answer.statusCode === 200) return true;
      throw await this.#calls.refusal(answer, { writing: true });
    };
    return withRetries(this.#retry, ask, { signal });
  }

  /**
   * Sends a blob; `read` gives a part of its content. `onSent` tells how much of it has gone so far: after a broken
   * connection that can be less than before.
   */
  async send(blob: Blob, read: (offset: number, bytes: number) => Promise<Buffer>, options: Sending = {}): Promise<void> {
    const attempts = new Attempts(this.#retry);
    let upload: Upload | undefined;
    let restarts = 0;
    for (;;) {
      try {
        upload = (upload && (await resumeUpload(this.#calls, upload, options))) ?? (await beginUpload(this.#calls, blob.digest, this.#mountFrom, options));
        if (upload === undefined) return;
        while (this.#inParts && upload.offset < blob.size) {
          const part = await read(upload.offset, Math.min(this.#partBytes, blob.size - upload.offset));
          upload = await sendPart(this.#calls, upload, part, options);
          attempts.progressed();
        }
        const content = this.#inParts ? Buffer.alloc(0) : await read(0, blob.size);
        await finishUpload(this.#calls, upload, blob.digest, content, options);
        return;
      } catch (error) {
        if (upload === undefined || !(error instanceof Refusal) || !meansTheUpload(error.status)) {
          await attempts.again(error, options);
          continue;
        }
        // The registry lost the upload, or never takes parts: from the beginning, and as a whole if that was it.
        restarts += 1;
        if (restarts > maxRestarts) throw error.fault;
        if (upload.offset === 0) this.#inParts = false;
        upload = undefined;
      }
    }
  }

  /** A blob's bytes. Whoever reads them checks the digest; never more bytes come than the blob should have. */
  async *receive({ digest, size }: Blob, { signal }: Cancellable = {}): AsyncGenerator<Buffer, void, void> {
    const attempts = new Attempts(this.#retry);
    let received = 0;
    while (received < size) {
      try {
        const headers = received > 0 ? { range: `bytes=${received}-` } : {};
        const answer = await this.#calls.call(this.#calls.path(`blobs/${digest}`), 'read', { headers, signal });
        if (answer.statusCode !== 200 && answer.statusCode !== 206) throw await this.#calls.refusal(answer, { subject: `${this.#name}@${digest}` });
        let known = answer.statusCode === 200 ? received : 0;
        for await (const piece of answer as AsyncIterable<Buffer>) {
          const fresh = piece.subarray(Math.min(known, piece.length));
          known -= piece.length - fresh.length;
          if (fresh.length === 0) continue;
          if (received + fresh.length > size) throw this.#calls.mismatch(digest);
          received += fresh.length;
          attempts.progressed();
          yield fresh;
        }
        if (received < size) throw this.#calls.broken('ended a transfer before its end');
      } catch (error) {
        await attempts.again(this.#calls.explained(error), { signal });
      }
    }
  }

  /** A manifest as it is stored. `reference` is a tag or a digest. */
  receiveManifest(reference: string, { signal }: Cancellable = {}): Promise<RemoteManifest & { readonly digest: string }> {
    const subject = `${this.#name}${reference.includes(':') ? '@' : ':'}${reference}`;
    const ask = async (): Promise<RemoteManifest & { readonly digest: string }> => {
      const headers = { accept: manifestTypes.join(', ') };
      const answer = await this.#calls.call(this.#calls.path(`manifests/${reference}`), 'read', { headers, signal });
      if (answer.statusCode !== 200) throw await this.#calls.refusal(answer, { subject });
      if (Number(answer.headers['content-length'] ?? 0) > maxManifestBytes) throw this.#calls.mismatch(subject);
      const bytes = await buffer(answer).catch((error: unknown) => {
        throw this.#calls.explained(error);
      });
      const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      const claimed = reference.includes(':') ? reference : (answer.headers['docker-content-digest'] ?? digest);
      if (claimed !== digest) throw this.#calls.mismatch(subject);
      return { digest, bytes, mediaType: answer.headers['content-type']?.split(';')[0] ?? '' };
    };
    return withRetries(this.#retry, ask, { signal });
  }

  /** Stores a manifest under a tag (or its digest); everything that it names must have been sent before. */
  sendManifest(reference: string, { mediaType, bytes }: RemoteManifest, { signal }: Cancellable = {}): Promise<void> {
    const send = async (): Promise<void> => {
      const headers = { 'content-type': mediaType, 'content-length': String(bytes.length) };
      const answer = await this.#calls.call(this.#calls.path(`manifests/${reference}`), 'write', { method: 'PUT', headers, body: bytes, signal });
      if (answer.statusCode !== 201) throw await this.#calls.refusal(answer, { writing: true });
      answer.resume();
    };
    return withRetries(this.#retry, send, { signal });
  }

  close(): void {
    this.#calls.close();
  }
}

/** Answers to a part, or to the end of an upload, that mean the upload and not the person or the registry's health. */
function meansTheUpload(status: number): boolean {
  return [400, 404, 405, 411, 416].includes(status);
}
