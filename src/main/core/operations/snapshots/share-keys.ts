import { createHash, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Cancellable } from '../../base/abort.ts';
import type { SecretStore } from '../../environments/secret-store.ts';
import type { Encryption } from '../../snapshots/crypto/key-jobs.ts';
import { quietIo } from '../../snapshots/explore.ts';
import type { SnapshotStore } from '../../snapshots/snapshot-store.ts';

/** What encrypts a snapshot: the content key, and the same key wrapped for those who may read. */
export interface Seal {
  readonly contentKey: Buffer;
  readonly envelope: Buffer;
}

const keptSeal = z.object({ contentKey: z.base64(), envelope: z.base64() });

/**
 * The content key for those people at that place: kept among the secrets, so that a second push encrypts what it shares
 * with the first one to the same bytes, which then needn't travel. Other people or another place get another key.
 */
export class ShareKeys {
  readonly #secrets: SecretStore;

  constructor(secrets: SecretStore) {
    this.#secrets = secrets;
  }

  /** Raises `usage.invalid` for a recipient that is none. */
  async sealFor(place: string, encryption: Encryption, store: SnapshotStore, options: Cancellable): Promise<Seal> {
    const owner = `share:${place}`;
    const audience = await audienceOf(place, encryption);
    const held = await this.#secrets.read(owner);
    const kept = keptSeal.safeParse(parse(held[audience]));
    if (kept.success) return { contentKey: Buffer.from(kept.data.contentKey, 'base64'), envelope: Buffer.from(kept.data.envelope, 'base64') };
    const seal = await newSeal(encryption, store, options);
    const text = JSON.stringify({ contentKey: seal.contentKey.toString('base64'), envelope: seal.envelope.toString('base64') });
    await this.#secrets.write(owner, { ...held, [audience]: text });
    return seal;
  }
}

/** A key for one use. */
export async function newSeal(encryption: Encryption, store: SnapshotStore, { signal }: Cancellable): Promise<Seal> {
  const contentKey = randomBytes(32);
  return { contentKey, envelope: Buffer.from(await store.runner.run('wrapKey', { contentKey, encryption }, quietIo({ signal }))) };
}

/** A name for whom it is encrypted. A passphrase is stretched, so that its name does not give it away. */
async function audienceOf(place: string, encryption: Encryption): Promise<string> {
  if ('recipients' in encryption) return createHash('sha256').update([...encryption.recipients].sort().join('\n')).digest('hex');
  const stretched = (await promisify(scrypt)(encryption.passphrase, `slipway share ${place}`, 32)) as Buffer;
  return stretched.toString('hex');
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}
