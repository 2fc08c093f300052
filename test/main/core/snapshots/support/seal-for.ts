import { randomBytes } from 'node:crypto';
import { Encrypter } from 'age-encryption';

/** What encrypts a snapshot, as age itself would wrap its key, but with a passphrase that takes no second to stretch. */
export async function sealFor(passphrase: string): Promise<{ contentKey: Buffer; envelope: Buffer }> {
  const contentKey = randomBytes(32);
  const age = new Encrypter();
  age.setPassphrase(passphrase);
  age.setScryptWorkFactor(8);
  return { contentKey, envelope: Buffer.from(await age.encrypt(contentKey)) };
}
