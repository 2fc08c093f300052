import { plainCipher, type SecretCipher } from '../core/environments/secret-store.ts';

/** What is used of Electron's `safeStorage`: the synchronous calls, which every version has that the app runs on. */
export interface Keychain {
  isEncryptionAvailable(): boolean;
  /** On Linux only. */
  getSelectedStorageBackend(): string;
  encryptString(text: string): Buffer;
  decryptString(data: Buffer): string;
}

/**
 * Encrypts with a key that the system's keychain holds. Where there is none, or where Chromium would only pretend
 * (`basic_text` on Linux is a key that everybody knows), the plain cipher, which says so in the window.
 */
export function keychainCipher(keychain: Keychain, platform: NodeJS.Platform): SecretCipher {
  if (!keychain.isEncryptionAvailable()) return plainCipher;
  if (platform === 'linux' && keychain.getSelectedStorageBackend() === 'basic_text') return plainCipher;
  return {
    keychain: true,
    encrypt: (text) => keychain.encryptString(text),
    decrypt: (data) => keychain.decryptString(data),
  };
}
