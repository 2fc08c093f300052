import type { SafeStorage } from 'electron';
import { describe, expect, it } from 'vitest';
import { keychainCipher } from '../../../src/main/shell/keychain.ts';

/** A keychain whose encryption is a mere reversal. */
function safeStorage(available: boolean, backend: string): SafeStorage {
  const parts: Partial<SafeStorage> = {
    isEncryptionAvailable: () => available,
    getSelectedStorageBackend: () => backend as 'gnome_libsecret',
    encryptString: (text) => Buffer.from([...text].reverse().join('')),
    decryptString: (data) => [...data.toString()].reverse().join(''),
  };
  return parts as SafeStorage;
}

describe('keychainCipher', () => {
  it('encrypts through the keychain where there is one', () => {
    const cipher = keychainCipher(safeStorage(true, 'gnome_libsecret'), 'linux');
    expect(cipher.keychain).toBe(true);
    expect(cipher.encrypt('secret').toString()).not.toContain('secret');
    expect(cipher.decrypt(cipher.encrypt('secret'))).toBe('secret');
  });

  it.each([
    ['there is no keychain', safeStorage(false, 'unknown'), 'linux'],
    ['Chromium would use a key that everybody knows', safeStorage(true, 'basic_text'), 'linux'],
  ] as const)('says that secrets are not encrypted where %s', (_why, storage, platform) => {
    const cipher = keychainCipher(storage, platform);
    expect(cipher.keychain).toBe(false);
    expect(cipher.decrypt(cipher.encrypt('secret'))).toBe('secret');
  });
});
