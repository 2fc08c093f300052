import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Cancellable } from '../../base/abort.ts';
import { isAbort } from '../../base/fault.ts';
import type { Logger } from '../../base/logger.ts';
import type { Engine } from '../../engine/engine.ts';
import type { VolumeReset, VolumeTransport } from '../transport.ts';
import { archiveTransport } from './archive-transport.ts';
import { packedTransport } from './packed-transport.ts';
import { engineVolumeReset } from './volume-reset.ts';

/**
 * The best way to an engine's volumes: the volume helper where `helperDirectory` holds one for the engine's processor
 * (`linux-amd64`, `linux-arm64`) and the engine runs it, else what every engine can do.
 */
export function volumeAccess(
  engine: Engine,
  { helperDirectory, logger }: { readonly helperDirectory: string; readonly logger: Logger },
): { readonly transport: VolumeTransport; readonly reset: VolumeReset } {
  const program = async ({ signal }: Cancellable): Promise<Buffer | undefined> => {
    const { platform } = await engine.info({ signal });
    return readFile(path.join(helperDirectory, `${platform.os}-${platform.architecture}`)).catch(() => undefined);
  };
  const plain = engineVolumeReset(engine);
  return {
    transport: {
      open: async (volumes, { signal }: Cancellable = {}) => {
        const helper = await program({ signal });
        if (!helper) return archiveTransport(engine).open(volumes, { signal });
        try {
          return await packedTransport(engine, helper).open(volumes, { signal });
        } catch (error) {
          if (isAbort(error)) throw error;
          logger.warn('The volume helper does not run on this engine; its archive endpoint is used', { error: String(error) });
          return archiveTransport(engine).open(volumes, { signal });
        }
      },
    },
    reset: {
      ...plain,
      clear: async (volume, { signal }: Cancellable = {}) => {
        const helper = await program({ signal });
        await engineVolumeReset(engine, helper ? { program: helper } : {}).clear(volume, { signal });
      },
    },
  };
}
