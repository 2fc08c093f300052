import type { SafeStorage } from 'electron';
import { plainCipher, type SecretCipher } from '../core/environments/secret-store.ts';

/**
 * Encrypts with a key that the system's keychain holds. Where there is none, or where Chromium would only pretend
 * (`basic_text` on Linux is a key that everybody knows), the plain cipher, which says so in the window.
 */
export function keychainCipher(safeStorage: SafeStorage, platform: NodeJS.Platform): SecretCipher {
  if (!safeStorage.isEncryptionAvailable()) return plainCipher;
  if (platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return plainCipher;
  return {
    keychain: true,
    encrypt: (text) => safeStorage.encryptString(text),
    decrypt: (data) => safeStorage.decryptString(data),
  };
}
