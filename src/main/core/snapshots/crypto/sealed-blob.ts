import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { damaged } from '../format/damage.ts';

const cipher = 'aes-256-gcm';
const saltBytes = 32;
const tagBytes = 16;
const keyInfo = 'slipway snapshot blob v1';
const saltInfo = 'slipway snapshot salt v1';

/** How much longer a blob gets by being encrypted. */
export const sealedOverhead = saltBytes + tagBytes;

/**
 * A blob encrypted as FORMAT.md says: salt, AES-256-GCM ciphertext, tag. The salt follows from the content key and the
 * plain blob's digest, so the same blob under the same key always gives the same bytes, and no key is used for two.
 */
export async function* sealBlob(contentKey: Buffer, plainDigest: string, plain: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  const salt = createHmac('sha256', contentKey).update(saltInfo).update(plainDigest).digest();
  const sealing = createCipheriv(cipher, blobKey(contentKey, salt), Buffer.alloc(12));
  yield salt;
  for await (const piece of plain) yield sealing.update(piece);
  yield Buffer.concat([sealing.final(), sealing.getAuthTag()]);
}

/**
 * The plain content of an encrypted blob. What it yields is authentic only when it has ended: the tag is last. Raises
 * `snapshot.damaged`.
 */
export async function* openBlob(contentKey: Buffer, sealed: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  let held: Buffer = Buffer.alloc(0);
  let opening: ReturnType<typeof createOpening> | undefined;
  for await (const piece of sealed) {
    held = held.length === 0 ? piece : Buffer.concat([held, piece]);
    if (!opening && held.length >= saltBytes) {
      opening = createOpening(contentKey, held.subarray(0, saltBytes));
      held = held.subarray(saltBytes);
    }
    if (!opening || held.length <= tagBytes) continue;
    yield opening.update(held.subarray(0, held.length - tagBytes));
    held = held.subarray(held.length - tagBytes);
  }
  if (!opening || held.length !== tagBytes) throw damaged('An encrypted blob', 'it is cut off');
  opening.setAuthTag(held);
  try {
    yield opening.final();
  } catch (error) {
    throw damaged('An encrypted blob', 'it was changed after it was encrypted', { cause: error });
  }
}

/** `sealBlob` of bytes that are at hand. */
export async function sealBytes(contentKey: Buffer, plainDigest: string, plain: Buffer): Promise<Buffer> {
  return buffer(Readable.from(sealBlob(contentKey, plainDigest, oneOf(plain))));
}

/** `openBlob` of bytes that are at hand: what it returns is authentic. */
export async function openBytes(contentKey: Buffer, sealed: Buffer): Promise<Buffer> {
  return buffer(Readable.from(openBlob(contentKey, oneOf(sealed))));
}

async function* oneOf(bytes: Buffer): AsyncGenerator<Buffer, void, void> {
  yield await Promise.resolve(bytes);
}

function createOpening(contentKey: Buffer, salt: Buffer) {
  return createDecipheriv(cipher, blobKey(contentKey, salt), Buffer.alloc(12));
}

function blobKey(contentKey: Buffer, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', contentKey, salt, keyInfo, 32));
}
