import os from 'node:os';
import path from 'node:path';
import { systemClock } from './base/clock.ts';
import type { Logger } from './base/logger.ts';
import { type Core, createCore } from './create-core.ts';
import { dataDirectory } from './data-directory.ts';
import { FileSecretStore, plainCipher, type SecretCipher } from './environments/secret-store.ts';
import { type StateFile, StateStore } from './environments/state-store.ts';

export interface LocalOptions {
  /** Makes the state file's store: `conf` for the command line, `electron-store` for the app. */
  readonly openState: (place: { readonly directory: string; readonly name: string }) => StateFile;
  /** The folder `resources/` of the installation. */
  readonly resourcesDirectory: string;
  /** Address of the engine to use instead of the first that answers. */
  readonly engine?: string;
  readonly cipher?: SecretCipher;
  readonly logger: Logger;
}
