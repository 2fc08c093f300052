import type { Decrypter, Encrypter } from 'age-encryption';
import { Fault } from '../../base/fault.ts';
import type { StoreJob } from '../jobs/job-io.ts';

/** Whom an encrypted snapshot is for: whoever knows the passphrase, or has the key of one of these age recipients. */
export type Encryption = { readonly passphrase: string } | { readonly recipients: readonly string[] };

/** What opens an encrypted snapshot: a passphrase, or age identities (`AGE-SECRET-KEY-1…`). */
export type Unlocking = { readonly passphrase: string } | { readonly identities: readonly string[] };

export interface WrapInput {
  readonly contentKey: Uint8Array;
  readonly encryption: Encryption;
}

export interface UnwrapInput {
  readonly envelope: Uint8Array;
  readonly unlocking: Unlocking;
}

const keyBytes = 32;

/**
 * The content key as an age file (https://age-encryption.org/v1) for those it is for. A job, because a passphrase is
 * stretched for a second or so. Raises `usage.invalid` for a recipient that is none.
 */
export const wrapKeyJob: StoreJob<WrapInput, Uint8Array> = async ({ contentKey, encryption }) => {
  // Loaded when it is needed: it takes as long as all else that a thread for snapshots loads.
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  if ('passphrase' in encryption) encrypter.setPassphrase(encryption.passphrase);
  else for (const recipient of encryption.recipients) addRecipient(encrypter, recipient);
  return encrypter.encrypt(contentKey);
};

/** The content key out of an age file. Raises `snapshot.passphrase` when what was given does not open it. */
export const unwrapKeyJob: StoreJob<UnwrapInput, Uint8Array> = async ({ envelope, unlocking }) => {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  if ('passphrase' in unlocking) decrypter.addPassphrase(unlocking.passphrase);
  else for (const identity of unlocking.identities) addIdentity(decrypter, identity);
  try {
    const key = await decrypter.decrypt(envelope);
    if (key.length !== keyBytes) throw new Error('not a content key');
    return key;
  } catch (error) {
    throw new Fault(
      {
        code: 'snapshot.passphrase',
        message: 'passphrase' in unlocking ? 'This passphrase does not open the snapshot.' : 'None of these keys opens the snapshot.',
        hint: 'Ask whoever shared it how it was encrypted: with a passphrase, or for which age recipients.',
        detail: error instanceof Error ? error.message : String(error),
      },
      { cause: error },
    );
  }
};

function addRecipient(encrypter: Encrypter, recipient: string): void {
  try {
    encrypter.addRecipient(recipient);
  } catch (error) {
    throw new Fault(
      { code: 'usage.invalid', message: `“${recipient}” is no age recipient.`, hint: 'One looks like age1… and is made by age-keygen.' },
      { cause: error },
    );
  }
}

/** The identity itself stays out of every message. */
function addIdentity(decrypter: Decrypter, identity: string): void {
  try {
    decrypter.addIdentity(identity);
  } catch (error) {
    throw new Fault(
      { code: 'usage.invalid', message: 'The key file holds something that is no age identity.', hint: 'One looks like AGE-SECRET-KEY-1… and is made by age-keygen.' },
      { cause: error },
    );
  }
}
