import { chmod, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { isMissing } from '../base/errno.ts';

/** Values that a person gave and that must not stand in the library file. Keyed by environment and variable. */
export interface SecretStore {
  /** False: no OS keychain here; secrets lie in a file that only this user can read. */
  readonly keychain: boolean;
  read(environmentId: string): Promise<Readonly<Record<string, string>>>;
  /** Replaces all of the environment's secrets; an empty record removes them. */
  write(environmentId: string, secrets: Readonly<Record<string, string>>): Promise<void>;
}

const secretFile = z.record(z.string(), z.record(z.string(), z.string()));

/** Turns the file's text into what is written to disk and back: the OS keychain's encryption, or nothing. */
export interface SecretCipher {
  readonly keychain: boolean;
  encrypt(text: string): Buffer;
  decrypt(data: Buffer): string;
}

/** The honest fallback where no keychain can be had, e.g. on a CI machine. */
export const plainCipher: SecretCipher = {
  keychain: false,
  encrypt: (text) => Buffer.from(text, 'utf8'),
  decrypt: (data) => data.toString('utf8'),
};

/** One file, mode 0600, in a folder of mode 0700. */
export class FileSecretStore implements SecretStore {
  readonly #path: string;
  readonly #cipher: SecretCipher;

  constructor(directory: string, cipher: SecretCipher = plainCipher) {
    this.#cipher = cipher;
    this.#path = path.join(directory, cipher.keychain ? 'secrets.enc' : 'secrets.json');
  }

  get keychain(): boolean {
    return this.#cipher.keychain;
  }

  async read(environmentId: string): Promise<Readonly<Record<string, string>>> {
    return (await this.#readAll())[environmentId] ?? {};
  }

  async write(environmentId: string, secrets: Readonly<Record<string, string>>): Promise<void> {
    const { [environmentId]: _replaced, ...others } = await this.#readAll();
    const next = Object.keys(secrets).length > 0 ? { ...others, [environmentId]: secrets } : others;
    await mkdir(path.dirname(this.#path), { recursive: true, mode: 0o700 });
    await writeFileAtomic(this.#path, this.#cipher.encrypt(JSON.stringify(next)), { mode: 0o600 });
    await chmod(this.#path, 0o600);
  }

  async #readAll(): Promise<Record<string, Record<string, string>>> {
    const data = await readFile(this.#path).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    return data ? secretFile.parse(JSON.parse(this.#cipher.decrypt(data))) : {};
  }
}
