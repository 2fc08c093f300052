import { describe, expect, it } from 'vitest';
import { type Keychain, keychainCipher } from '../../../src/main/shell/keychain.ts';

/** A keychain whose encryption is a mere change of letters. */
function keychain(available: boolean, backend: string): Keychain {
  return {
    isEncryptionAvailable: () => available,
    getSelectedStorageBackend: () => backend,
    encryptString: (text) => Buffer.from(text, 'utf8').map((byte) => byte ^ 0x55) as Buffer,
    decryptString: (data) => Buffer.from(data.map((byte) => byte ^ 0x55)).toString('utf8'),
  };
}

describe('keychainCipher', () => {
  it('encrypts through the keychain where there is one', () => {
    const cipher = keychainCipher(keychain(true, 'gnome_libsecret'), 'linux');
    expect(cipher.keychain).toBe(true);
    expect(cipher.encrypt('secret').toString()).not.toContain('secret');
    expect(cipher.decrypt(cipher.encrypt('secret'))).toBe('secret');
  });

  it.each([
    ['there is no keychain', keychain(false, 'unknown'), 'linux'],
    ['Chromium would use a key that everybody knows', keychain(true, 'basic_text'), 'linux'],
  ] as const)('says that secrets are not encrypted where %s', (_why, storage, platform) => {
    const cipher = keychainCipher(storage, platform);
    expect(cipher.keychain).toBe(false);
    expect(cipher.decrypt(cipher.encrypt('secret'))).toBe('secret');
  });
});
